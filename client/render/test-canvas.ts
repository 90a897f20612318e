/** Canvases and elements for tests without a page. */
import { vi } from 'vitest'

/** Answers every call and takes every assignment. */
export const nothing = (own: Record<string, unknown> = {}): never =>
  new Proxy(own, {
    get: (target, key) => (key in target ? target[String(key)] : () => nothing()),
    set: (target, key, value) => {
      target[String(key)] = value
      return true
    },
  }) as never

/** Elements and canvases can be made, and take whatever is done to them. Call `vi.unstubAllGlobals` afterwards. */
export function stubCanvases(): void {
  vi.stubGlobal('document', { createElement: () => nothing({ style: {} }) })
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        return nothing({ canvas: nothing() })
      }
    },
  )
}
