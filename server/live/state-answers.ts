/** `[W5]` Answers SyncStep1s: says no to what is none, and lets a large state wait for its turn. */
import { CLOSE, ProtocolError } from '#shared/protocol.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { Clock } from './clock.ts'
import { type BoardDocument, isStateVector } from './document.ts'
import type { Member } from './member.ts'
import type { Stored } from './read-document.ts'
import type { SendLine } from './send-line.ts'
import { type Answer, isEmptyStateVector, StateFrames } from './state-frames.ts'

/** State vectors have one entry for every page that ever wrote to the board: some ten bytes. */
const MAX_STATE_VECTOR_BYTES = 1 << 20
/** So many bytes of one count as one more SyncStep1. */
const STATE_VECTOR_BYTES_PER_STEP1 = 64 * 1024
/** A state from this size on waits in the line. */
const LARGE_BYTES = 1 << 20
/** One from this size on is packed for those who can unpack it. `[W18]` */
export const PACKED_BYTES = 64 * 1024

export class StateAnswers {
  readonly #document: BoardDocument<Member>
  readonly #clock: Clock
  readonly #line: SendLine
  readonly #log: Log
  readonly #board: string
  readonly #frames: StateFrames
  /** Whose answer is being packed. */
  readonly #packing = new Set<Member>()

  /** @param stored  what the document was just made of */
  constructor(
    document: BoardDocument<Member>,
    { clock, line, log }: { clock: Clock; line: SendLine; log: Log },
    stored: Stored & { readonly record: { readonly id: string } },
  ) {
    this.#document = document
    this.#clock = clock
    this.#line = line
    this.#log = log
    this.#board = boardTag(stored.record.id)
    this.#frames = new StateFrames(document, clock, document.hasGap ? undefined : stored)
  }

  /** @throws ProtocolError */
  answer(member: Member, stateVector: Uint8Array): void {
    if (stateVector.length > MAX_STATE_VECTOR_BYTES) {
      throw new ProtocolError(`a state vector of ${stateVector.length} bytes`, CLOSE.tooBig)
    }
    // A large one takes long to read, and to compare.
    const cost = 1 + Math.floor(stateVector.length / STATE_VECTOR_BYTES_PER_STEP1)
    if (!member.step1s.take(cost, this.#clock.nowMs())) {
      throw new ProtocolError('too many SyncStep1 frames', CLOSE.tooFast)
    }
    // Checked here, because a lagging connection's is used only later.
    if (!isStateVector(stateVector)) throw new ProtocolError('not a state vector')
    const { bytes } = this.#document
    if (bytes < PACKED_BYTES || !isEmptyStateVector(stateVector)) this.#send(member, stateVector)
    else if (member.connection.speaksDrawbridge) void this.#sendPacked(member, stateVector)
    else this.#sendInLine(member, stateVector)
  }

  async #sendPacked(member: Member, stateVector: Uint8Array): Promise<void> {
    if (this.#packing.has(member)) return
    this.#packing.add(member)
    try {
      await this.#frames.pack()
    } catch (error) {
      this.#log.warn({ board: this.#board, reason: errorText(error) }, 'state.pack_failed')
    }
    // Who has left meanwhile is not in it any more.
    if (this.#packing.delete(member)) this.#sendInLine(member, stateVector)
  }

  #sendInLine(member: Member, stateVector: Uint8Array): void {
    const send = () => this.#send(member, stateVector)
    if (this.#document.bytes >= LARGE_BYTES) this.#line.add(member.connection, send)
    else send()
  }

  #send(member: Member, stateVector: Uint8Array): void {
    const canUnpack = member.connection.speaksDrawbridge
    member.outbox.answer(stateVector, () => this.#frames.answer(stateVector, canUnpack))
  }

  /** What brings somebody with that state vector up to date. */
  catchUp(stateVector: Uint8Array): Answer {
    return this.#frames.answer(stateVector)
  }

  /** The board has changed by `frame`. */
  advance(frame: Uint8Array): void {
    this.#frames.advance(frame)
  }

  forget(member: Member): void {
    this.#packing.delete(member)
    this.#line.delete(member.connection)
  }

  stop(): void {
    this.#frames.stop()
  }
}
