/** localStorage that may be missing or full (private windows, quotas): then what is kept lasts as long as the page. */
export type SafeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export function safeStorage(open: () => Storage = () => localStorage): SafeStorage {
  const memory = new Map<string, string>()
  const attempt = <T>(run: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return run(open())
    } catch {
      return otherwise() // the browser keeps nothing for us; `memory` does until the page is closed
    }
  }
  return {
    getItem: key =>
      memory.get(key) ??
      attempt(
        storage => storage.getItem(key),
        () => null,
      ),
    setItem: (key, value) =>
      attempt(
        storage => {
          storage.setItem(key, value)
          memory.delete(key)
        },
        () => {
          memory.set(key, value)
        },
      ),
    removeItem: key => {
      memory.delete(key)
      attempt(
        storage => storage.removeItem(key),
        () => {},
      )
    },
  }
}
