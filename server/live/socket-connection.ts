/** One WebSocket from its first byte to its last: waits for its room, keeps to its limits, and ends with a code that says
 * why. Sees the socket through `Socket`, which `ws` fits; the room sees it as a `Connection`.
 *
 *   joining (frames queue) → seated → ended */
import type { BoardId } from '#shared/ids.ts'
import { createParticipantId } from '#shared/ids.ts'
import { asksForAll, CLOSE, type CloseCode, isFinal, KEEPALIVE, ProtocolError } from '#shared/protocol.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { Admit } from './admission.ts'
import type { Clock, Timer } from './clock.ts'
import type { Connection, Message } from './connection.ts'
import type { Beating, Heartbeat } from './heartbeat.ts'
import type { Meters } from './meters.ts'
import { TokenBucket } from './rate-limit.ts'
import { type Registry, UnreadableBoard } from './registry.ts'
import type { Seat } from './room.ts'

/** What is used of a `ws` socket. */
export interface Socket {
  readonly bufferedAmount: number
  send(message: Message): void
  sendAll(messages: readonly Uint8Array[]): void
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
}

export interface SocketDeps {
  readonly registry: Registry
  readonly heartbeat: Heartbeat
  readonly clock: Clock
  readonly log: Log
  readonly limits: {
    readonly maxMessageBytes: number
    readonly messagesPerSecond: number
    readonly bytesPerSecond: number
  }
}

export interface SocketFacts {
  readonly token: string | undefined
  readonly speaksDrawbridge: boolean
}

const PROBE_MS = 3000
const MAX_MISSED_PONGS = 2
/** Bursts are four seconds' worth, or two of the largest messages: a reconnect brings all that was drawn offline. */
const BURST_S = 4
/** What may come in before the room is open; a client sends its SyncStep1 and presence unasked, perhaps a few edits. */
const MAX_EARLY_BYTES = 1 << 20
/** Our page shows the reason of a final close to the person. A reason has room for 123 bytes of UTF-8 (RFC 6455, 5.5). */
const asCloseReason = (text: string): string => text.replace(/[^ -~]/g, '?').slice(0, 123)

type State =
  | { kind: 'joining'; early: Uint8Array[]; earlyBytes: number }
  | { kind: 'seated'; seat: Seat }
  | { kind: 'ended' }

export class SocketConnection implements Connection, Beating {
  readonly id = createParticipantId()
  readonly token: string | undefined
  readonly speaksDrawbridge: boolean
  readonly #socket: Socket
  readonly #deps: SocketDeps
  readonly #meters: Meters
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket
  readonly #stopBeating: () => void
  #state: State = { kind: 'joining', early: [], earlyBytes: 0 }
  /** Resolves when it has asked for all of the board while that is being opened. */
  readonly #asked = Promise.withResolvers<void>()
  #board = ''
  #missedPongs = 0
  #quietVisits = 0
  #probe: Timer | undefined
  #closedWith: { code: number; reason: string } | undefined

  constructor(socket: Socket, { token, speaksDrawbridge }: SocketFacts, deps: SocketDeps) {
    const { limits, clock, heartbeat } = deps
    this.token = token
    this.speaksDrawbridge = speaksDrawbridge
    this.#socket = socket
    this.#deps = deps
    this.#meters = deps.registry.meters
    const nowMs = clock.nowMs()
    const { messagesPerSecond, bytesPerSecond, maxMessageBytes } = limits
    this.#messages = new TokenBucket(
      { perSecond: messagesPerSecond, burst: messagesPerSecond * BURST_S },
      nowMs,
    )
    const byteBurst = Math.max(bytesPerSecond * BURST_S, maxMessageBytes * 2)
    this.#bytes = new TokenBucket({ perSecond: bytesPerSecond, burst: byteBurst }, nowMs)
    this.#stopBeating = heartbeat.add(this)
  }

  get isOpen(): boolean {
    return this.#state.kind !== 'ended'
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** Seats it in its board's room, or closes it. */
  async join(boardId: BoardId, admit: Admit): Promise<void> {
    this.#board = boardTag(boardId)
    this.#deps.log.info({ board: this.#board, connection: this.id }, 'connection.opened')
    let seat: Awaited<ReturnType<Registry['join']>>
    try {
      seat = await this.#deps.registry.join(boardId, this, admit, this.#asked.promise)
    } catch (error) {
      const isUnreadable = error instanceof UnreadableBoard
      const reason = isUnreadable ? 'the board cannot be read' : 'the board cannot be loaded now'
      this.#meters.refusals['board-unavailable']++
      this.close(isUnreadable ? CLOSE.internalError : CLOSE.overloaded, reason)
      return
    }
    if (seat === 'full' || seat === 'no-right') {
      this.#meters.refusals[seat === 'full' ? 'board-full' : seat]++
      return
    }
    if (seat === 'no-board') {
      this.#meters.refusals['no-such-board']++
      this.close(CLOSE.noSuchBoard, 'There is no board at this link.')
      return
    }
    if (this.#state.kind !== 'joining') {
      seat.leave()
      return
    }
    const { early } = this.#state
    this.#state = { kind: 'seated', seat }
    for (const frame of early) this.#deliver(frame)
  }

  /** Closes it instead of seating it. */
  refuse(boardId: BoardId, code: CloseCode, reason: string): void {
    this.#board = boardTag(boardId)
    this.#deps.log.info({ board: this.#board, connection: this.id }, 'connection.opened')
    this.close(code, reason)
  }

  /** A binary message has come in. */
  receive(frame: Uint8Array): void {
    if (this.#state.kind === 'ended') return
    this.#meters.received.count(frame)
    const { limits, clock } = this.#deps
    const nowMs = clock.nowMs()
    if (limits.maxMessageBytes > 0 && frame.length > limits.maxMessageBytes) {
      this.close(
        CLOSE.tooBig,
        `A change of ${frame.length} bytes is too big; the limit is ${limits.maxMessageBytes}.`,
      )
    } else if (!this.#messages.take(1, nowMs) || !this.#bytes.take(frame.length, nowMs)) {
      this.close(CLOSE.tooFast, 'This page sent too much at once.')
    } else if (this.#state.kind === 'seated') {
      this.#deliver(frame)
    } else {
      this.#state.earlyBytes += frame.length
      if (this.#state.earlyBytes > Math.max(MAX_EARLY_BYTES, limits.maxMessageBytes)) {
        this.close(CLOSE.overloaded, 'too much sent before the board was open')
      } else {
        this.#state.early.push(frame)
        if (asksForAll(frame)) this.#asked.resolve()
      }
    }
  }

  /** A text message has come in. */
  receiveText(): void {
    this.close(CLOSE.unsupportedData, 'frames are binary')
  }

  /** A ping has come in, and `ws` answers it. */
  pinged(): void {
    this.#countControl()
  }

  ponged(): void {
    this.#countControl()
    this.#missedPongs = 0
    this.#probe?.cancel()
    this.#probe = undefined
  }

  /** The socket met an error: a frame against RFC 6455, a reset. It closes next. */
  failed(code: number, reason: string): void {
    this.#closedWith ??= { code, reason }
  }

  /** The socket has closed. */
  closed(code: number, reason: string): void {
    this.#leave(code === CLOSE.goingAway)
    const fields = this.#closedWith ?? { code, reason }
    this.#meters.disconnected(fields.code)
    this.#deps.log.info({ board: this.#board, connection: this.id, ...fields }, 'connection.closed')
  }

  send(message: Message): void {
    this.#quietVisits = 0
    if (message instanceof Uint8Array) this.#meters.sent.count(message)
    else if (message[0]) this.#meters.sent.count(message[0], message.slice(1))
    this.#socket.send(message)
  }

  sendAll(frames: readonly Uint8Array[]): void {
    this.#quietVisits = 0
    for (const frame of frames) this.#meters.sent.count(frame)
    this.#socket.sendAll(frames)
  }

  close(code: CloseCode, reason: string): void {
    if (this.#state.kind === 'ended') return
    this.#closedWith = { code, reason: asCloseReason(reason) }
    this.#leave(isFinal(code))
    this.#socket.close(code, this.#closedWith.reason)
  }

  terminate(): void {
    this.#leave()
    this.#socket.terminate()
  }

  probe(): void {
    if (this.#probe || this.#state.kind === 'ended') return
    this.#socket.ping()
    this.#probe = this.#deps.clock.after(PROBE_MS, () => this.terminate())
  }

  ping(): void {
    if (this.#missedPongs >= MAX_MISSED_PONGS) {
      this.terminate()
      return
    }
    this.#missedPongs++
    this.#socket.ping()
  }

  keepAlive(): void {
    if (this.#quietVisits++ >= 2) this.send(KEEPALIVE)
  }

  /** `[W13]` Control frames are messages, too. */
  #countControl(): void {
    if (this.#state.kind === 'ended' || this.#messages.take(1, this.#deps.clock.nowMs())) return
    this.close(CLOSE.tooFast, 'This page sent too much at once.')
  }

  #deliver(frame: Uint8Array): void {
    if (this.#state.kind !== 'seated') return
    try {
      this.#state.seat.receive(frame)
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.close(error.code, error.message)
        return
      }
      // A bug of ours; it ends the connection that met it, and not the process that others are using.
      const stack = error instanceof Error ? error.stack : undefined
      this.#deps.log.error(
        { board: this.#board, connection: this.id, reason: errorText(error), stack },
        'frame.failed',
      )
      this.close(CLOSE.internalError, 'internal error')
    }
  }

  #leave(isForGood = false): void {
    const state = this.#state
    if (state.kind === 'ended') return
    this.#state = { kind: 'ended' }
    this.#stopBeating()
    this.#probe?.cancel()
    if (state.kind === 'seated') state.seat.leave(isForGood)
  }
}
