/** One server a data folder: two would write one log between them while their rooms do not see each other.
 *
 * The lock is SQLite's own, on an empty database beside the boards. The system lets go of it when the process ends, however
 * it ends, so there is nothing stale to clean up; on the boards' database itself it would keep backup tools out. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database, { SqliteError } from 'better-sqlite3'
import { StoreError } from '../store.ts'

export const LOCK_FILE = 'drawbridge.lock'
/** A server that goes down has ended by then (main.ts), so the next one may be started beside it. */
export const LOCK_WAIT_MS = 10_000
const ASK_EVERY_MS = 50

export interface FolderLock {
  release(): void
}

export interface FolderLockOptions {
  /** For how long another server is given to end. */
  waitMs?: number
  /** Told once, when there is another server to wait for. */
  onWait?: () => void
}

/** @throws StoreError when another process keeps the folder; a SqliteError when the folder cannot be used */
export async function lockFolder(
  dataDir: string,
  { waitMs = LOCK_WAIT_MS, onWait }: FolderLockOptions = {},
): Promise<FolderLock> {
  const db = new Database(join(dataDir, LOCK_FILE), { timeout: 0 })
  const giveUpAtMs = performance.now() + waitMs
  try {
    for (let isFirst = true; !isTaken(db); isFirst = false) {
      if (performance.now() >= giveUpAtMs) {
        throw new StoreError(
          'unusable',
          'another Drawbridge runs on it; end that one, or give this one a folder of its own',
        )
      }
      if (isFirst) onWait?.()
      await wait(ASK_EVERY_MS)
    }
  } catch (error) {
    db.close()
    throw error
  }
  return { release: () => db.close() }
}

/** Tries to begin the transaction that lasts as long as the process; nothing is ever written in it. */
function isTaken(db: Database.Database): boolean {
  try {
    // A journal in a file would be the first thing written, and the disk may be full.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) return false
    throw error
  }
}
