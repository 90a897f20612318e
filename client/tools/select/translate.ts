/** Moving shapes. Shift keeps to one axis; Alt leaves them and moves copies. */
import { ordersBetween } from '#shared/board/order.ts'
import type { LineEnd, Point, Shape } from '#shared/board/shape.ts'
import { isLine } from '#shared/board/shape.ts'
import { looseFrom, type ShapeLookup, translate } from '#shared/geometry/shape-geometry.ts'
import { createShapeId, type ShapeId } from '#shared/ids.ts'
import { targetsOf } from '../../board/shape-index.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import { commitGeometry, type Drag, showGeometry } from './drag.ts'

export class TranslateDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #start: Point
  readonly #originals: readonly Shape[]
  /** No line among them hangs on a shape that stays. */
  readonly #isRigid: boolean
  #copies: readonly Shape[] | undefined
  #by: Point = [0, 0]
  #isCopying = false

  constructor(ctx: ToolContext, start: Point, shapes: readonly Shape[]) {
    this.#ctx = ctx
    this.#start = start
    this.#originals = shapes
    const ids = new Set(shapes.map(shape => shape.id))
    this.#isRigid = shapes.every(
      shape => !isLine(shape) || targetsOf(shape).every(id => ids.has(id) || !ctx.board.get(id)),
    )
  }

  move({ point, shift, alt }: PointerInput): void {
    let by: Point = [point[0] - this.#start[0], point[1] - this.#start[1]]
    if (shift) by = Math.abs(by[0]) > Math.abs(by[1]) ? [by[0], 0] : [0, by[1]]
    // What is dragged is shown on whole pixels. A pen stands between them: dropped there, all would jump by up to half a pixel.
    const pixel = this.#ctx.pixel()
    by = [Math.round(by[0] / pixel) * pixel, Math.round(by[1] / pixel) * pixel]
    this.#by = by
    this.#isCopying = alt
    const { board, draft } = this.#ctx
    if (alt) draft.show(this.#moved())
    else if (this.#isRigid && this.#originals.every(shape => board.get(shape.id) === shape))
      draft.move(this.#originals, by)
    else showGeometry(this.#ctx, this.#originals, this.#moved())
  }

  commit(): void {
    const moved = this.#moved()
    if (!this.#isCopying) {
      commitGeometry(this.#ctx, 'move', this.#originals, moved)
      return
    }
    this.#ctx.board.transact('duplicate', edit => {
      for (const shape of moved) edit.add(shape)
    })
    this.#ctx.draft.clear()
    this.#ctx.selection.set(moved.map(shape => shape.id))
  }

  #moved(): Shape[] {
    const shapes = this.#isCopying ? this.#copied() : this.#originals
    const ids = new Set(shapes.map(shape => shape.id))
    return shapes.map(shape => moved(shape, this.#by, ids, id => this.#ctx.board.get(id)))
  }

  #copied(): readonly Shape[] {
    const { board } = this.#ctx
    this.#copies ??= copiesOf(this.#originals, board.frontOrder(), id => board.get(id))
    return this.#copies
  }
}

/** The same shapes under new ids, in front of all; lines between them hang on the copies, and on nothing else. */
export function copiesOf(shapes: readonly Shape[], frontOrder: string | null, lookup: ShapeLookup): Shape[] {
  const ids = new Map<ShapeId, ShapeId>(shapes.map(shape => [shape.id, createShapeId()]))
  const orders = ordersBetween(frontOrder, null, shapes.length)
  const retarget = (end: LineEnd): LineEnd => {
    const shape = end.shape === undefined ? undefined : ids.get(end.shape)
    return shape === undefined ? end : { ...end, shape }
  }
  return shapes.map((shape, i): Shape => {
    const fresh = { id: ids.get(shape.id) ?? createShapeId(), order: orders[i] ?? shape.order }
    if (!isLine(shape)) return { ...shape, ...fresh }
    const { from, to } = looseFrom(shape, id => ids.has(id), lookup)
    return { ...shape, ...fresh, from: retarget(from), to: retarget(to) }
  })
}

/** A shape moved with others. A line lets go of shapes that stay where they are. */
export function moved(shape: Shape, by: Point, ids: ReadonlySet<ShapeId>, lookup: ShapeLookup): Shape {
  const free = isLine(shape) ? looseFrom(shape, id => ids.has(id), lookup) : shape
  return { ...free, ...translate(free, by) } as Shape
}
