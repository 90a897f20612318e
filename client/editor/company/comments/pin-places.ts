/** Where pins are: on their shapes, wherever those have gone, gestures that are under way included. When a shape is deleted its pins stay
 * where they were last, for as long as this page is open; who comes later sees them where they were put. */
import type { CommentId, Pin } from '#shared/board/comments.ts'
import { isLine, type Point, type Shape } from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'
import { anchorAt, linePath, pointAt, type ShapeLookup } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../../../board/board.ts'

interface Placed {
  readonly pin: Pin
  /** The shape for which `at` holds. */
  shape: Shape | undefined
  at: Point
}

/** @param point  board units, on or near the shape if there is one */
export function pinOn(point: Point, shape: Shape | undefined, lookup: ShapeLookup): Pin {
  if (!shape) return { xy: point }
  if (!isLine(shape)) return { xy: point, shape: shape.id, anchor: anchorAt(shape, point) }
  const { x, y, w, h } = boxAround(linePath(shape, lookup))
  const anchor: Point = [w > 0 ? (point[0] - x) / w : 0.5, h > 0 ? (point[1] - y) / h : 0.5]
  return { xy: point, shape: shape.id, anchor }
}

export function placeOn(shape: Shape, anchor: Point, lookup: ShapeLookup): Point {
  const onBox = pointAt(shape, anchor)
  if (onBox || !isLine(shape)) return onBox ?? [0, 0]
  const { x, y, w, h } = boxAround(linePath(shape, lookup))
  return [x + anchor[0] * w, y + anchor[1] * h]
}

export class PinPlaces {
  readonly #board: Pick<BoardReader, 'get' | 'subscribe'>
  readonly #shown: ShapeLookup
  readonly #placed = new Map<CommentId, Placed>()
  readonly #byShape = new Map<ShapeId, Set<CommentId>>()
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void

  /** @param shown  a shape as the screen shows it now, in a gesture too */
  constructor(board: Pick<BoardReader, 'get' | 'subscribe'>, shown: ShapeLookup) {
    this.#board = board
    this.#shown = shown
    this.#stop = board.subscribe(({ added, updated, removed }) => {
      if (this.#byShape.size === 0) return
      let isTouched = false
      for (const ids of [added, updated, removed])
        for (const id of ids)
          for (const pinned of this.#byShape.get(id) ?? []) {
            isTouched = true
            this.placeOf(pinned)
          }
      if (isTouched) for (const listener of [...this.#listeners]) listener()
    })
  }

  /** These are the pins there are now. */
  set(pins: ReadonlyMap<CommentId, Pin>): void {
    for (const [id, { pin }] of this.#placed) {
      if (pins.has(id)) continue
      this.#placed.delete(id)
      if (pin.shape !== undefined) this.#byShape.get(pin.shape)?.delete(id)
    }
    for (const [id, pin] of pins) {
      if (this.#placed.has(id)) continue
      this.#placed.set(id, { pin, shape: undefined, at: pin.xy })
      if (pin.shape === undefined) continue
      const pinned = this.#byShape.get(pin.shape) ?? new Set()
      this.#byShape.set(pin.shape, pinned.add(id))
      this.placeOf(id)
    }
  }

  /** Where a pin is on the screen's board right now, board units. */
  placeOf(id: CommentId): Point | undefined {
    const placed = this.#placed.get(id)
    if (!placed) return undefined
    const { shape: shapeId, anchor } = placed.pin
    const shape = shapeId === undefined ? undefined : this.#shown(shapeId)
    if (!shape || !anchor) return placed.at
    // A line follows what it hangs on, without being another line.
    if (shape === placed.shape && !isLine(shape)) return placed.at
    placed.shape = shape
    placed.at = placeOn(shape, anchor, this.#shown)
    return placed.at
  }

  /** The shape that a pin is on; `undefined` when it is on none, or on one that is gone. */
  shapeOf(id: CommentId): Shape | undefined {
    const shapeId = this.#placed.get(id)?.pin.shape
    return shapeId === undefined ? undefined : this.#board.get(shapeId)
  }

  /** Called when shapes that pins are on have changed, come or gone on the board. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }
}
