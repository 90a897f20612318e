/** What one connection still has to be sent, bounded however slowly it reads.
 *
 *   waiting → flowing ⇄ lagging
 *
 * A connection with more than `LAGGING_BYTES` on the way is lagging: it gets nothing more but is owed the difference from
 * the state vector it will have when it has read what is on the way. So what waits for it is never more than those
 * bytes and the one frame that went over them, and no frame is skipped blindly. Before its first SyncStep1 it is
 * waiting: updates would only lie unused in it. */
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Answer } from './state-frames.ts'

export const LAGGING_BYTES = 256 * 1024
export const DRAINED_BYTES = 64 * 1024
export const MAX_LAG_MS = 30_000
/** A big board takes its time on a thin line; who reads at least this fast is not cut off while it arrives. */
export const MIN_BYTES_PER_SECOND = 64 * 1024

type State =
  | { kind: 'waiting' }
  | { kind: 'flowing' }
  | { kind: 'lagging'; stateVector: Uint8Array; deadlineMs: number }

export class Outbox {
  readonly #connection: Connection
  readonly #clock: Clock
  #state: State = { kind: 'waiting' }
  /** The newest `saved` frame that a lagging connection has not got. */
  #savedFrame: Uint8Array | undefined

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  get isLagging(): boolean {
    return this.#state.kind === 'lagging'
  }

  get isWaiting(): boolean {
    return this.#state.kind === 'waiting'
  }

  /** A small frame that must not be lost: welcome, refusal, SyncStep1. */
  control(frame: Uint8Array): void {
    this.#connection.send(frame)
  }

  saved(frame: Uint8Array): void {
    if (this.#state.kind === 'lagging') this.#savedFrame = frame
    else this.#connection.send(frame)
  }

  /** The answer to a SyncStep1, or, if the connection lags, a note that it is owed one.
   * @param stateVector  what the connection says it has */
  answer(stateVector: Uint8Array, answer: () => Answer): void {
    if (this.#state.kind === 'lagging') {
      this.#state = { ...this.#state, stateVector }
      return
    }
    if (this.#isFull()) {
      this.#lag(stateVector)
      return
    }
    this.#state = { kind: 'flowing' }
    this.#send(answer())
  }

  /** What a tick has for this connection: all of it, or nothing, in one write.
   * @param frames  with the document's change, if there was one
   * @param transient  the same without it: for a connection that has not asked for the document yet
   * @param before  the state vector that the frames build upon
   * @param own  what nobody else gets */
  tick(
    frames: readonly Uint8Array[],
    transient: readonly Uint8Array[],
    before: () => Uint8Array,
    own?: Uint8Array,
  ): void {
    if (this.#state.kind === 'lagging') return
    const isFlowing = this.#state.kind === 'flowing'
    if (this.#isFull()) {
      if (isFlowing) this.#lag(before())
      return
    }
    const due = isFlowing ? frames : transient
    if (due.length > 0) this.#connection.sendAll(due)
    if (own) this.#connection.send(own)
  }

  /** Everybody's presence, which a lagging connection gets when it has caught up. */
  presence(frame: Uint8Array): void {
    if (this.#state.kind !== 'lagging' && !this.#isFull()) this.#connection.send(frame)
  }

  /** Looks whether a lagging connection has caught up, and if so sends what it is owed.
   * @param answer  what brings somebody with that state vector up to date
   * @returns `too-slow` when it is to be given up */
  check(answer: (stateVector: Uint8Array) => Answer): 'lagging' | 'caught-up' | 'too-slow' {
    if (this.#state.kind !== 'lagging') return 'caught-up'
    if (this.#connection.bufferedBytes > DRAINED_BYTES) {
      return this.#clock.nowMs() > this.#state.deadlineMs ? 'too-slow' : 'lagging'
    }
    const { stateVector } = this.#state
    this.#state = { kind: 'flowing' }
    this.#send(answer(stateVector))
    if (this.#savedFrame) this.#connection.send(this.#savedFrame)
    this.#savedFrame = undefined
    return 'caught-up'
  }

  #send({ state, since }: Answer): void {
    for (const frame of state) this.#connection.send(frame)
    if (since.length > 0) this.#connection.sendAll(since)
  }

  #isFull(): boolean {
    return this.#connection.bufferedBytes > LAGGING_BYTES
  }

  #lag(stateVector: Uint8Array): void {
    const patienceMs = MAX_LAG_MS + (this.#connection.bufferedBytes / MIN_BYTES_PER_SECOND) * 1000
    this.#state = { kind: 'lagging', stateVector, deadlineMs: this.#clock.nowMs() + patienceMs }
  }
}
