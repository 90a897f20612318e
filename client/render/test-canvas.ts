/** Canvases and elements for tests without a page. */

/** Answers every call and takes every assignment. */
export const nothing = (own: Record<string, unknown> = {}): never =>
  new Proxy(own, {
    get: (target, key) => (key in target ? target[String(key)] : () => nothing()),
    set: (target, key, value) => {
      target[String(key)] = value
      return true
    },
  }) as never
