/** Turning a selection about the centre of its frame. Shift snaps to 15°. */
import type { LineEnd, Point, Shape } from '#shared/board/shape.ts'
import { isLine } from '#shared/board/shape.ts'
import { centreOf } from '#shared/geometry/box.ts'
import type { Frame } from '#shared/geometry/frame.ts'
import { boxOf } from '#shared/geometry/shape-geometry.ts'
import { rotate } from '#shared/geometry/vec.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import { commitGeometry, type Drag, showGeometry } from './drag.ts'

const SNAP = Math.PI / 12

export class RotateDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #frame: Frame
  readonly #startAngle: number
  readonly #originals: readonly Shape[]
  #turned: readonly Shape[] = []

  constructor(ctx: ToolContext, start: Point, frame: Frame, shapes: readonly Shape[]) {
    this.#ctx = ctx
    this.#frame = frame
    this.#originals = shapes
    this.#startAngle = directionFrom(centreOf(frame.box), start)
  }

  move({ point, shift }: PointerInput): void {
    const centre = centreOf(this.#frame.box)
    let by = directionFrom(centre, point) - this.#startAngle
    if (shift) by = Math.round((this.#frame.angle + by) / SNAP) * SNAP - this.#frame.angle
    this.#turned = this.#originals.map(shape => turned(shape, centre, by))
    showGeometry(this.#ctx, this.#originals, this.#turned)
  }

  commit(): void {
    commitGeometry(this.#ctx, 'rotate', this.#originals, (_, i) => this.#turned[i])
  }
}

/** @returns the shape turned by `by` about `pivot` */
export function turned(shape: Shape, pivot: Point, by: number): Shape {
  if (isLine(shape)) {
    const end = (e: LineEnd): LineEnd => ({ ...e, xy: rotate(e.xy, pivot, by) })
    return {
      ...shape,
      from: end(shape.from),
      to: end(shape.to),
      via: shape.via.map(p => rotate(p, pivot, by)),
    }
  }
  const [cx, cy] = rotate(centreOf(boxOf(shape)), pivot, by)
  const [w, h] = shape.wh
  return { ...shape, xy: [cx - w / 2, cy - h / 2], angle: normalAngle(shape.angle + by) }
}

const directionFrom = (centre: Point, point: Point): number =>
  Math.atan2(point[1] - centre[1], point[0] - centre[0])

/** In (-π, π], so that angles don't grow with every turn. */
const normalAngle = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle))
