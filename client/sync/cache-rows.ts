/** How a board lies in IndexedDB: a store of rows, each one update or a few, in the order they came. The layout is y-indexeddb's, whose
 * caches are still read; that package itself reads, merges and writes a board in one go on the page's main thread, which
 * stops a page with 50,000 shapes for seconds. */
import * as Y from 'yjs'

export type Row = Uint8Array | readonly Uint8Array[]
export interface KeyedRow {
  readonly key: IDBValidKey
  readonly row: Row
}

const ROWS = 'updates'

/** @throws DOMException when there is no IndexedDB to be had */
export async function openRows(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ROWS, { autoIncrement: true })
    request.result.createObjectStore('custom')
  }
  const db = await answerOf(request)
  db.onversionchange = () => db.close()
  return db
}

/** Other pages that have it open let go of it. */
export async function deleteRows(name: string): Promise<void> {
  await answerOf(indexedDB.deleteDatabase(name))
}

export async function readRows(db: IDBDatabase): Promise<KeyedRow[]> {
  const store = db.transaction(ROWS, 'readonly').objectStore(ROWS)
  const [keys, rows] = await Promise.all([
    answerOf(store.getAllKeys()),
    answerOf(store.getAll() as IDBRequest<Row[]>),
  ])
  return rows.map((row, i) => ({ key: keys[i] as IDBValidKey, row }))
}

/** Resolves when the row is in the database. */
export async function addRow(db: IDBDatabase, row: Row): Promise<void> {
  const transaction = db.transaction(ROWS, 'readwrite')
  transaction.objectStore(ROWS).add(row)
  await completionOf(transaction)
}

/** Puts one row in the place of several, all or nothing. */
export async function replaceRows(db: IDBDatabase, keys: readonly IDBValidKey[], row: Row): Promise<void> {
  const transaction = db.transaction(ROWS, 'readwrite')
  const store = transaction.objectStore(ROWS)
  for (const key of keys.slice(0, -1)) store.delete(key)
  // What came after it builds upon it, so it stays before that.
  store.put(row, keys.at(-1))
  await completionOf(transaction)
}

export const updatesOf = (row: Row): readonly Uint8Array[] => (row instanceof Uint8Array ? [row] : row)

/** Rows up to here cost next to nothing to write again; what was gathered in a burst is larger than a change after it. */
const SMALL_ROW_BYTES = 32 * 1024

/** Merges the newest rows: as many as keep rows falling in size from the oldest on, but for small ones, so that a big board is rewritten
 * only after changes of half its size.
 * @returns `undefined` when nothing is gained */
export function compactRows(rows: readonly KeyedRow[]): { keys: IDBValidKey[]; row: Uint8Array } | undefined {
  let bytes = 0
  let first = rows.length
  while (first > 0) {
    const size = updatesOf((rows[first - 1] as KeyedRow).row).reduce((sum, { length }) => sum + length, 0)
    if (bytes > 0 && size > Math.max(2 * bytes, SMALL_ROW_BYTES)) break
    bytes += size
    first--
  }
  const merged = rows.slice(first)
  if (merged.length < 2) return undefined
  const updates = merged.flatMap(({ row }) => updatesOf(row))
  return { keys: merged.map(({ key }) => key), row: first === 0 ? stateOf(updates) : Y.mergeUpdates(updates) }
}

/** Through a document, which drops the content of what was deleted. */
function stateOf(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  const state = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return state
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}
