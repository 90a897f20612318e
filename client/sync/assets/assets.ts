/** The bytes of a board's pictures: fetched when they are first wanted, kept in this browser for when it is offline, and sent when they were
 * added here, also after a reload. What does not come or go is tried again, later and later, and at once when the
 * connection is back. */
import type { AssetId, BoardId } from '#shared/ids.ts'
import { fetchAsset, type Sent, sendAsset } from './asset-calls.ts'
import { uploadsKey } from './asset-names.ts'
import {
  endUpload,
  openAssetRows,
  putAssets,
  putUpload,
  readAsset,
  readKeys,
  readUploads,
} from './asset-rows.ts'
import { Retries } from './retries.ts'

/** At a time: the socket and the page's other parts want the network too. And each costs the page some milliseconds, so that while something moves
 * they come one after the other. */
const MAX_FETCHES = 4
const MAX_FETCHES_MOVING = 1
const MAX_UPLOADS = 2
/** What nobody has sent is asked for at least so often. */
const MISSING_AGAIN_MS = 300_000
/** What was fetched within this is kept in one go: while one is written, nothing else is read. */
const KEEP_AFTER_MS = 1000

export interface AssetsOptions {
  readonly boardId: BoardId
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Whether the page needs its time for something that moves. */
  readonly isMoving: () => boolean
  /** How many pictures of this person's the server does not have on disk, and is to have: not those that this person may not send. */
  readonly waitingChanged: (count: number) => void
  /** The server will never take it, or not as long as this person has no right to send it; a sentence for the person. */
  readonly refused: (asset: AssetId, message: string) => void
}

interface Wanted {
  readonly asset: AssetId
  readonly resolve: (blob: Blob) => void
}

export class Assets {
  readonly #options: AssetsOptions
  readonly #stop = new AbortController()
  #opened: Promise<IDBDatabase | undefined> | undefined
  /** What lay in the database when it was opened: for the rest of a board's pictures it need not be asked. */
  readonly #stored: Promise<ReadonlySet<AssetId>>
  #toKeep = new Map<AssetId, Blob>()
  #keepTimer: ReturnType<typeof setTimeout> | undefined
  readonly #blobs = new Map<AssetId, Promise<Blob>>()
  readonly #refused = new Set<AssetId>()
  /** Brought by this page. */
  readonly #added = new Map<AssetId, Blob>()
  #wanted: Wanted[] = []
  #fetchCount = 0
  readonly #fetchRetries: Retries
  /** To be sent, oldest first. */
  readonly #uploads = new Map<AssetId, Blob>()
  /** Those of `#uploads` that this person may not send, and has been told of. They are kept, and tried with each connection. */
  readonly #notAllowed = new Set<AssetId>()
  readonly #sending = new Set<AssetId>()
  readonly #uploadRetries: Retries

  constructor(options: AssetsOptions) {
    this.#options = options
    this.#fetchRetries = new Retries(() => this.#fetchNext())
    this.#uploadRetries = new Retries(() => this.#sendNext())
    this.#stored = this.#db
      .then(db => (db ? readKeys(db) : []))
      .then(
        keys => new Set(keys),
        () => new Set(), // then all are fetched
      )
    this.#resume().catch(reportError)
  }

  get #db(): Promise<IDBDatabase | undefined> {
    const closed = () => {
      this.#opened = undefined
    }
    this.#opened ??= openAssetRows(this.#options.boardId, closed).catch(error => {
      // Private windows, no quota: pictures are then drawn on without being kept.
      reportError(error)
      return undefined
    })
    return this.#opened
  }

  /** Resolves as soon as the picture is to be had, which may be never.
   * @throws Error for one that the server has refused */
  blobOf(asset: AssetId): Promise<Blob> {
    if (this.#refused.has(asset)) return Promise.reject(new Error('the server did not take this picture'))
    const known = this.#blobs.get(asset)
    if (known) return known
    const blob = this.#find(asset)
    this.#blobs.set(asset, blob)
    return blob
  }

  /** What this browser has of it, without asking the server. */
  async known(asset: AssetId): Promise<Blob | undefined> {
    const db = await this.#db
    return this.#added.get(asset) ?? (db && readAsset(db, asset))
  }

  /** Takes a picture that was added here and sends it. Resolves when this browser keeps it, or cannot. */
  async add(asset: AssetId, blob: Blob): Promise<void> {
    this.#refused.delete(asset)
    this.#notAllowed.delete(asset)
    this.#uploadRetries.done(asset)
    this.#added.set(asset, blob)
    this.#blobs.set(asset, Promise.resolve(blob))
    this.#uploads.set(asset, blob)
    this.#mark()
    this.#tell()
    this.#sendNext()
    for (const { resolve } of this.#wanted.filter(wanted => wanted.asset === asset)) resolve(blob)
    this.#wanted = this.#wanted.filter(wanted => wanted.asset !== asset)
    const db = await this.#db
    if (!db || !this.#uploads.has(asset)) return
    await putUpload(db, asset, blob).catch(reportError)
    // Another page that found nothing to send may have taken it away.
    if (this.#uploads.has(asset)) this.#mark()
  }

  /** There is a connection (again). */
  connected(): void {
    this.#fetchRetries.hurry()
    this.#uploadRetries.hurry()
    this.#resume().catch(reportError)
  }

  close(): void {
    this.#stop.abort()
    this.#fetchRetries.close()
    this.#uploadRetries.close()
    this.#keep()
    void this.#db.then(db => db?.close())
  }

  /** What an earlier page did not get sent, or another one, which may have been closed since. */
  async #resume(): Promise<void> {
    try {
      const db = await this.#db
      for (const asset of db ? await readUploads(db) : []) {
        const blob = db && (await readAsset(db, asset))
        if (blob && !this.#uploads.has(asset) && !this.#refused.has(asset)) this.#uploads.set(asset, blob)
      }
    } finally {
      // Also when there is nothing to be had: until it is told, the page waits for what the mark says.
      if (!this.#stop.signal.aborted) this.#tell()
      this.#sendNext()
    }
  }

  async #find(asset: AssetId): Promise<Blob> {
    const stored = await this.#stored
    const isHere = stored.has(asset) || this.#added.has(asset)
    const kept = isHere && (await this.known(asset).catch(reportError))
    if (kept) return kept
    return new Promise<Blob>(resolve => {
      this.#wanted.push({ asset, resolve })
      this.#fetchNext()
    })
  }

  #fetchNext(): void {
    const most = this.#options.isMoving() ? MAX_FETCHES_MOVING : MAX_FETCHES
    while (this.#fetchCount < most && !this.#stop.signal.aborted) {
      const next = this.#wanted.find(({ asset }) => this.#fetchRetries.isDue(asset))
      if (!next) return
      this.#wanted = this.#wanted.filter(wanted => wanted !== next)
      this.#fetchCount++
      void this.#fetch(next).finally(() => {
        this.#fetchCount--
        this.#fetchNext()
      })
    }
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { asset, resolve } = wanted
    const fetched = await fetchAsset(this.#options.boardId, asset, this.#stop.signal)
    if (this.#stop.signal.aborted) return
    if (fetched.kind === 'here') {
      this.#fetchRetries.done(asset)
      resolve(fetched.blob)
      this.#toKeep.set(asset, fetched.blob)
      this.#keepTimer ??= setTimeout(() => this.#keep(), KEEP_AFTER_MS)
      return
    }
    // Meanwhile somebody may have brought it here, or to another page of this browser.
    const brought = await this.known(asset).catch(reportError)
    if (brought) {
      resolve(brought)
      return
    }
    this.#fetchRetries.failed(asset, fetched.kind === 'missing' ? MISSING_AGAIN_MS : undefined)
    this.#wanted.push(wanted)
  }

  /** What is not kept is fetched again the next time. */
  #keep(): void {
    clearTimeout(this.#keepTimer)
    this.#keepTimer = undefined
    const fetched = this.#toKeep
    this.#toKeep = new Map()
    if (fetched.size > 0) void this.#db.then(db => db && putAssets(db, fetched)).catch(reportError)
  }

  #sendNext(): void {
    for (const [asset, blob] of this.#uploads) {
      if (this.#sending.size >= MAX_UPLOADS || this.#stop.signal.aborted) return
      if (this.#sending.has(asset) || !this.#uploadRetries.isDue(asset)) continue
      this.#sending.add(asset)
      void sendAsset(this.#options.boardId, blob, this.#stop.signal)
        .then(sent => this.#sent(asset, sent))
        .catch(error => {
          reportError(error)
          this.#uploadRetries.failed(asset)
        })
        .finally(() => {
          this.#sending.delete(asset)
          this.#sendNext()
        })
    }
  }

  async #sent(asset: AssetId, sent: Sent): Promise<void> {
    if (this.#stop.signal.aborted) return
    if (sent.kind === 'later') {
      this.#uploadRetries.failed(asset)
      return
    }
    if (sent.kind === 'notAllowed') {
      this.#hold(asset, sent.message)
      return
    }
    this.#uploadRetries.done(asset)
    this.#notAllowed.delete(asset)
    if (sent.kind === 'refused') {
      this.#refused.add(asset)
      this.#added.delete(asset)
      this.#blobs.delete(asset)
      this.#options.refused(asset, sent.message)
    }
    const db = await this.#db
    // At worst a later page sends it once more.
    if (db) await endUpload(db, asset, sent.kind === 'sent').catch(reportError)
    this.#uploads.delete(asset)
    this.#tell()
  }

  #hold(asset: AssetId, message: string): void {
    this.#uploadRetries.hold(asset)
    if (this.#notAllowed.has(asset)) return
    this.#notAllowed.add(asset)
    this.#options.refused(asset, message)
    this.#tell()
  }

  #mark(): void {
    this.#options.storage.setItem(uploadsKey(this.#options.boardId), '1')
  }

  /** Other pages may have left something to send, too. */
  async #unmark(): Promise<void> {
    const db = await this.#db
    const isLeft = db && (await readUploads(db)).length > 0
    if (!isLeft && this.#uploads.size === 0)
      this.#options.storage.removeItem(uploadsKey(this.#options.boardId))
  }

  #tell(): void {
    if (this.#uploads.size === 0) this.#unmark().catch(reportError)
    this.#options.waitingChanged(this.#uploads.size - this.#notAllowed.size)
  }
}
