/** Boards' pictures as they are asked for. Those asked for of late come from memory, because all who open a board ask for the same ones
 * within seconds; the others from the store, few at a time, so that boards that are opened need not wait behind them. Nothing that is
 * kept here can be outdated: a picture's name is its content. */
import type { AssetId, BoardId } from '#shared/ids.ts'
import type { BoardStore, StoredAsset } from '../store/store.ts'

const MAX_RECENT_BYTES = 64 << 20
const MAX_READS_AT_ONCE = 2

export class AssetReader {
  readonly #store: Pick<BoardStore, 'readAsset'>
  /** By board and asset, the one asked for last at the end. */
  readonly #recent = new Map<string, StoredAsset>()
  #recentBytes = 0
  readonly #reads = new Map<string, Promise<StoredAsset | undefined>>()
  #runningCount = 0
  readonly #waiting: (() => void)[] = []

  constructor(store: Pick<BoardStore, 'readAsset'>) {
    this.#store = store
  }

  /** @returns `undefined` when the board has no such picture
   * @throws StoreError */
  async read(boardId: BoardId, assetId: AssetId): Promise<StoredAsset | undefined> {
    const key = boardId + assetId
    const recent = this.#recent.get(key)
    if (recent) {
      this.#recent.delete(key)
      this.#recent.set(key, recent)
      return recent
    }
    const running = this.#reads.get(key)
    if (running) return running
    const read = this.#read(boardId, assetId).finally(() => this.#reads.delete(key))
    this.#reads.set(key, read)
    return read
  }

  /** What has just been added will be asked for by everybody on the board. */
  keep(boardId: BoardId, asset: StoredAsset): void {
    const key = boardId + asset.id
    if (this.#recent.has(key)) return
    this.#recent.set(key, asset)
    this.#recentBytes += asset.bytes.length
    for (const [oldest, { bytes }] of this.#recent) {
      if (this.#recentBytes <= MAX_RECENT_BYTES) return
      this.#recent.delete(oldest)
      this.#recentBytes -= bytes.length
    }
  }

  async #read(boardId: BoardId, assetId: AssetId): Promise<StoredAsset | undefined> {
    if (this.#runningCount >= MAX_READS_AT_ONCE)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#runningCount++
    try {
      const asset = await this.#store.readAsset(boardId, assetId)
      if (asset) this.keep(boardId, asset)
      return asset
    } finally {
      this.#runningCount--
      this.#waiting.shift()?.()
    }
  }
}
