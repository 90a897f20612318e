/** The board's copy in this browser (IndexedDB): what makes offline drawing survive a reload. A browser that keeps nothing
 * (private windows, no quota) is told of once and then drawn on without. */
import { IndexeddbPersistence } from 'y-indexeddb'
import type { Doc } from 'yjs'

export interface LocalCache {
  /** Resolves when everything kept was read into the document, or when there is no cache to be had: to whether there was
   * anything. */
  readonly loaded: Promise<boolean>
  /** Why nothing is kept in this browser, when nothing is. */
  readonly failure: () => string | undefined
  close(): Promise<void>
}

export function openLocalCache(boardId: string, doc: Doc): LocalCache {
  let failure: string | undefined
  let persistence: IndexeddbPersistence | undefined
  const loaded = canOpen().then(async reason => {
    failure = reason
    if (reason !== undefined) return false
    persistence = new IndexeddbPersistence(`drawbridge.board.${boardId}`, doc)
    await persistence.whenSynced
    return doc.store.clients.size > 0
  })
  return {
    loaded,
    failure: () => failure,
    close: async () => {
      await loaded
      await persistence?.destroy()
    },
  }
}

/** y-indexeddb has no way to hear of an IndexedDB that cannot be opened, so that is tried first.
 * @returns why not, or `undefined` */
function canOpen(): Promise<string | undefined> {
  return new Promise(resolve => {
    try {
      const request = indexedDB.open('drawbridge.probe')
      request.onsuccess = () => {
        request.result.close()
        resolve(undefined)
      }
      request.onerror = () => resolve(request.error?.message ?? 'IndexedDB cannot be opened')
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error))
    }
  })
}
