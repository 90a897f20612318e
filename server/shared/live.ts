/** Live payloads: what a participant is doing this instant, between two browsers. The server relays them and looks at the
 * first byte only (`LIVE`). Nothing here enters the document. Rule ids `[L1]` … are in PROTOCOL.md. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { decodeInk, encodeInk } from './board/ink.ts'
import type { InkPoint, Point } from './board/shape.ts'
import type { ShapeId } from './ids.ts'
import { LIVE } from './protocol.ts'

/** `[L2]` A picture of a gesture: shapes moved as one, shapes changed, shapes not there yet. At most this many each. */
export const MAX_GESTURE_SHAPES = 1000
/** Cursor positions travel in quarters of a board unit. */
const CURSOR_SCALE = 4

export interface Gesture {
  readonly move?: { readonly by: Point; readonly ids: readonly ShapeId[] }
  /** Fields by shape id as in layout.ts; with a `type` it is a new shape, otherwise a change of one on the board. */
  readonly shapes?: Readonly<Record<ShapeId, Readonly<Record<string, unknown>>>>
}

/** `[L3]` Part of a stroke that is being drawn. `start` is the index of its first point: 0 begins the stroke anew. */
export interface InkChunk {
  readonly id: ShapeId
  readonly start: number
  /** Style fields as in layout.ts. */
  readonly style: Readonly<Record<string, unknown>>
  /** Board units, not relative to a shape. */
  readonly points: readonly InkPoint[]
  readonly hasPressure: boolean
}

export type LivePayload =
  | { kind: 'cursor'; at: Point | undefined }
  | { kind: 'gesture'; gesture: Gesture | undefined }
  | { kind: 'ink'; chunk: InkChunk }

/** @param at  board units; `undefined` when the pointer has left the board */
export const encodeCursor = (at: Point | undefined): Uint8Array =>
  encode(LIVE.cursor, e => {
    if (!at) return
    encoding.writeVarInt(e, Math.round(at[0] * CURSOR_SCALE))
    encoding.writeVarInt(e, Math.round(at[1] * CURSOR_SCALE))
  })

/** @param gesture  `undefined` when it ended, committed or not */
export const encodeGesture = (gesture: Gesture | undefined): Uint8Array =>
  encode(LIVE.gesture, e => {
    if (gesture) encoding.writeVarString(e, JSON.stringify(gesture))
  })

/** @param precision  see `inkPrecision` */
export const encodeInkChunk = (chunk: InkChunk, precision: number): Uint8Array =>
  encode(LIVE.ink, e => {
    encoding.writeVarString(e, chunk.id)
    encoding.writeVarUint(e, chunk.start)
    encoding.writeVarString(e, JSON.stringify(chunk.style))
    encoding.writeUint8Array(
      e,
      encodeInk({ points: chunk.points, hasPressure: chunk.hasPressure, constantWidth: false }, precision),
    )
  })

/** @returns the payload, or `undefined` when it is malformed or of a kind unknown here (a newer client's): `[L1]` it is ignored */
export function decodeLivePayload(payload: Uint8Array): LivePayload | undefined {
  try {
    const decoder = decoding.createDecoder(payload)
    switch (decoding.readUint8(decoder)) {
      case LIVE.cursor:
        return { kind: 'cursor', at: decoding.hasContent(decoder) ? readCursor(decoder) : undefined }
      case LIVE.gesture:
        return { kind: 'gesture', gesture: decoding.hasContent(decoder) ? readGesture(decoder) : undefined }
      case LIVE.ink:
        return readInk(decoder)
      default:
        return undefined
    }
  } catch {
    return undefined // bytes that end early or are not JSON: another peer's fault, and the next payload replaces it
  }
}

const readCursor = (decoder: decoding.Decoder): Point => [
  decoding.readVarInt(decoder) / CURSOR_SCALE,
  decoding.readVarInt(decoder) / CURSOR_SCALE,
]

function readGesture(decoder: decoding.Decoder): Gesture | undefined {
  const value: unknown = JSON.parse(decoding.readVarString(decoder))
  if (typeof value !== 'object' || value === null) return undefined
  const { move, shapes } = value as Gesture
  const soundMove =
    move &&
    Array.isArray(move.ids) &&
    move.ids.length <= MAX_GESTURE_SHAPES &&
    Array.isArray(move.by) &&
    move.by.length === 2 &&
    move.by.every(Number.isFinite)
  const soundShapes =
    typeof shapes === 'object' && shapes !== null && Object.keys(shapes).length <= MAX_GESTURE_SHAPES
  return { ...(soundMove && { move }), ...(soundShapes && { shapes }) }
}

function readInk(decoder: decoding.Decoder): LivePayload | undefined {
  const id = decoding.readVarString(decoder)
  const start = decoding.readVarUint(decoder)
  const style: unknown = JSON.parse(decoding.readVarString(decoder))
  const ink = decodeInk(decoding.readTailAsUint8Array(decoder))
  if (!ink || typeof style !== 'object' || style === null) return undefined
  return {
    kind: 'ink',
    chunk: {
      id,
      start,
      style: style as Record<string, unknown>,
      points: ink.points,
      hasPressure: ink.hasPressure,
    },
  }
}

function encode(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, kind)
  write(encoder)
  return encoding.toUint8Array(encoder)
}
