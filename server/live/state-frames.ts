/** Frames that bring a newcomer up to date, encoded once for all who ask for the same.
 *
 * A newcomer without anything gets the encoded board, as the SyncStep2 that makes a y-websocket client call itself synced. When
 * there were ticks since it was encoded it goes as an Update, then the ticks, then `[W6]` an empty SyncStep2, so that nobody
 * is synced before they have everything. One with a state vector gets the difference, and those who
 * come back together after a cut mostly have the same state vector. */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createDeflateRaw } from 'node:zlib'
import { EMPTY_STEP2, encodeSync, packedFrames, SYNC, syncHead } from '#shared/protocol.ts'
import type { Clock, Timer } from './clock.ts'
import type { Message } from './connection.ts'
import type { BoardDocument } from './document.ts'
import type { Stored } from './read-document.ts'

/** The base is encoded anew when the ticks since are more than this many or this share of its bytes. */
const MAX_TICKS_SINCE = 512
const MAX_SHARE_SINCE = 0.25
const MAX_DIFFS_KEPT = 8
/** A board packs to about half; the level above takes twice as long for a hundredth less. */
const PACK_LEVEL = 1
const WORTH_PACKING = 0.9
/** What nobody has asked for so long is not kept: it is as large as the board. */
const KEPT_MS = 15_000

type Encodable = Pick<BoardDocument<unknown>, 'encodeInPieces' | 'diff'>

/** What brings a connection up to date, in the order in which it is sent. The last of it is a SyncStep2. */
export interface Answer {
  readonly state: readonly Message[]
  readonly since: readonly Uint8Array[]
}

interface Base {
  /** One update in pieces: the whole board when it was encoded. */
  readonly pieces: readonly Uint8Array[]
  readonly bytes: number
  /** Update frames of the ticks since. */
  readonly since: Uint8Array[]
  sinceBytes: number
  /** `[W18]` The update as a DEFLATE stream, if that is smaller. */
  packed: Uint8Array | undefined
  packing: Promise<void> | undefined
  /** Shared by all who ask before the next tick. */
  answers: { plain?: Answer; packed?: Answer }
}

export class StateFrames {
  readonly #document: Encodable
  readonly #clock: Clock
  readonly #diffs = new Map<string, Answer>()
  #base: Base | undefined
  #usedAtMs: number
  #timer: Timer | undefined

  /** @param stored  what the document was just made of, if nothing of it was left out */
  constructor(document: Encodable, clock: Clock, stored?: Stored) {
    this.#document = document
    this.#clock = clock
    this.#usedAtMs = clock.nowMs()
    if (!stored) return
    const { snapshot, deflated } = stored
    this.#base = newBase([snapshot])
    if (deflated && isWorthPacking(deflated, snapshot.length)) this.#base.packed = deflated
    for (const update of stored.updates) this.advance(encodeSync(SYNC.update, update))
    this.#keep()
  }

  /** Makes the packed form of the board for those who can unpack it; they get it from now on, until it is too old.
   * @throws Error when it cannot be made; the plain one still can */
  async pack(): Promise<void> {
    this.#keep()
    const base = this.#freshBase()
    if (base.packed) return
    base.packing ??= deflate(base.pieces).then(packed => {
      if (isWorthPacking(packed, base.bytes)) base.packed = packed
    })
    await base.packing
  }

  /** @param stateVector  one that `isStateVector`
   * @param canUnpack  whether the asker takes packed frames */
  answer(stateVector: Uint8Array, canUnpack = false): Answer {
    this.#keep()
    if (isEmptyStateVector(stateVector)) return this.#whole(canUnpack)
    const key = Buffer.from(stateVector.buffer, stateVector.byteOffset, stateVector.length).toString('latin1')
    let answer = this.#diffs.get(key)
    if (!answer) {
      answer = { state: [encodeSync(SYNC.step2, this.#document.diff(stateVector))], since: [] }
      if (this.#diffs.size >= MAX_DIFFS_KEPT) this.#diffs.clear()
      this.#diffs.set(key, answer)
    }
    return answer
  }

  /** The board has changed by `frame`. */
  advance(frame: Uint8Array): void {
    this.#diffs.clear()
    if (!this.#base) return
    const { since, bytes } = this.#base
    since.push(frame)
    this.#base.sinceBytes += frame.length
    this.#base.answers = {}
    const isStale = since.length > MAX_TICKS_SINCE || this.#base.sinceBytes > bytes * MAX_SHARE_SINCE
    // Dropped, not encoded: nobody may ever ask for it.
    if (isStale) this.#base = undefined
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #whole(canUnpack: boolean): Answer {
    const { pieces, bytes, since, packed, answers } = this.#freshBase()
    const step = since.length > 0 ? SYNC.update : SYNC.step2
    const rest = since.length > 0 ? [...since, EMPTY_STEP2] : []
    if (canUnpack && packed) {
      answers.packed ??= { state: packedFrames(step, packed), since: rest }
      return answers.packed
    }
    answers.plain ??= { state: [[syncHead(step, bytes), ...pieces]], since: rest }
    return answers.plain
  }

  #freshBase(): Base {
    this.#base ??= newBase(this.#document.encodeInPieces())
    return this.#base
  }

  #keep(): void {
    this.#usedAtMs = this.#clock.nowMs()
    this.#timer ??= this.#clock.after(KEPT_MS, () => this.#drop())
  }

  #drop(): void {
    const idleMs = this.#clock.nowMs() - this.#usedAtMs
    this.#timer = undefined
    if (idleMs < KEPT_MS) {
      this.#timer = this.#clock.after(KEPT_MS - idleMs, () => this.#drop())
      return
    }
    this.#base = undefined
    this.#diffs.clear()
  }
}

const newBase = (pieces: readonly Uint8Array[]): Base => ({
  pieces,
  bytes: pieces.reduce((sum, { length }) => sum + length, 0),
  since: [],
  sinceBytes: 0,
  packed: undefined,
  packing: undefined,
  answers: {},
})

/** In the thread pool. */
function deflate(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  return buffer(Readable.from(pieces).compose(createDeflateRaw({ level: PACK_LEVEL })))
}

export const isWorthPacking = (packed: Uint8Array, bytes: number): boolean =>
  packed.length < bytes * WORTH_PACKING

export const isEmptyStateVector = (bytes: Uint8Array): boolean => bytes.length === 1 && bytes[0] === 0
