/** A connection without a socket: keeps what it was sent, in words. */
import * as decoding from 'lib0/decoding'
import { createParticipantId } from '#shared/ids.ts'
import {
  type CloseCode,
  decodeOwnServerFrame,
  type OwnServerFrame,
  readAwareness,
  TAG,
} from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import type { Connection, Message } from '../live/connection.ts'
import type { Room, Seat } from '../live/room.ts'

export type Received =
  | OwnServerFrame
  | { type: 'step1' | 'step2' | 'update'; bytes: Uint8Array }
  | { type: 'awareness'; states: Record<number, string> }

export class FakeConnection implements Connection {
  readonly id = createParticipantId()
  readonly token: string | undefined
  readonly speaksDrawbridge: boolean
  bufferedBytes = 0
  frames: Uint8Array[] = []
  closedWith: CloseCode | 'terminated' | undefined
  probeCount = 0
  seat: Seat | undefined

  constructor(options: { drawbridge?: boolean; token?: string } = {}) {
    this.speaksDrawbridge = options.drawbridge ?? true
    this.token = options.token
  }

  join(room: Room, role: Role = 'editor', by: string = this.id): this {
    this.seat = room.join(this, { role, by })
    return this
  }

  receive(frame: Uint8Array): void {
    this.seat?.receive(frame)
  }

  leave(): void {
    this.seat?.leave()
  }

  send(message: Message): void {
    this.frames.push(message instanceof Uint8Array ? message : joined(message))
  }

  sendAll(frames: readonly Uint8Array[]): void {
    this.frames.push(...frames)
  }

  close(code: CloseCode): void {
    this.closedWith ??= code
    this.leave()
  }

  terminate(): void {
    this.closedWith ??= 'terminated'
    this.leave()
  }

  probe(): void {
    this.probeCount++
  }

  /** What came since the last call. */
  take(): Received[] {
    return this.takeFrames().map(readServerFrame)
  }

  takeFrames(): Uint8Array[] {
    const frames = this.frames
    this.frames = []
    return frames
  }
}

/** What is sent to many in pieces is one message, and so one array here. */
const joinedOnce = new WeakMap<readonly Uint8Array[], Uint8Array>()

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  let whole = joinedOnce.get(pieces)
  if (!whole) {
    whole = new Uint8Array(Buffer.concat(pieces))
    joinedOnce.set(pieces, whole)
  }
  return whole
}

export function readServerFrame(frame: Uint8Array): Received {
  const decoder = decoding.createDecoder(frame)
  const tag = decoding.readVarUint(decoder)
  if (tag === TAG.sync) {
    const type = (['step1', 'step2', 'update'] as const)[decoding.readVarUint(decoder)]
    if (!type) throw new Error('a sync frame that is none')
    return { type, bytes: decoding.readVarUint8Array(decoder) }
  }
  if (tag === TAG.awareness) {
    const entries = readAwareness(decoding.readVarUint8Array(decoder), () => true)
    return {
      type: 'awareness',
      states: Object.fromEntries(entries.map(({ clientId, json }) => [clientId, json])),
    }
  }
  return decodeOwnServerFrame(tag, decoder)
}
