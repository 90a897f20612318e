/** From what the clipboard holds to shapes that can be put on the board: parsed, copied under new ids and moved into place. Uses nothing
 * of the page, so that a worker can do it. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { boxAround, centreOf, unionBoxes } from '#shared/geometry/box.ts'
import { translate } from '#shared/geometry/shape-geometry.ts'
import { sub } from '#shared/geometry/vec.ts'
import { copiesOf } from '../tools/select/translate.ts'

export interface PastePlace {
  /** Order key of the board's front-most shape. */
  readonly frontOrder: string | null
  /** Where the middle of what is pasted goes, board units. */
  readonly centre: Point
  /** Who pastes. */
  readonly by: string
}

/** Copies with their middle at the place, in front of all. */
export function copiesAt(shapes: readonly Shape[], { frontOrder, centre, by }: PastePlace): Shape[] {
  const box = unionBoxes(shapes.map(roughBox))
  const offset: Point = box ? sub(centre, centreOf(box)) : [0, 0]
  const byId = new Map(shapes.map(shape => [shape.id, shape]))
  return copiesOf(shapes, frontOrder, id => byId.get(id)).map(
    shape => ({ ...shape, ...translate(shape, offset), by }) as Shape,
  )
}

const roughBox = (shape: Shape) =>
  'xy' in shape
    ? { x: shape.xy[0], y: shape.xy[1], w: shape.wh[0], h: shape.wh[1] }
    : boxAround([shape.from.xy, shape.to.xy, ...shape.via])
