/** Decides when a board's update log is worth a snapshot, and makes it. A log costs time when the board is opened (about
 * 10 µs an update) and disk; a snapshot costs one encoding of the whole board on the main thread, about 10 ms a
 * megabyte. So the log may grow with the board. */
import type { BoardId } from '#shared/ids.ts'
import type { BoardStore } from '../store/store.ts'

const BUSY = { updates: 500, share: 1 / 8, always: 5000, bytes: 1 << 20 }
/** When nobody is there any more, the encoding disturbs nobody. */
/** A node waits for so much more, so that where several have a board open they do not all compact it at once. */
const NOT_FIRST = 1.2
const LEAVING = { updates: 32, share: 0, always: 32, bytes: 16 * 1024 }

export class Compactor {
  readonly #id: BoardId
  readonly #store: Pick<BoardStore, 'compact'>
  readonly #encode: () => Uint8Array
  readonly #throughSeq: () => number | undefined
  readonly #isFirst: () => boolean
  readonly #folded: (throughSeq: number) => void
  readonly #failed: (error: unknown) => void
  #snapshotBytes: number
  #logCount: number
  #logBytes: number
  #running: Promise<void> | undefined

  constructor(
    id: BoardId,
    stored: { snapshot: Uint8Array; updates: readonly Uint8Array[] },
    deps: {
      store: Pick<BoardStore, 'compact'>
      encode: () => Uint8Array
      /** Up to where the log is in the document; `undefined` when that is not certain now. */
      throughSeq: () => number | undefined
      /** Whether of several nodes that have the board open this is the one to compact it. */
      isFirst: () => boolean
      folded: (throughSeq: number) => void
      failed: (error: unknown) => void
    },
  ) {
    this.#id = id
    this.#store = deps.store
    this.#encode = deps.encode
    this.#throughSeq = deps.throughSeq
    this.#isFirst = deps.isFirst
    this.#folded = deps.folded
    this.#failed = deps.failed
    this.#snapshotBytes = stored.snapshot.length
    this.#logCount = stored.updates.length
    this.#logBytes = stored.updates.reduce((sum, update) => sum + update.length, 0)
  }

  /** Notes what is durable now, and compacts if the log has grown enough. */
  appended(updates: readonly Uint8Array[]): void {
    for (const { length } of updates) this.appendedElsewhere(1, length)
    if (!this.#running && this.#isWorth(BUSY)) void this.#compact()
  }

  /** Another node has appended. */
  appendedElsewhere(count: number, bytes: number): void {
    this.#logCount += count
    this.#logBytes += bytes
  }

  /** Another node has compacted. */
  foldedElsewhere(): void {
    this.#logCount = 0
    this.#logBytes = 0
  }

  /** Before the board is unloaded. */
  async leave(): Promise<void> {
    await this.#running
    if (this.#isWorth(LEAVING)) await this.#compact()
  }

  #isWorth(rule: typeof BUSY): boolean {
    const factor = this.#isFirst() ? 1 : NOT_FIRST
    const [count, bytes] = [this.#logCount / factor, this.#logBytes / factor]
    if (count >= rule.always) return true
    if (count >= rule.updates && bytes >= this.#snapshotBytes * rule.share) return true
    return bytes >= Math.max(rule.bytes, this.#snapshotBytes)
  }

  #compact(): Promise<void> {
    this.#running = this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    const throughSeq = this.#throughSeq()
    if (throughSeq === undefined) return
    const snapshot = this.#encode()
    this.#snapshotBytes = snapshot.length
    this.#logCount = 0
    this.#logBytes = 0
    try {
      await this.#store.compact(this.#id, snapshot, throughSeq)
      this.#folded(throughSeq)
    } catch (error) {
      // The log is still whole; the next one is due when it has grown as much again.
      this.#failed(error)
    }
  }
}
