/** The board's copy in this browser (IndexedDB): what makes offline drawing survive a reload. A browser that keeps nothing
 * (private windows, no quota) is told of once and then drawn on without. */
import { picturesName, uploadsKey } from './assets/asset-names.ts'
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
  /** Writes what waits to be written with something else. */
  hurry(): void
  /** What was kept is still written. */
  close(): void
  /** Closes it and forgets what was kept, the board's pictures too. */
  discard(): Promise<void>
}

/** A board that is loaded comes in slices; rows of about this many bytes are few and quick to write. */
const ROW_BYTES = 512 * 1024
/** Updates smaller than this are a change just made: written at once, or with those that follow within `BURST_MS`. A write costs a slow
 * machine 3 ms, and a change of thousands of shapes comes as an update a frame. */
const SMALL_BYTES = 8 * 1024
const BURST_MS = 100
/** What is gathered is written after this long at the latest. */
const GATHER_MS = 500
/** Rows are merged when this many updates have come, and the board was left alone for a moment. */
const MANY_UPDATES = 200
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
    hurry: () => cache.hurry(),
    close: () => cache.close(),
    discard: async () => {
      cache.close()
      await Promise.all([deleteRows(name), deleteRows(picturesName(boardId))])
      storage.removeItem(key)
      storage.removeItem(uploadsKey(boardId))
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
  /** When what is gathered will be written, and was last, in the page's time. */
  #writesAtMs = Number.POSITIVE_INFINITY
  #wroteAtMs = Number.NEGATIVE_INFINITY
  #hasKept = false
  #updateCount = 0
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
      this.#updateCount = rows.length
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

  hurry(): void {
    this.#write()
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
    const nowMs = performance.now()
    const atMs = update.length < SMALL_BYTES ? this.#wroteAtMs + BURST_MS : nowMs + GATHER_MS
    if (atMs <= nowMs || this.#gatheredBytes >= ROW_BYTES) this.#write()
    else if (atMs < this.#writesAtMs) {
      clearTimeout(this.#gatherTimer)
      this.#writesAtMs = atMs
      this.#gatherTimer = setTimeout(() => this.#write(), atMs - nowMs)
    }
  }

  #write(): void {
    if (!this.#db || this.#gathered.length === 0) return
    clearTimeout(this.#gatherTimer)
    this.#writesAtMs = Number.POSITIVE_INFINITY
    this.#wroteAtMs = performance.now()
    const [only] = this.#gathered
    const row = only && this.#gathered.length === 1 ? only : this.#gathered
    addRow(this.#db, row).then(
      () => this.#tellKept(),
      error => this.#fail(error),
    )
    this.#updateCount += this.#gathered.length
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#compactAtRest()
  }

  #tellKept(): void {
    if (!this.#hasKept) this.#kept()
    this.#hasKept = true
  }

  #compactAtRest(): void {
    clearTimeout(this.#restTimer)
    if (this.#updateCount < MANY_UPDATES || this.#worker || this.#isClosed) return
    this.#restTimer = setTimeout(() => this.#compact(), COMPACT_AT_REST_MS)
  }

  #compact(): void {
    const worker = new Worker(new URL('./cache-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    this.#updateCount = 0
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
