/** As much of IndexedDB as a board's pictures use, kept in memory: what one page leaves, the next one finds. */

type Stores = Map<string, Map<string, unknown>>

interface Connection {
  close(): void
  onclose?: () => void
}

export class TestIndexedDb {
  readonly stores: Stores = new Map()
  readonly #open = new Set<Connection>()

  open(): object {
    const db = this.#connection()
    const request = { result: db, onupgradeneeded: () => {}, onsuccess: () => {} }
    queueMicrotask(() => {
      if (this.stores.size === 0) request.onupgradeneeded()
      this.#open.add(db)
      request.onsuccess()
    })
    return request
  }

  /** As the browser does it; each call on such a connection throws.
   * @param isTold  not every browser says so */
  closeAll(isTold: boolean): void {
    for (const db of this.#open) {
      db.close()
      if (isTold) db.onclose?.()
    }
    this.#open.clear()
  }

  keysOf(store: string): string[] {
    return [...(this.stores.get(store)?.keys() ?? [])]
  }

  #connection(): Connection {
    let isClosed = false
    return {
      close: () => {
        isClosed = true
      },
      createObjectStore: (name: string) => this.stores.set(name, new Map()),
      transaction: () => {
        if (isClosed) throw new DOMException('The database connection is closing.', 'InvalidStateError')
        const transaction = {
          oncomplete: () => {},
          objectStore: (name: string) => storeOf(this.stores, name),
        }
        queueMicrotask(() => transaction.oncomplete())
        return transaction
      },
    } as Connection
  }
}

function storeOf(stores: Stores, name: string): object {
  const rows = stores.get(name) ?? new Map<string, unknown>()
  const answer = (result: unknown) => {
    const request = { result, onsuccess: () => {} }
    queueMicrotask(() => request.onsuccess())
    return request
  }
  return {
    get: (key: string) => answer(rows.get(key)),
    getAllKeys: () => answer([...rows.keys()]),
    put: (value: unknown, key: string) => answer(rows.set(key, value)),
    delete: (key: string) => answer(rows.delete(key)),
  }
}
