/** Pictures that are being sent. Whoever reads slowly keeps theirs in memory; the same one counts once, however many read it. Nobody's
 * address may have so much that nothing is left for others. */
import type { StoredAsset } from '../store/store.ts'

const MAX_BYTES = 512 << 20
const MAX_BYTES_OF_ADDRESS = 128 << 20

export class Loans {
  readonly #all = new Held()
  readonly #ofAddress = new Map<string, Held>()

  /** @param address  of who is to get it
   * @returns to be called when it is sent, once; `undefined` when there is no room for it now */
  lend(asset: StoredAsset, address: string): (() => void) | undefined {
    const own = this.#ofAddress.get(address) ?? new Held()
    if (!this.#all.hasRoom(asset, MAX_BYTES) || !own.hasRoom(asset, MAX_BYTES_OF_ADDRESS)) return undefined
    this.#all.add(asset)
    own.add(asset)
    this.#ofAddress.set(address, own)
    return () => {
      this.#all.remove(asset)
      own.remove(asset)
      if (own.isEmpty) this.#ofAddress.delete(address)
    }
  }
}

/** Pictures, and how often each is held. */
class Held {
  readonly #counts = new Map<StoredAsset, number>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#counts.size === 0
  }

  /** One alone always has, whatever its size. */
  hasRoom(asset: StoredAsset, maxBytes: number): boolean {
    return this.isEmpty || this.#counts.has(asset) || this.#bytes + asset.bytes.length <= maxBytes
  }

  add(asset: StoredAsset): void {
    const count = this.#counts.get(asset) ?? 0
    if (count === 0) this.#bytes += asset.bytes.length
    this.#counts.set(asset, count + 1)
  }

  remove(asset: StoredAsset): void {
    const count = (this.#counts.get(asset) ?? 0) - 1
    if (count > 0) this.#counts.set(asset, count)
    else if (this.#counts.delete(asset)) this.#bytes -= asset.bytes.length
  }
}
