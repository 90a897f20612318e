/** Large states go out a few at a time, in the order they were asked for. Handed to all sockets at once, a board that a class
 * opens would lie in the kernel's buffers once for each of them, and all would wait until the last one has it; in a line half of
 * them have it in half the time, and the last one has it sooner too. One line for the process: it is the machine
 * that is short of memory and bandwidth, not a room. */
import type { Clock, Timer } from './clock.ts'
import type { Connection } from './connection.ts'

/** On the way at once; always at least one state, however large. */
const IN_FLIGHT_BYTES = 32 * 1024 * 1024
const LOOK_EVERY_MS = 5
/** So little left is nothing to wait for. */
const DRAINED_BYTES = 64 * 1024
/** A reader slower than this after `PATIENCE_MS` is held up by their own network, not by this machine, and holds nobody up. */
const MIN_BYTES_PER_MS = 40_000
const PATIENCE_MS = 25

type Reader = Pick<Connection, 'bufferedBytes'>

interface Transfer {
  bufferedBytes: number
  lookedAtMs: number
}

export class SendLine {
  readonly #clock: Clock
  readonly #waiting = new Map<Reader, () => void>()
  readonly #inFlight = new Map<Reader, Transfer>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `send` when it is the reader's turn: at once when nobody is before them. Who asks again keeps their place. */
  add(reader: Reader, send: () => void): void {
    this.#waiting.set(reader, send)
    this.#advance()
  }

  /** The reader is not there any more. */
  delete(reader: Reader): void {
    this.#waiting.delete(reader)
    this.#inFlight.delete(reader)
  }

  #advance(): void {
    const nowMs = this.#clock.nowMs()
    let bytes = 0
    for (const [reader, transfer] of this.#inFlight) {
      if (isDone(reader.bufferedBytes, transfer, nowMs)) this.#inFlight.delete(reader)
      else bytes += reader.bufferedBytes
    }
    for (const [reader, send] of this.#waiting) {
      if (bytes >= IN_FLIGHT_BYTES) break
      this.#waiting.delete(reader)
      send()
      const { bufferedBytes } = reader
      this.#inFlight.set(reader, { bufferedBytes, lookedAtMs: nowMs })
      bytes += bufferedBytes
    }
    if (this.#timer || this.#inFlight.size === 0) return
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#timer = undefined
      this.#advance()
    })
  }
}

/** Whether it is out, or so slow that nobody gains by waiting for it. */
function isDone(bufferedBytes: number, transfer: Transfer, nowMs: number): boolean {
  if (bufferedBytes <= DRAINED_BYTES) return true
  const ms = nowMs - transfer.lookedAtMs
  if (ms < PATIENCE_MS) return false
  const isSlow = transfer.bufferedBytes - bufferedBytes < ms * MIN_BYTES_PER_MS
  transfer.bufferedBytes = bufferedBytes
  transfer.lookedAtMs = nowMs
  return isSlow
}
