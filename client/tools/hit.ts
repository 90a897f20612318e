/** What stands under a point. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { covers, hitShape } from '#shared/geometry/shape-geometry.ts'
import type { BoardReader } from '../board/board.ts'

/** The front-most shape that a click at `point` means.
 * @param tolerance  board units */
export function shapeAt(board: BoardReader, point: Point, tolerance: number): Shape | undefined {
  return around(board, point, tolerance).findLast(shape =>
    hitShape(shape, point, tolerance, id => board.get(id)),
  )
}

/** The front-most shape that a line's end at `point` would attach to. */
export function attachableAt(board: BoardReader, point: Point, except?: string): Shape | undefined {
  return around(board, point, 0).findLast(shape => shape.id !== except && covers(shape, point))
}

const around = (board: BoardReader, [x, y]: Point, tolerance: number): readonly Shape[] =>
  board.query({ x: x - tolerance, y: y - tolerance, w: tolerance * 2, h: tolerance * 2 })
