/** What this person is doing, told to the others while it lasts: at most 30 times a second each kind, ink 60 times (fewer in a crowd), the latest
 * state only, except ink, of which every point is told once. */
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
import { Pace } from './pace.ts'

const INTERVAL_MS = 33
/** Ink as often as there are frames, where few are on the board: the others see a pen move, not hop. */
const INK_INTERVAL_MS = 16
const FEW = 20
/** In a crowd everybody tells less often: from a hundred people on, in proportion, down to ten times a second. */
const CROWD = 100
const MAX_INTERVAL_MS = 100
/** Much to tell is told less often: many people in one room share their lines. */
const MAX_BYTES_PER_MS = 256
/** A stroke is told whole again so often, for those who came meanwhile or missed a chunk. */
const WHOLE_EVERY_MS = 1000

interface InkInProgress {
  id: ShapeId
  style: ShapeStyle
  points: readonly InkPoint[]
  hasPressure: boolean
  told: number
  toldWholeAtMs: number
}

export class LiveOut {
  readonly #send: (payload: Uint8Array) => void
  readonly #board: BoardReader
  readonly #zoom: () => number
  readonly #peopleCount: () => number
  #cursor: { at: Point | undefined } | undefined
  #gesture: { gesture: Gesture | undefined } | undefined
  #ink: InkInProgress | undefined
  // Each kind by itself: ink that waited for the cursor's turn would be late.
  readonly #cursorPace = new Pace(
    () => this.#intervalMs(),
    () => this.#tellCursor(),
  )
  readonly #gesturePace = new Pace(
    () => this.#intervalMs(),
    () => this.#tellGesture(),
  )
  readonly #inkPace = new Pace(
    () => (this.#peopleCount() <= FEW ? INK_INTERVAL_MS : this.#intervalMs()),
    () => this.#tellInk(),
  )

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
    this.#cursorPace.wake()
  }

  shapes(shapes: readonly Shape[]): void {
    this.#gesture = { gesture: this.#patches(shapes) }
    this.#gesturePace.wake()
  }

  move(shapes: readonly Shape[], by: Point): void {
    // More would be read by nobody: the others see it when it is dropped.
    const ids = shapes.slice(0, MAX_GESTURE_SHAPES).map(shape => shape.id)
    this.#gesture = { gesture: { move: { by, ids } } }
    this.#gesturePace.wake()
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
      toldWholeAtMs: goesOn ? (this.#ink?.toldWholeAtMs ?? 0) : 0,
    }
    this.#inkPace.wake()
  }

  /** The gesture is over; what it committed has gone out before this. */
  end(): void {
    this.#ink = undefined
    this.#gesture = undefined
    this.#send(encodeGesture(undefined))
  }

  close(): void {
    for (const pace of [this.#cursorPace, this.#gesturePace, this.#inkPace]) pace.close()
  }

  #intervalMs(): number {
    return Math.min(MAX_INTERVAL_MS, INTERVAL_MS * Math.max(1, this.#peopleCount() / CROWD))
  }

  #tellCursor(): number | undefined {
    if (!this.#cursor) return undefined
    const payload = encodeCursor(this.#cursor.at)
    this.#cursor = undefined
    return this.#tell(payload)
  }

  #tellGesture(): number | undefined {
    if (!this.#gesture) return undefined
    const payload = encodeGesture(this.#gesture.gesture)
    this.#gesture = undefined
    return this.#tell(payload)
  }

  #tellInk(): number | undefined {
    const ink = this.#ink
    if (!ink || ink.points.length <= ink.told) return undefined
    const nowMs = performance.now()
    if (nowMs - ink.toldWholeAtMs >= WHOLE_EVERY_MS) {
      ink.told = 0
      ink.toldWholeAtMs = nowMs
    }
    const { id, style, points, hasPressure, told: start } = ink
    ink.told = points.length
    return this.#tell(
      encodeInkChunk(
        { id, start, style: styleFields(style), points: points.slice(start), hasPressure },
        inkPrecision(this.#zoom()),
      ),
    )
  }

  /** @returns ms that the lines are taken by it */
  #tell(payload: Uint8Array): number {
    this.#send(payload)
    return payload.length / MAX_BYTES_PER_MS
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
