/** Live payloads of what people do together besides drawing: where one looks, a laser, a chat line, a reaction, a call to come, a
 * caret. Apart from live.ts, because a page needs them only once its board is on the screen. The grammar is in PROTOCOL.md. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { decodeInk, encodeInk } from './board/ink.ts'
import type { InkPoint, Point } from './board/shape.ts'
import type { Box } from './geometry/box.ts'
import type { ShapeId } from './ids.ts'
import { LIVE } from './protocol.ts'

/** Letters (UTF-16 units) of a chat line: it is said beside a cursor and gone in a few seconds. */
export const MAX_CHAT_LENGTH = 80
/** In this order on the wire: new ones go to the end. */
export const REACTIONS = ['agree', 'love', 'funny', 'celebrate', 'idea', 'question'] as const
export type Reaction = (typeof REACTIONS)[number]

/** Places travel in quarters of a board unit. */
const PLACE_SCALE = 4
/** Board units; nobody's screen shows more. */
const MAX_EXTENT = 1e9

/** A place in a text that stays between the same letters while others type: after the letter with this Yjs id, or at the
 * text's beginning. */
export type TextPlace = { readonly client: number; readonly clock: number } | 'start'

export interface Caret {
  readonly shape: ShapeId
  /** Where the selection began, and where the caret is. */
  readonly anchor: TextPlace
  readonly head: TextPlace
}

export interface ChatLine {
  readonly text: string
  /** Where it is said, for those who have no pointer. */
  readonly at: Point
}

export type CompanyPayload =
  /** What is on the sender's screen. */
  | { kind: 'viewport'; box: Box }
  /** The same; everybody is to come there. */
  | { kind: 'summons'; box: Box }
  /** More of a trail; `isStart` begins another one. */
  | { kind: 'laser'; isStart: boolean; points: readonly InkPoint[] }
  /** As it is typed; `undefined` when it is over. */
  | { kind: 'chat'; line: ChatLine | undefined }
  | { kind: 'reaction'; reaction: Reaction; at: Point }
  /** `undefined` when nothing is typed any more. */
  | { kind: 'caret'; caret: Caret | undefined }

export const encodeViewport = (box: Box): Uint8Array => encode(LIVE.viewport, e => writeBox(e, box))
export const encodeSummons = (box: Box): Uint8Array => encode(LIVE.summons, e => writeBox(e, box))

/** @param precision  see `inkPrecision` */
export const encodeLaser = (isStart: boolean, points: readonly InkPoint[], precision: number): Uint8Array =>
  encode(LIVE.laser, e => {
    encoding.writeUint8(e, isStart ? 1 : 0)
    encoding.writeUint8Array(e, encodeInk({ points, hasPressure: false, constantWidth: true }, precision))
  })

export const encodeChat = (line: ChatLine | undefined): Uint8Array =>
  encode(LIVE.chat, e => {
    if (!line) return
    writePlace(e, line.at)
    encoding.writeVarString(e, line.text.slice(0, MAX_CHAT_LENGTH))
  })

export const encodeReaction = (reaction: Reaction, at: Point): Uint8Array =>
  encode(LIVE.reaction, e => {
    encoding.writeVarUint(e, REACTIONS.indexOf(reaction))
    writePlace(e, at)
  })

export const encodeCaret = (caret: Caret | undefined): Uint8Array =>
  encode(LIVE.caret, e => {
    if (!caret) return
    encoding.writeVarString(e, caret.shape)
    for (const place of [caret.anchor, caret.head]) {
      encoding.writeUint8(e, place === 'start' ? 0 : 1)
      if (place === 'start') continue
      encoding.writeVarUint(e, place.client)
      encoding.writeVarUint(e, place.clock)
    }
  })

/** @returns the payload, or `undefined` when it is malformed or of another kind: `[L1]` it is ignored */
export function decodeCompanyPayload(payload: Uint8Array): CompanyPayload | undefined {
  try {
    const decoder = decoding.createDecoder(payload)
    switch (decoding.readUint8(decoder)) {
      case LIVE.viewport:
        return withBox('viewport', readBox(decoder))
      case LIVE.summons:
        return withBox('summons', readBox(decoder))
      case LIVE.laser:
        return readLaser(decoder)
      case LIVE.chat:
        return { kind: 'chat', line: decoding.hasContent(decoder) ? readChat(decoder) : undefined }
      case LIVE.reaction:
        return readReaction(decoder)
      case LIVE.caret:
        return { kind: 'caret', caret: decoding.hasContent(decoder) ? readCaret(decoder) : undefined }
      default:
        return undefined
    }
  } catch {
    return undefined // bytes that end early or are not UTF-8: another peer's fault
  }
}

const withBox = (kind: 'viewport' | 'summons', box: Box | undefined): CompanyPayload | undefined =>
  box && { kind, box }

function readBox(decoder: decoding.Decoder): Box | undefined {
  const [x, y, w, h] = [0, 0, 0, 0].map(() => decoding.readFloat64(decoder)) as [
    number,
    number,
    number,
    number,
  ]
  const isSound = [x, y, w, h].every(value => Math.abs(value) <= MAX_EXTENT) && w > 0 && h > 0
  return isSound ? { x, y, w, h } : undefined
}

function readLaser(decoder: decoding.Decoder): CompanyPayload | undefined {
  const isStart = decoding.readUint8(decoder) === 1
  const ink = decodeInk(decoding.readTailAsUint8Array(decoder))
  return ink && { kind: 'laser', isStart, points: ink.points }
}

function readChat(decoder: decoding.Decoder): ChatLine {
  const at = readPlace(decoder)
  const text = decoding.readVarString(decoder)
  // One line, whatever was sent: a line break or a mark that turns the writing around would spoil the page.
  return {
    at,
    text: text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ').slice(0, MAX_CHAT_LENGTH),
  }
}

function readReaction(decoder: decoding.Decoder): CompanyPayload | undefined {
  const reaction = REACTIONS[decoding.readVarUint(decoder)]
  return reaction && { kind: 'reaction', reaction, at: readPlace(decoder) }
}

function readCaret(decoder: decoding.Decoder): Caret {
  const shape = decoding.readVarString(decoder)
  const readTextPlace = (): TextPlace =>
    decoding.readUint8(decoder) === 0
      ? 'start'
      : { client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder) }
  return { shape, anchor: readTextPlace(), head: readTextPlace() }
}

function writeBox(encoder: encoding.Encoder, { x, y, w, h }: Box): void {
  for (const value of [x, y, w, h]) encoding.writeFloat64(encoder, value)
}

function writePlace(encoder: encoding.Encoder, at: Point): void {
  for (const value of at) encoding.writeVarInt(encoder, Math.round(value * PLACE_SCALE))
}

const readPlace = (decoder: decoding.Decoder): Point => [readQuarters(decoder), readQuarters(decoder)]

function readQuarters(decoder: decoding.Decoder): number {
  // lib0 reads a number of no bytes as 0.
  if (!decoding.hasContent(decoder)) throw new RangeError('the place ends early')
  return decoding.readVarInt(decoder) / PLACE_SCALE
}

function encode(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, kind)
  write(encoder)
  return encoding.toUint8Array(encoder)
}
