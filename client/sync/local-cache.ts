/** The board's copy in this browser (IndexedDB): what makes offline drawing survive a reload. A browser that keeps nothing
 * (private windows, no quota) is told of once and then drawn on without. */
import { addRow, deleteRows, openRows, readRows, updatesOf } from './cache-rows.ts'
import type { DocumentFeed } from './document-feed.ts'
import type { UpdateIntake } from './update-intake.ts'

export interface LocalCache {
  /** Whether this browser has kept something of the board before, as far as is known at once. */
  readonly isExpected: boolean
  /** Resolves when everything kept was read into the document, or when there is no cache to be had: to whether there was
   * anything. */
  readonly loaded: Promise<boolean>
  /** Why nothing is kept in this browser, when nothing is. */
  readonly failure: () => string | undefined
  /** What was kept is still written. */
  close(): void
  /** Closes it and forgets what was kept. */
  discard(): Promise<void>
}

/** A board that is loaded comes in slices; rows of about this many bytes are few and quick to write. */
const ROW_BYTES = 512 * 1024
/** Updates smaller than this are a change just made: written at once. */
const SMALL_BYTES = 8 * 1024
/** What is gathered is written after this long at the latest. */
const GATHER_MS = 500
/** Rows are merged when there are this many, and the board was left alone for a moment. */
const MANY_ROWS = 200
const COMPACT_AT_REST_MS = 3000

export interface LocalCacheOptions {
  readonly boardId: string
  readonly feed: DocumentFeed
  readonly intake: UpdateIntake
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

export function openLocalCache({ boardId, feed, intake, storage }: LocalCacheOptions): LocalCache {
  // IndexedDB takes its time to say that it has nothing.
  const key = `drawbridge.cached.${boardId}`
  const isExpected = storage.getItem(key) !== null
  const name = `drawbridge.board.${boardId}`
  const cache = new Cache(name, feed, intake, () => storage.setItem(key, '1'))
  return {
    isExpected,
    loaded: cache.load(),
    failure: () => cache.failure,
    close: () => cache.close(),
    discard: async () => {
      cache.close()
      await deleteRows(name)
      storage.removeItem(key)
    },
  }
}

class Cache {
  failure: string | undefined
  readonly #name: string
  readonly #feed: DocumentFeed
  readonly #intake: UpdateIntake
  readonly #kept: () => void
  readonly #stop: () => void
  #db: IDBDatabase | undefined
  #isClosed = false
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #gatherTimer: ReturnType<typeof setTimeout> | undefined
  #rowCount = 0
  #restTimer: ReturnType<typeof setTimeout> | undefined
  #worker: Worker | undefined

  /** @param kept  called when there is something in the database */
  constructor(name: string, feed: DocumentFeed, intake: UpdateIntake, kept: () => void) {
    this.#name = name
    this.#kept = kept
    this.#feed = feed
    this.#intake = intake
    this.#stop = feed.subscribe((update, origin) => {
      if (origin !== this && update.length > 2) this.#keep(update)
    })
  }

  async load(): Promise<boolean> {
    try {
      const db = await openRows(this.#name)
      const rows = await readRows(db)
      this.#db = db
      this.#rowCount = rows.length
      // What was drawn before the database was open.
      this.#write()
      if (this.#isClosed) {
        db.close()
        return false
      }
      const updates = rows.flatMap(({ row }) => updatesOf(row))
      await new Promise<void>(done => this.#intake.take(updates, this, done))
      this.#compactAtRest()
      return this.#feed.doc.store.clients.size > 0
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  close(): void {
    this.#write()
    this.#isClosed = true
    this.#stop()
    clearTimeout(this.#restTimer)
    this.#worker?.terminate()
    // Waits by itself for what is being written.
    this.#db?.close()
  }

  #keep(update: Uint8Array): void {
    // A view would take the whole message it lies in along.
    this.#gathered.push(update.length === update.buffer.byteLength ? update : update.slice())
    this.#gatheredBytes += update.length
    if (update.length < SMALL_BYTES || this.#gatheredBytes >= ROW_BYTES) this.#write()
    else this.#gatherTimer ??= setTimeout(() => this.#write(), GATHER_MS)
  }

  #write(): void {
    if (!this.#db || this.#gathered.length === 0) return
    clearTimeout(this.#gatherTimer)
    this.#gatherTimer = undefined
    const [only] = this.#gathered
    const row = only && this.#gathered.length === 1 ? only : this.#gathered
    addRow(this.#db, row).then(this.#kept, error => this.#fail(error))
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#rowCount++
    this.#compactAtRest()
  }

  #compactAtRest(): void {
    clearTimeout(this.#restTimer)
    if (this.#rowCount < MANY_ROWS || this.#worker || this.#isClosed) return
    this.#restTimer = setTimeout(() => this.#compact(), COMPACT_AT_REST_MS)
  }

  #compact(): void {
    const worker = new Worker(new URL('./cache-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    this.#rowCount = 0
    const end = () => {
      worker.terminate()
      this.#worker = undefined
    }
    worker.onmessage = end
    // Its code may not be to be had offline; rows that are not merged only take longer to read.
    worker.onerror = end
    worker.postMessage(this.#name)
  }

  #fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error)
  }
}
