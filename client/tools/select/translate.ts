/** Moving shapes. Shift keeps to one axis; Alt leaves them and moves copies. */
import { ordersAbove } from '#shared/board/order.ts'
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
    if (this.#isCopying) this.#commitCopies()
    else {
      const move = this.#mover(this.#originals)
      commitGeometry(this.#ctx, 'move', this.#originals, move)
    }
  }

  #commitCopies(): void {
    const { board, draft, selection } = this.#ctx
    const copies = this.#copied()
    const move = this.#mover(copies)
    board.transactEach(
      'duplicate',
      function* (edit) {
        for (const copy of copies) yield edit.add(move(copy))
      },
      {
        shown: () => {
          draft.clear()
          selection.set(copies.map(shape => shape.id))
        },
      },
    )
  }

  #moved(): Shape[] {
    const shapes = this.#isCopying ? this.#copied() : this.#originals
    return shapes.map(this.#mover(shapes))
  }

  #mover(shapes: readonly Shape[]): (shape: Shape) => Shape {
    const ids = new Set(shapes.map(shape => shape.id))
    const by = this.#by
    return shape =>
      moved(
        shape,
        by,
        id => ids.has(id),
        id => this.#ctx.board.get(id),
      )
  }

  #copied(): readonly Shape[] {
    const { board } = this.#ctx
    this.#copies ??= copiesOf(this.#originals, board.frontOrder(), id => board.get(id))
    return this.#copies
  }
}

/** The same shapes under new ids, in front of all; lines between them hang on the copies, and on nothing else. */
export const copiesOf = (
  shapes: readonly Shape[],
  frontOrder: string | null,
  lookup: ShapeLookup,
): Shape[] => [...copiesEach(shapes, frontOrder, lookup)]

/** One after the other. @param shapes  in paint order */
export function* copiesEach(
  shapes: readonly Shape[],
  frontOrder: string | null,
  lookup: ShapeLookup,
): Generator<Shape> {
  const copied = new Set(shapes.map(shape => shape.id))
  const ids = new Map<ShapeId, ShapeId>()
  const idOf = (id: ShapeId): ShapeId => {
    const known = ids.get(id) ?? createShapeId()
    ids.set(id, known)
    return known
  }
  const retarget = (end: LineEnd): LineEnd =>
    end.shape !== undefined && copied.has(end.shape) ? { ...end, shape: idOf(end.shape) } : end
  const orders = ordersAbove(frontOrder)
  for (const shape of shapes) {
    const fresh = { id: idOf(shape.id), order: orders.next().value }
    if (!isLine(shape)) yield { ...shape, ...fresh }
    else {
      const { from, to } = looseFrom(shape, id => copied.has(id), lookup)
      yield { ...shape, ...fresh, from: retarget(from), to: retarget(to) }
    }
  }
}

/** A shape moved with others. A line lets go of shapes that stay where they are.
 * @param goes  whether a shape moves too */
export function moved(shape: Shape, by: Point, goes: (id: ShapeId) => boolean, lookup: ShapeLookup): Shape {
  const free = isLine(shape) ? looseFrom(shape, goes, lookup) : shape
  return { ...free, ...translate(free, by) } as Shape
}
