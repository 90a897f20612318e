/** What came in for a room's document and is not in it yet. A tick takes as much as fits into its time, from every author in
 * turn: a long message goes in slices, over many ticks, and holds up neither the others of its board nor other boards.
 *
 * Messages of one author keep their order. Who asks for more time than a participant can need is found out here. */
import { CLOSE, ProtocolError } from '#shared/protocol.ts'
import { SlicedUpdate } from '#shared/sliced-update.ts'
import { OverweightUpdate } from '#shared/struct-reader.ts'
import { limitsOf, type ScanLimits, scanUpdate, type UpdateScan } from '#shared/update-scan.ts'
import { errorText } from '../log.ts'
import type { Clock } from './clock.ts'
import { type Rate, TokenBucket } from './rate-limit.ts'

export interface Inbound<Author> {
  readonly author: Author
  readonly update: Uint8Array
  /** Of the update, when it has been read before. */
  readonly scan?: UpdateScan
  /** Bytes that the board must have room for, where that is not the update: the first part of a message answers for all of it. */
  readonly messageBytes?: number
  /** Whether more of the message follows. */
  readonly isPart?: boolean
}

interface Message {
  readonly update: Uint8Array
  readonly scan: UpdateScan
  sliced: SlicedUpdate | undefined
}

/** What a tick's changes should take of the event loop, ms. */
const TARGET_MS = 5
/** Units of work between two looks at the clock, where a unit costs what it should. */
const PIECE_UNITS = 64
/** A piece may take this long, ms; where it takes longer, the next one is smaller. */
const PIECE_MS = 2
/** What one participant's changes may take of the process, ms: a week's work offline at once, and then what nobody draws. */
const APPLY_MS: Rate = { perSecond: 200, burst: 10_000 }
/** For what was let in before. */
export const NO_APPLY_LIMIT: Rate = { perSecond: 0, burst: 0 }

export class Inbox<Author extends object> {
  readonly #clock: Clock
  readonly #limits: ScanLimits
  readonly #stateOf: (client: number) => number
  readonly #rate: Rate
  readonly #queues = new Map<Author, Message[]>()
  readonly #applyMs = new WeakMap<Author, TokenBucket>()
  readonly #overdrawn = new Set<Author>()
  #taken: Inbound<Author>[] = []
  #pieceUnits = PIECE_UNITS

  /** @param maxMessageBytes  0 for no limit
   * @param stateOf  up to which clock the document has a client's structs
   * @param rate  of one author, in ms of the process */
  constructor(
    clock: Clock,
    maxMessageBytes: number,
    stateOf: (client: number) => number,
    rate: Rate = APPLY_MS,
  ) {
    this.#clock = clock
    this.#rate = rate
    this.#limits = limitsOf(maxMessageBytes)
    this.#stateOf = stateOf
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  /** @throws ProtocolError for what is no update, or asks for more than any board does */
  push(author: Author, update: Uint8Array): void {
    let scan: UpdateScan
    try {
      scan = scanUpdate(update, this.#limits)
    } catch (error) {
      if (error instanceof OverweightUpdate) throw new ProtocolError(error.message, CLOSE.tooBig)
      throw new ProtocolError(`not an update: ${errorText(error)}`)
    }
    const queue = this.#queues.get(author)
    const message = { update, scan, sliced: undefined }
    if (queue) queue.push(message)
    else this.#queues.set(author, [message])
  }

  /** A tick's worth, one piece of each author in turn. The time from one piece to the next is what it cost. */
  *tick(): Generator<Inbound<Author>, void> {
    this.#taken = []
    let nowMs = this.#clock.nowMs()
    const endMs = nowMs + TARGET_MS
    for (
      let first = this.#queues.entries().next().value;
      first;
      first = this.#queues.entries().next().value
    ) {
      const [author, queue] = first
      const { inbound, units } = this.#nextOf(author, queue)
      // To the end: who was served last is not served first.
      this.#queues.delete(author)
      if (queue.length > 0) this.#queues.set(author, queue)
      this.#taken.push(inbound)
      yield inbound
      const startMs = nowMs
      nowMs = this.#clock.nowMs()
      this.charge(author, nowMs - startMs)
      this.#adapt(nowMs - startMs, units)
      if (nowMs >= endMs) return
    }
  }

  /** What the last tick took. */
  get taken(): readonly Inbound<Author>[] {
    return this.#taken
  }

  /** Who has used up their time since this was last asked; what else they sent is dropped. */
  takeOverdrawn(): Author[] {
    const authors = [...this.#overdrawn]
    this.#overdrawn.clear()
    return authors
  }

  /** Drops the rest of a message of which a part is taken. */
  dropRest(author: Author): void {
    const queue = this.#queues.get(author)
    if (!queue?.[0]?.sliced) return
    queue.shift()
    if (queue.length === 0) this.#queues.delete(author)
  }

  /** Drops all that waits of an author.
   * @returns whether something did */
  drop(author: Author): boolean {
    return this.#queues.delete(author)
  }

  #nextOf(author: Author, queue: Message[]): { inbound: Inbound<Author>; units: number } {
    const message = queue[0] as Message
    const { update, scan } = message
    const isFirst = !message.sliced
    if (isFirst && scan.units <= this.#pieceUnits) {
      queue.shift()
      return { inbound: { author, update, scan }, units: scan.units }
    }
    message.sliced ??= new SlicedUpdate(update, scan)
    const slice = message.sliced.next(this.#pieceUnits, this.#stateOf)
    const isPart = !message.sliced.isDone
    if (!isPart) queue.shift()
    const messageBytes = isFirst ? update.length : 0
    return { inbound: { author, update: slice.update, isPart, messageBytes }, units: slice.units }
  }

  /** Counts time that was spent on what an author sent, ms. */
  charge(author: Author, ms: number): void {
    const nowMs = this.#clock.nowMs()
    const bucket = this.#applyMs.get(author) ?? new TokenBucket(this.#rate, nowMs)
    this.#applyMs.set(author, bucket)
    if (bucket.spend(ms, nowMs)) return
    this.#overdrawn.add(author)
    this.#queues.delete(author)
  }

  #adapt(ms: number, units: number): void {
    this.#pieceUnits =
      ms > PIECE_MS
        ? Math.max(1, Math.min(this.#pieceUnits, (units * PIECE_MS) / ms))
        : Math.min(PIECE_UNITS, this.#pieceUnits * 1.25)
  }
}
