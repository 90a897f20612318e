/** How a board's pictures lie in IndexedDB: their bytes by asset id, and which of them have yet to be sent. */
import type { AssetId, BoardId } from '#shared/ids.ts'
import { picturesName } from './asset-names.ts'

const BYTES = 'bytes'
const UPLOADS = 'uploads'

/** What fails here rejects, also where IndexedDB throws at once, as on a connection that has closed.
 * @param closed  the browser has closed it for reasons of its own; it may be opened again
 * @throws DOMException when there is no IndexedDB to be had */
export async function openAssetRows(boardId: BoardId, closed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(picturesName(boardId))
  request.onupgradeneeded = () => {
    request.result.createObjectStore(BYTES)
    request.result.createObjectStore(UPLOADS)
  }
  const db = await answerOf(request)
  // Somebody wants it gone.
  db.onversionchange = () => db.close()
  db.onclose = closed
  return db
}

export const readAsset = async (db: IDBDatabase, asset: AssetId): Promise<Blob | undefined> =>
  answerOf(db.transaction(BYTES).objectStore(BYTES).get(asset) as IDBRequest<Blob | undefined>)

export const readKeys = async (db: IDBDatabase): Promise<AssetId[]> =>
  answerOf(db.transaction(BYTES).objectStore(BYTES).getAllKeys() as IDBRequest<AssetId[]>)

export async function putAssets(db: IDBDatabase, assets: ReadonlyMap<AssetId, Blob>): Promise<void> {
  const transaction = db.transaction(BYTES, 'readwrite')
  for (const [asset, blob] of assets) transaction.objectStore(BYTES).put(blob, asset)
  return completionOf(transaction)
}

/** One that is yet to be sent. */
export async function putUpload(db: IDBDatabase, asset: AssetId, blob: Blob): Promise<void> {
  const transaction = db.transaction([BYTES, UPLOADS], 'readwrite')
  transaction.objectStore(BYTES).put(blob, asset)
  transaction.objectStore(UPLOADS).put(true, asset)
  return completionOf(transaction)
}

export const readUploads = async (db: IDBDatabase): Promise<AssetId[]> =>
  answerOf(db.transaction(UPLOADS).objectStore(UPLOADS).getAllKeys() as IDBRequest<AssetId[]>)

/** @param keepsBytes  for when it is offline the next time */
export async function endUpload(db: IDBDatabase, asset: AssetId, keepsBytes: boolean): Promise<void> {
  const transaction = db.transaction([BYTES, UPLOADS], 'readwrite')
  transaction.objectStore(UPLOADS).delete(asset)
  if (!keepsBytes) transaction.objectStore(BYTES).delete(asset)
  return completionOf(transaction)
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
