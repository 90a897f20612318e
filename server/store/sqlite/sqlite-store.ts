/** Boards in one SQLite file, for one server. Writes go to one worker thread, reads to another, so that opening a big
 * board delays nobody's "saved", and neither blocks the event loop. WAL with `synchronous = FULL`: a commit is on disk
 * when it is reported. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { deflate } from '../deflated.ts'
import { type BoardStore, StoreError } from '../store.ts'
import { Turns } from '../turns.ts'
import { type FolderLock, type FolderLockOptions, lockFolder } from './folder-lock.ts'
import { WorkerThread } from './worker-thread.ts'

export const DATABASE_FILE = 'drawbridge.sqlite'

export interface SqliteOptions {
  /** Wall clock for the times in records. */
  now?: () => number
  /** Pages the file may grow to: tests make the disk full with it. */
  maxPages?: number
  /** What to do when another server has the folder. */
  lock?: FolderLockOptions
}

/** @throws StoreError `unusable` with a sentence for the person who set `dataDir` */
export async function openSqliteStore(dataDir: string, options: SqliteOptions = {}): Promise<BoardStore> {
  const { now = Date.now, maxPages, lock: lockOptions } = options
  const path = join(dataDir, DATABASE_FILE)
  const writer = new WorkerThread({ path, role: 'writer', ...(maxPages && { maxPages }) })
  const reader = new WorkerThread({ path, role: 'reader' })
  let lock: FolderLock | undefined
  try {
    await mkdir(dataDir, { recursive: true })
    lock = await lockFolder(dataDir, lockOptions)
    // The writer first: it makes the file and its tables.
    await writer.open()
    await reader.open()
  } catch (error) {
    await Promise.all([writer.close(), reader.close()])
    lock?.release()
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreError('unusable', `DATA_DIR ${dataDir} cannot be used: ${reason}`)
  }
  const assetTurns = new Turns()
  return {
    async createBoard({ id, name, shapeCount, initialState, owner }) {
      const state = await deflate(initialState)
      return writer.ask({ kind: 'create', id, facts: { name, shapeCount }, owner, state, atMs: now() })
    },
    readBoard: id => reader.ask({ kind: 'read', id }),
    load: id => reader.ask({ kind: 'load', id }),
    readSince: (id, afterSeq) => reader.ask({ kind: 'read-since', id, afterSeq }),
    watermarks: ids => reader.ask({ kind: 'watermarks', ids }),
    append: (id, updates, { name, shapeCount }) =>
      writer.ask({ kind: 'append', id, updates, facts: { name, shapeCount }, atMs: now() }),
    async compact(id, snapshot, throughSeq) {
      const deflated = await deflate(snapshot)
      return writer.ask({ kind: 'compact', id, snapshot: deflated, throughSeq, atMs: now() })
    },
    readAccess: id => reader.ask({ kind: 'read-access', id }),
    changeAccess: (id, changes, version) => writer.ask({ kind: 'change-access', id, changes, version }),
    // One at a time: a group of them would hold up the appends that go to the disk with it.
    addAsset: (id, asset, maxBytes) =>
      assetTurns.take('', () => writer.ask({ kind: 'add-asset', id, asset, maxBytes, atMs: now() })),
    readAsset: (id, assetId) => reader.ask({ kind: 'read-asset', id, assetId }),
    async close() {
      // The reader first: whoever closes last folds the write-ahead log into the database, and a reader may not.
      await reader.close()
      await writer.close()
      lock?.release()
    },
  }
}
