/** Frames that bring a newcomer up to date, encoded once for all who ask for the same.
 *
 * A newcomer without anything gets the encoded board, as the SyncStep2 that makes a y-websocket client call itself synced. When
 * there were ticks since it was encoded it goes as an Update, then the ticks, then `[W6]` an empty SyncStep2, so that nobody
 * is synced before they have everything. One with a state vector gets the difference, and those who
 * come back together after a cut mostly have the same state vector. */
import { EMPTY_STEP2, encodeSync, SYNC } from '#shared/protocol.ts'
import type { BoardDocument } from './document.ts'

/** The base is encoded anew when the ticks since are more than this many or this share of its bytes. */
const MAX_TICKS_SINCE = 64
const MAX_SHARE_SINCE = 0.25
const MAX_DIFFS_KEPT = 8

type Encodable = Pick<BoardDocument<unknown>, 'encode' | 'diff'>

export class StateFrames {
  readonly #document: Encodable
  /** The encoded board, then the ticks since. */
  #base: { frames: Uint8Array[]; sinceBytes: number } | undefined
  readonly #diffs = new Map<string, Uint8Array>()

  constructor(document: Encodable) {
    this.#document = document
  }

  /** @param stateVector  one that `isStateVector`
   * @returns frames to send in this order; the last one is a SyncStep2 */
  answer(stateVector: Uint8Array): readonly Uint8Array[] {
    if (isEmptyStateVector(stateVector)) return this.#whole()
    const key = Buffer.from(stateVector.buffer, stateVector.byteOffset, stateVector.length).toString('latin1')
    let diff = this.#diffs.get(key)
    if (!diff) {
      diff = encodeSync(SYNC.step2, this.#document.diff(stateVector))
      if (this.#diffs.size >= MAX_DIFFS_KEPT) this.#diffs.clear()
      this.#diffs.set(key, diff)
    }
    return [diff]
  }

  /** The board has changed by `frame`. */
  advance(frame: Uint8Array): void {
    this.#diffs.clear()
    if (!this.#base) return
    this.#base.frames.push(frame)
    this.#base.sinceBytes += frame.length
    const isStale =
      this.#base.frames.length > MAX_TICKS_SINCE + 1 ||
      this.#base.sinceBytes > (this.#base.frames[0]?.length ?? 0) * MAX_SHARE_SINCE
    // Dropped, not encoded: nobody may ever ask for it.
    if (isStale) this.#base = undefined
  }

  #whole(): readonly Uint8Array[] {
    this.#base ??= { frames: [encodeSync(SYNC.step2, this.#document.encode())], sinceBytes: 0 }
    const { frames } = this.#base
    const [base, ...since] = frames
    if (!base || since.length === 0) return frames
    // The second byte of a sync frame is its step; made once, and kept as what the base is from now on.
    if (base[1] === SYNC.step2) {
      const asUpdate = base.slice()
      asUpdate[1] = SYNC.update
      frames[0] = asUpdate
    }
    return [...frames, EMPTY_STEP2]
  }
}

const isEmptyStateVector = (bytes: Uint8Array): boolean => bytes.length === 1 && bytes[0] === 0
