/** What this person is doing, told to the others while it lasts: at most 30 times a second each kind (fewer in a crowd), the latest state only,
 * except ink, of which every point is told once. */
import { inkPrecision } from '#shared/board/ink.ts'
import { fieldsFromShape } from '#shared/board/layout.ts'
import type { InkPoint, Point, Shape, ShapeStyle } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import {
  encodeCursor,
  encodeGesture,
  encodeInkChunk,
  type Gesture,
  MAX_GESTURE_SHAPES,
} from '#shared/live.ts'
import type { BoardReader } from '../board/board.ts'

const INTERVAL_MS = 33
/** In a crowd everybody tells less often: from a hundred people on, in proportion, down to ten times a second. */
const CROWD = 100
const MAX_INTERVAL_MS = 100
/** Much to tell is told less often: many people in one room share their lines. */
const MAX_BYTES_PER_MS = 256
/** After so many chunks a stroke is told whole again, for those who came meanwhile or missed one. */
const WHOLE_EVERY = 30

interface InkInProgress {
  id: ShapeId
  style: ShapeStyle
  points: readonly InkPoint[]
  hasPressure: boolean
  told: number
  chunks: number
}

export class LiveOut {
  readonly #send: (payload: Uint8Array) => void
  readonly #board: BoardReader
  readonly #zoom: () => number
  readonly #peopleCount: () => number
  #cursor: { at: Point | undefined } | undefined
  #gesture: { gesture: Gesture | undefined } | undefined
  #ink: InkInProgress | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    board: BoardReader,
    zoom: () => number,
    send: (payload: Uint8Array) => void,
    peopleCount: () => number,
  ) {
    this.#board = board
    this.#zoom = zoom
    this.#send = send
    this.#peopleCount = peopleCount
  }

  cursor(at: Point | undefined): void {
    this.#cursor = { at }
    this.#schedule()
  }

  shapes(shapes: readonly Shape[]): void {
    this.#gesture = { gesture: this.#patches(shapes) }
    this.#schedule()
  }

  move(shapes: readonly Shape[], by: Point): void {
    // More would be read by nobody: the others see it when it is dropped.
    const ids = shapes.slice(0, MAX_GESTURE_SHAPES).map(shape => shape.id)
    this.#gesture = { gesture: { move: { by, ids } } }
    this.#schedule()
  }

  ink(ink: {
    id: ShapeId
    style: ShapeStyle
    points: readonly InkPoint[]
    hasPressure: boolean
    isWhole: boolean
  }): void {
    const { isWhole, ...rest } = ink
    const goesOn = this.#ink?.id === ink.id && !isWhole
    this.#ink = {
      ...rest,
      told: goesOn ? (this.#ink?.told ?? 0) : 0,
      chunks: goesOn ? (this.#ink?.chunks ?? 0) : 0,
    }
    this.#schedule()
  }

  /** The gesture is over; what it committed has gone out before this. */
  end(): void {
    this.#ink = undefined
    this.#gesture = undefined
    this.#send(encodeGesture(undefined))
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** The first change goes out at once, what follows within the interval together. */
  #schedule(): void {
    if (this.#timer !== undefined) return
    const bytes = this.#flush()
    const intervalMs = Math.min(MAX_INTERVAL_MS, INTERVAL_MS * Math.max(1, this.#peopleCount() / CROWD))
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        if (this.#cursor || this.#gesture || this.#hasInk()) this.#schedule()
      },
      Math.max(intervalMs, bytes / MAX_BYTES_PER_MS),
    )
  }

  /** @returns the bytes that went out */
  #flush(): number {
    const payloads: Uint8Array[] = []
    if (this.#cursor) payloads.push(encodeCursor(this.#cursor.at))
    if (this.#gesture) payloads.push(encodeGesture(this.#gesture.gesture))
    this.#cursor = undefined
    this.#gesture = undefined
    const chunk = this.#nextChunk()
    if (chunk) payloads.push(chunk)
    for (const payload of payloads) this.#send(payload)
    return payloads.reduce((sum, payload) => sum + payload.length, 0)
  }

  #nextChunk(): Uint8Array | undefined {
    const ink = this.#ink
    if (!ink || !this.#hasInk()) return undefined
    if (++ink.chunks % WHOLE_EVERY === 0) ink.told = 0
    const { id, style, points, hasPressure, told: start } = ink
    const fields = styleFields(style)
    ink.told = points.length
    return encodeInkChunk(
      { id, start, style: fields, points: points.slice(start), hasPressure },
      inkPrecision(this.#zoom()),
    )
  }

  #hasInk(): boolean {
    return this.#ink !== undefined && this.#ink.points.length > this.#ink.told
  }

  /** Only what differs from the board: what others have too need not be told. */
  #patches(shapes: readonly Shape[]): Gesture {
    const patches: Record<ShapeId, Record<string, unknown>> = {}
    for (const shape of shapes.slice(0, MAX_GESTURE_SHAPES)) {
      const fields = fieldsFromShape(shape)
      const known = this.#board.get(shape.id)
      if (!known) {
        if (shape.type !== 'stroke') patches[shape.id] = fields
        continue
      }
      const old = known as unknown as Record<string, unknown>
      patches[shape.id] = Object.fromEntries(
        Object.entries(shape).filter(
          ([key, value]) => key !== 'points' && key !== 'text' && value !== old[key],
        ),
      )
    }
    return { shapes: patches }
  }
}

const styleFields = ({ stroke, size, opacity }: ShapeStyle): Record<string, unknown> => ({
  stroke,
  size,
  opacity,
})
