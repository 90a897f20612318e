/** The bytes of a board's pictures: fetched when they are first wanted, kept in this browser for when it is offline, and sent when they were
 * added here, also after a reload. What does not come or go is tried again, later and later, and at once when the
 * connection is back. */
import type { AssetId, BoardId } from '#shared/ids.ts'
import { fetchAsset, type Sent, sendAsset } from './asset-calls.ts'
import { uploadsKey } from './asset-names.ts'
import { endUpload, openAssetRows, putAsset, readAsset, readUploads } from './asset-rows.ts'
import { Retries } from './retries.ts'

/** At a time: the socket and the page's other parts want the network too. */
const MAX_FETCHES = 4
const MAX_UPLOADS = 2

export interface AssetsOptions {
  readonly boardId: BoardId
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** How many pictures of this person's the server does not have on disk. */
  readonly waitingChanged: (count: number) => void
  /** The server will never take it; a sentence for the person. */
  readonly refused: (asset: AssetId, message: string) => void
}

interface Wanted {
  readonly asset: AssetId
  readonly resolve: (blob: Blob) => void
}

export class Assets {
  readonly #options: AssetsOptions
  readonly #stop = new AbortController()
  readonly #db: Promise<IDBDatabase | undefined>
  readonly #blobs = new Map<AssetId, Promise<Blob>>()
  readonly #refused = new Set<AssetId>()
  /** Brought by this page. */
  readonly #added = new Map<AssetId, Blob>()
  #wanted: Wanted[] = []
  #fetchCount = 0
  readonly #fetchRetries: Retries
  /** To be sent, oldest first. */
  readonly #uploads = new Map<AssetId, Blob>()
  readonly #sending = new Set<AssetId>()
  readonly #uploadRetries: Retries

  constructor(options: AssetsOptions) {
    this.#options = options
    this.#fetchRetries = new Retries(() => this.#fetchNext())
    this.#uploadRetries = new Retries(() => this.#sendNext())
    this.#db = openAssetRows(options.boardId).catch(error => {
      // Private windows, no quota: pictures are then drawn on without being kept.
      reportError(error)
      return undefined
    })
    this.#resume().catch(reportError)
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
    this.#added.set(asset, blob)
    this.#blobs.set(asset, Promise.resolve(blob))
    this.#uploads.set(asset, blob)
    this.#options.storage.setItem(uploadsKey(this.#options.boardId), '1')
    this.#tell()
    this.#sendNext()
    for (const { resolve } of this.#wanted.filter(wanted => wanted.asset === asset)) resolve(blob)
    this.#wanted = this.#wanted.filter(wanted => wanted.asset !== asset)
    const db = await this.#db
    if (db && this.#uploads.has(asset)) await putAsset(db, asset, blob, true).catch(reportError)
  }

  /** There is a connection (again). */
  connected(): void {
    this.#fetchRetries.hurry()
    this.#uploadRetries.hurry()
  }

  close(): void {
    this.#stop.abort()
    this.#fetchRetries.close()
    this.#uploadRetries.close()
    void this.#db.then(db => db?.close())
  }

  /** What an earlier page did not get sent. */
  async #resume(): Promise<void> {
    const db = await this.#db
    if (!db) return
    for (const asset of await readUploads(db)) {
      const blob = await readAsset(db, asset)
      if (blob && !this.#uploads.has(asset)) this.#uploads.set(asset, blob)
    }
    this.#tell()
    this.#sendNext()
  }

  async #find(asset: AssetId): Promise<Blob> {
    const kept = await this.known(asset).catch(reportError)
    if (kept) return kept
    const db = await this.#db
    const blob = await new Promise<Blob>(resolve => {
      this.#wanted.push({ asset, resolve })
      this.#fetchNext()
    })
    // Without it the picture is fetched again the next time.
    if (db && !this.#stop.signal.aborted) await putAsset(db, asset, blob, false).catch(reportError)
    return blob
  }

  #fetchNext(): void {
    while (this.#fetchCount < MAX_FETCHES && !this.#stop.signal.aborted) {
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
      return
    }
    // Meanwhile somebody may have brought it here.
    const brought = this.#added.get(asset)
    if (brought) {
      resolve(brought)
      return
    }
    this.#fetchRetries.failed(asset)
    this.#wanted.push(wanted)
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
    this.#uploadRetries.done(asset)
    if (sent.kind === 'refused') {
      this.#refused.add(asset)
      this.#added.delete(asset)
      this.#blobs.delete(asset)
      this.#options.refused(asset, sent.message)
    }
    const db = await this.#db
    if (db) await endUpload(db, asset, sent.kind === 'sent').catch(reportError)
    this.#uploads.delete(asset)
    this.#tell()
  }

  #tell(): void {
    const { storage, boardId, waitingChanged } = this.#options
    if (this.#uploads.size === 0) storage.removeItem(uploadsKey(boardId))
    waitingChanged(this.#uploads.size)
  }
}
