/** The wire: one WebSocket message is one frame, a varUint tag and a body. Rule ids (`[W1]` …) are in PROTOCOL.md.
 *
 * Tags 0–3 are y-websocket 3.1's own and pass through byte for byte; tags from 100 are `drawbridge.v1`'s.
 * Encoders return fresh bytes; decoders take untrusted bytes and throw `ProtocolError`, never anything else. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { Box } from './geometry/box.ts'
import { isParticipantToken } from './ids.ts'
import type { Action, Role } from './roles.ts'

export const SUBPROTOCOL = 'drawbridge.v1'
/** Offered beside `SUBPROTOCOL`: `participant.<token>` says "the same page as before" when it reconnects. */
export const PARTICIPANT_PREFIX = 'participant.'

export const TAG = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  welcome: 100,
  saved: 101,
  live: 102,
  refused: 103,
  role: 104,
  check: 105,
  view: 106,
  packed: 107,
} as const

export const SYNC = { step1: 0, step2: 1, update: 2 } as const

/** Close codes we send (DESIGN chapter 6). 44xx are final: the stock client stops reconnecting. */
export const CLOSE = {
  goingAway: 1001,
  unsupportedData: 1003,
  internalError: 1011,
  restarting: 1012,
  overloaded: 1013,
  badFrame: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  noSuchBoard: 4404,
  tooBig: 4413,
  tooFast: 4429,
  tooSlow: 4508,
} as const
/** Nobody comes back after it. */
export const isFinal = (code: number): boolean => code >= 4400 && code < 4500
export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE]

/** Untrusted bytes that are not a frame; the connection that sent them is closed with `code`. */
export class ProtocolError extends Error {
  readonly code: CloseCode
  constructor(message: string, code: CloseCode = CLOSE.badFrame) {
    super(message)
    this.name = 'ProtocolError'
    this.code = code
  }
}

export interface Welcome {
  /** Stands for this connection's participant until it leaves; public, not a secret. */
  participantId: string
  /** The person's mark: shapes that they make carry it as `by`. The same on all their connections to the board. */
  by: string
  role: Role
  serverVersion: string
  /** The server's clock when it was sent, ms since 1970: by it a timer runs out for everybody at once. */
  timeMs: number
  limits: { maxMessageBytes: number; maxBoardBytes: number }
}

/** Why the server did not do something, while the connection stays. */
export interface Refusal {
  code: 'not-saving' | 'read-only' | 'not-own' | 'held' | 'too-big' | 'repaired' | 'too-fast'
  /** One sentence for the person. */
  message: string
}

/** Kinds of live payloads (the payload's first byte). Of cursors, gestures, viewports and carets only the latest of a tick is relayed;
 * of the others every one is, in order. */
export const LIVE = {
  cursor: 0,
  gesture: 1,
  ink: 2,
  laser: 3,
  chat: 4,
  viewport: 5,
  reaction: 6,
  summons: 7,
  caret: 8,
} as const
/** What a role must allow for a payload of this kind: pictures of what is being drawn or typed are for who may do that. */
export const liveAction = (kind: number): Action =>
  kind === LIVE.gesture || kind === LIVE.ink || kind === LIVE.caret
    ? 'add'
    : kind === LIVE.summons
      ? 'facilitate'
      : 'see'
export const isLatestWins = (kind: number): boolean =>
  kind === LIVE.cursor || kind === LIVE.gesture || kind === LIVE.viewport || kind === LIVE.caret

export interface LiveMessage {
  clientId: number
  payload: Uint8Array
}

/** What a client may send, told apart by tag. `bytes` are views into the frame, not copies. */
export type ClientFrame =
  | { type: 'step1'; stateVector: Uint8Array }
  | { type: 'update'; update: Uint8Array }
  | { type: 'awareness'; body: Uint8Array }
  | { type: 'query-awareness' }
  | { type: 'live'; payload: Uint8Array }
  | { type: 'check'; hash: Uint8Array }
  | { type: 'view'; view: Box }

export interface AwarenessEntry {
  clientId: number
  clock: number
  /** JSON text; `null` says that the client has left. */
  json: string
}

/** What our client may get beside y-websocket's own tags. */
export type OwnServerFrame =
  | { type: 'welcome'; welcome: Welcome }
  | { type: 'saved'; count: number }
  | { type: 'live'; messages: LiveMessage[] }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'role'; role: Role }
  | { type: 'check'; hash: Uint8Array }
  /** `step`: `PACKED_MORE` or, with the last part, the sync step that it stands for. */
  | { type: 'packed'; step: number; part: Uint8Array }

/** Reads one frame from a client. `[W2]` bytes after the body are ignored, as the stock peers do.
 * @throws ProtocolError when the bytes end early, a length runs past the end, or the tag is not a client's. */
export function decodeClientFrame(frame: Uint8Array): ClientFrame {
  return guard(() => {
    const decoder = decoding.createDecoder(frame)
    const tag = decoding.readVarUint(decoder)
    switch (tag) {
      case TAG.sync:
        return readSync(decoder)
      case TAG.awareness:
        return { type: 'awareness', body: decoding.readVarUint8Array(decoder) }
      case TAG.queryAwareness:
        return { type: 'query-awareness' }
      case TAG.live: {
        const payload = decoding.readTailAsUint8Array(decoder)
        if (payload.length === 0) throw new ProtocolError('a live frame has no payload')
        return { type: 'live', payload }
      }
      case TAG.check:
        return { type: 'check', hash: decoding.readVarUint8Array(decoder) }
      case TAG.view:
        return { type: 'view', view: readView(decoder) }
      default:
        throw new ProtocolError(`tag ${tag} is not one a client sends`)
    }
  })
}

const readView = (decoder: decoding.Decoder): Box => ({
  x: decoding.readVarInt(decoder),
  y: decoding.readVarInt(decoder),
  w: decoding.readVarUint(decoder),
  h: decoding.readVarUint(decoder),
})

function readSync(decoder: decoding.Decoder): ClientFrame {
  const step = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  if (step === SYNC.step1) return { type: 'step1', stateVector: bytes }
  if (step === SYNC.step2 || step === SYNC.update) return { type: 'update', update: bytes }
  throw new ProtocolError(`sync step ${step} is none of 0, 1, 2`)
}

/** Reads the body of an awareness frame. Stock clients send everyone's state back at every change, so most entries of most
 * frames are of no interest: those cost two varints and a skip, no text is decoded.
 * @param wants  asked for each entry in turn; the text of the ones it wants is in the result
 * @throws ProtocolError when the bytes end early or a wanted text is not UTF-8 */
export function readAwareness(
  body: Uint8Array,
  wants: (clientId: number, clock: number) => boolean,
): AwarenessEntry[] {
  return guard(() => {
    const decoder = decoding.createDecoder(body)
    const count = decoding.readVarUint(decoder)
    const entries: AwarenessEntry[] = []
    for (let i = 0; i < count; i++) {
      const clientId = decoding.readVarUint(decoder)
      const clock = decoding.readVarUint(decoder)
      if (wants(clientId, clock)) entries.push({ clientId, clock, json: decoding.readVarString(decoder) })
      else decoding.readVarUint8Array(decoder)
    }
    return entries
  })
}

/** Reads the body of one of our own frames, after its tag.
 * @throws ProtocolError when it is not what the tag promises. */
export function decodeOwnServerFrame(tag: number, decoder: decoding.Decoder): OwnServerFrame {
  return guard(() => {
    switch (tag) {
      case TAG.welcome:
        return { type: 'welcome', welcome: JSON.parse(decoding.readVarString(decoder)) as Welcome }
      case TAG.saved:
        return { type: 'saved', count: decoding.readVarUint(decoder) }
      case TAG.live: {
        const count = decoding.readVarUint(decoder)
        const messages: LiveMessage[] = []
        for (let i = 0; i < count; i++) {
          const clientId = decoding.readVarUint(decoder)
          messages.push({ clientId, payload: decoding.readVarUint8Array(decoder) })
        }
        return { type: 'live', messages }
      }
      case TAG.refused:
        return { type: 'refused', refusal: JSON.parse(decoding.readVarString(decoder)) as Refusal }
      case TAG.role:
        return { type: 'role', role: decoding.readVarString(decoder) as Role }
      case TAG.check:
        return { type: 'check', hash: decoding.readVarUint8Array(decoder) }
      case TAG.packed: {
        const step = decoding.readVarUint(decoder)
        return { type: 'packed', step, part: decoding.readTailAsUint8Array(decoder) }
      }
      default:
        throw new ProtocolError(`tag ${tag} is not one of ours`)
    }
  })
}

const encode = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}

export const encodeSync = (step: (typeof SYNC)[keyof typeof SYNC], bytes: Uint8Array): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.sync)
    encoding.writeVarUint(e, step)
    encoding.writeVarUint8Array(e, bytes)
  })

/** What goes before the update in a sync frame whose update is sent after it, in pieces.
 * @param bytes  of the update */
export const syncHead = (step: typeof SYNC.step2 | typeof SYNC.update, bytes: number): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.sync)
    encoding.writeVarUint(e, step)
    encoding.writeVarUint(e, bytes)
  })

/** `[W18]` In place of a step: the stream goes on in the next packed frame. */
export const PACKED_MORE = 0
/** A browser takes a message in, and unpacks it, in one go: of nine megabytes each of that held the page up for a quarter of a second. */
const PACKED_PART_BYTES = 128 * 1024

/** `[W18]` @param deflated  a raw DEFLATE stream of an update
 * @returns the frames that carry it, each in two pieces */
export function packedFrames(
  step: typeof SYNC.step2 | typeof SYNC.update,
  deflated: Uint8Array,
): [head: Uint8Array, part: Uint8Array][] {
  const frames: [Uint8Array, Uint8Array][] = []
  for (let at = 0; at < deflated.length; at += PACKED_PART_BYTES) {
    const end = at + PACKED_PART_BYTES
    const isLast = end >= deflated.length
    frames.push([Uint8Array.of(TAG.packed, isLast ? step : PACKED_MORE), deflated.subarray(at, end)])
  }
  return frames
}

/** Whether it is a SyncStep1 of somebody who has nothing yet. */
export const asksForAll = (frame: Uint8Array): boolean =>
  frame[0] === TAG.sync && frame[1] === SYNC.step1 && frame[2] === 1 && frame[3] === 0

/** `[W7]` No states: resets the stock client's 30 s watchdog and changes nothing. */
export const KEEPALIVE: Uint8Array = Uint8Array.of(TAG.awareness, 1, 0)

/** `[W6]` A SyncStep2 with an empty update: flips `synced` after the state came in Update frames. */
export const EMPTY_STEP2: Uint8Array = Uint8Array.of(TAG.sync, SYNC.step2, 2, 0, 0)

export const encodeAwareness = (entries: readonly AwarenessEntry[]): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.awareness)
    encoding.writeVarUint8Array(
      e,
      encode(body => {
        encoding.writeVarUint(body, entries.length)
        for (const { clientId, clock, json } of entries) {
          encoding.writeVarUint(body, clientId)
          encoding.writeVarUint(body, clock)
          encoding.writeVarString(body, json)
        }
      }),
    )
  })

export const encodeWelcome = (welcome: Welcome): Uint8Array =>
  encodeText(TAG.welcome, JSON.stringify(welcome))
export const encodeRefused = (refusal: Refusal): Uint8Array =>
  encodeText(TAG.refused, JSON.stringify(refusal))
export const encodeRole = (role: Role): Uint8Array => encodeText(TAG.role, role)

const encodeText = (tag: number, text: string): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, tag)
    encoding.writeVarString(e, text)
  })

/** @param count  how many document messages of the receiving connection are on disk, from its start */
export const encodeSaved = (count: number): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.saved)
    encoding.writeVarUint(e, count)
  })

/** `[W17]` Either way: what the sender's document comes to, see document-hash.ts. */
export const encodeCheck = (hash: Uint8Array): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.check)
    encoding.writeVarUint8Array(e, hash)
  })

/** To a server: one payload, to its end. */
export const encodeLiveToServer = (payload: Uint8Array): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.live)
    encoding.writeUint8Array(e, payload)
  })

/** `[L7]` To a server: the box of the board that is on the screen. */
export const encodeView = ({ x, y, w, h }: Box): Uint8Array =>
  encode(e => {
    encoding.writeVarUint(e, TAG.view)
    for (const start of [x, y]) encoding.writeVarInt(e, Math.floor(start))
    for (const size of [w, h]) encoding.writeVarUint(e, Math.ceil(size))
  })

/** To clients: everything live of one tick.
 * @param begins  told where in the frame each message begins */
export const encodeLive = (
  messages: readonly LiveMessage[],
  begins?: (index: number, offset: number) => void,
): Uint8Array =>
  encode(e => {
    writeLiveHead(e, messages.length)
    messages.forEach(({ clientId, payload }, i) => {
      begins?.(i, encoding.length(e))
      encoding.writeVarUint(e, clientId)
      encoding.writeVarUint8Array(e, payload)
    })
  })

/** What goes before `count` messages of a live frame. */
export const liveHead = (count: number): Uint8Array => encode(e => writeLiveHead(e, count))

function writeLiveHead(encoder: encoding.Encoder, count: number): void {
  encoding.writeVarUint(encoder, TAG.live)
  encoding.writeVarUint(encoder, count)
}

/** Whether a frame from a client is one that `saved` counts: SyncStep2 or Update. `[W9]` */
export const isDocumentMessage = (frame: Uint8Array): boolean =>
  frame[0] === TAG.sync && (frame[1] === SYNC.step2 || frame[1] === SYNC.update)

/** The participant token among the sub-protocols that a browser offered, if there is a well-formed one. */
export function participantToken(offered: Iterable<string>): string | undefined {
  for (const protocol of offered) {
    if (!protocol.startsWith(PARTICIPANT_PREFIX)) continue
    const token = protocol.slice(PARTICIPANT_PREFIX.length)
    if (isParticipantToken(token)) return token
  }
  return undefined
}

/** lib0's decoder throws plain errors at the end of its bytes; here every failure is a `ProtocolError`. */
function guard<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    throw new ProtocolError(error instanceof Error ? error.message : String(error))
  }
}
