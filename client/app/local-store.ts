/** What this browser remembers, small strings only. A browser may forbid storage (private windows, policies) or have
 * none left: then nothing is remembered, and the page works all the same. */

/** The part of `Storage` that is used, so that tests need no browser. */
export type StringStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const NOTHING: StringStore = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }

/** @returns `localStorage`, or a store that keeps nothing where the browser forbids it */
export function localStore(): StringStore {
  try {
    return globalThis.localStorage ?? NOTHING
  } catch {
    // Reading the property throws a SecurityError when site data is blocked.
    return NOTHING
  }
}

/** @returns whether it was kept; `false` when the browser's quota is used up */
export function keep(store: StringStore, key: string, text: string): boolean {
  try {
    store.setItem(key, text)
    return true
  } catch {
    return false
  }
}
