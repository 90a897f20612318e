/** Where shapes are: bounds, outlines, hits. Pure; board units throughout. What a line's ends hang on is asked of a
 * `ShapeLookup`, so that a draft can stand in for the board. */
import { decodeInk } from '../board/ink.ts'
import type {
  BoxShape,
  ImageShape,
  InkPoint,
  LineEnd,
  LineShape,
  Point,
  Shape,
  StrokeShape,
} from '../board/shape.ts'
import { isBox, isLine } from '../board/shape.ts'
import type { ShapeId } from '../ids.ts'
import { type Box, boxAround, centreOf, containsPoint, cornersOf, expandBox, intersects } from './box.ts'
import { boxWithText } from './text-extent.ts'
import { add, distance, distanceToSegment, isInPolygon, lerp, rotate, segmentCrossing, sub } from './vec.ts'

export type ShapeLookup = (id: ShapeId) => Shape | undefined
type OutlinedShape = BoxShape | ImageShape
type BoxedShape = OutlinedShape | StrokeShape

/** Between an attached line's end and the outline it points at. */
const ATTACH_GAP = 6
/** An ellipse as a polygon: at 48 corners the error is a thousandth of its size. */
const ELLIPSE_CORNERS = 48

/** The box before rotation. */
export const boxOf = (shape: BoxedShape): Box => ({
  x: shape.xy[0],
  y: shape.xy[1],
  w: shape.wh[0],
  h: shape.wh[1],
})

/** Of strokes' points, some 60 bytes each: hovering and selecting ask for the same again and again, and a board of them would be too much. */
const MAX_KEPT_POINTS = 200_000
/** Two generations: what is asked for moves to the young one, and the old one goes when the young one is full. */
let young = new WeakMap<StrokeShape, readonly InkPoint[]>()
let old = young
let youngCount = 0

/** A stroke's points on the board before rotation, scaled from their natural size to `wh`; none when its bytes are not ink. Cached by shape value. */
export function strokePoints(shape: StrokeShape): readonly InkPoint[] {
  const kept = young.get(shape)
  if (kept) return kept
  const points = old.get(shape) ?? placedPoints(shape)
  youngCount += points.length
  if (youngCount > MAX_KEPT_POINTS / 2) {
    old = young
    young = new WeakMap()
    youngCount = points.length
  }
  young.set(shape, points)
  return points
}

function placedPoints(shape: StrokeShape): readonly InkPoint[] {
  const natural = decodeInk(shape.points)?.points ?? []
  const { w, h } = boxAround(natural)
  const sx = w > 0 ? shape.wh[0] / w : 1
  const sy = h > 0 ? shape.wh[1] / h : 1
  const [x, y] = shape.xy
  return natural.map(([px, py, pressure]): InkPoint => [x + px * sx, y + py * sy, pressure])
}

/** A box shape's or picture's outline as a closed polygon, before rotation. */
export function outlineOf(shape: OutlinedShape): readonly Point[] {
  const box = boxOf(shape)
  const [cx, cy] = centreOf(box)
  if (shape.type === 'diamond') {
    return [
      [cx, box.y],
      [box.x + box.w, cy],
      [cx, box.y + box.h],
      [box.x, cy],
    ]
  }
  if (shape.type !== 'ellipse') return cornersOf(box)
  return Array.from({ length: ELLIPSE_CORNERS }, (_, i): Point => {
    const angle = (i / ELLIPSE_CORNERS) * 2 * Math.PI
    return [cx + (box.w / 2) * Math.cos(angle), cy + (box.h / 2) * Math.sin(angle)]
  })
}

/** Board point of a shape's `anchor`. */
export function pointAt(shape: Shape, anchor: Point): Point | undefined {
  if (isLine(shape)) return undefined
  const box = boxOf(shape)
  return rotate([box.x + anchor[0] * box.w, box.y + anchor[1] * box.h], centreOf(box), shape.angle)
}

/** The anchor (0–1 of the box) of a board point on a shape. */
export function anchorAt(shape: BoxedShape, point: Point): Point {
  const box = boxOf(shape)
  const [x, y] = rotate(point, centreOf(box), -shape.angle)
  return [box.w > 0 ? (x - box.x) / box.w : 0.5, box.h > 0 ? (y - box.y) / box.h : 0.5]
}

const attachedPaths = new WeakMap<
  LineShape,
  { readonly from: Shape | undefined; readonly to: Shape | undefined; readonly path: readonly Point[] }
>()

/** A line's way from end to end; attached ends stop short of the outline they point at. At least two points. Cached by the values of the line and
 * of what it hangs on: painting, hovering and bounds ask again and again. */
export function linePath(line: LineShape, lookup: ShapeLookup): readonly Point[] {
  const from = line.from.shape === undefined ? undefined : lookup(line.from.shape)
  const to = line.to.shape === undefined ? undefined : lookup(line.to.shape)
  if (!from && !to) return resolvedPath(line, from, to)
  const kept = attachedPaths.get(line)
  if (kept && kept.from === from && kept.to === to) return kept.path
  const path = resolvedPath(line, from, to)
  attachedPaths.set(line, { from, to, path })
  return path
}

function resolvedPath(
  line: LineShape,
  fromShape: Shape | undefined,
  toShape: Shape | undefined,
): readonly Point[] {
  const from = resolveEnd(line.from, fromShape)
  const to = resolveEnd(line.to, toShape)
  const path: Point[] = [from.point, ...line.via, to.point]
  const first = path[1] ?? to.point
  const last = path[path.length - 2] ?? from.point
  const start = from.shape ? clipAt(from.shape, from.point, first) : from.point
  const end = to.shape ? clipAt(to.shape, to.point, last) : to.point
  path[0] = start
  path[path.length - 1] = end
  return path
}

/** A line whose ends are where they show, and hang only on shapes that `keeps` says: the others go, or stay behind. */
export function looseFrom(line: LineShape, keeps: (id: ShapeId) => boolean, lookup: ShapeLookup): LineShape {
  const path = linePath(line, lookup)
  const end = (old: LineEnd, xy: Point = old.xy): LineEnd =>
    old.shape !== undefined && keeps(old.shape) ? { ...old, xy } : { xy }
  return { ...line, from: end(line.from, path[0]), to: end(line.to, path.at(-1)) }
}

function resolveEnd(end: LineEnd, shape: Shape | undefined): { point: Point; shape?: OutlinedShape } {
  if (!shape || !end.anchor || isLine(shape)) return { point: end.xy }
  const point = pointAt(shape, end.anchor)
  if (!point) return { point: end.xy }
  return shape.type === 'stroke' ? { point } : { point, shape }
}

/** Where the way from `inside` (on the shape) to `outside` leaves the outline, and a gap further on. */
function clipAt(shape: OutlinedShape, inside: Point, outside: Point): Point {
  const centre = centreOf(boxOf(shape))
  const a = rotate(inside, centre, -shape.angle)
  const b = rotate(outside, centre, -shape.angle)
  const outline = outlineOf(shape)
  let furthest: number | undefined
  for (let i = 0; i < outline.length; i++) {
    const c = outline[i]
    const d = outline[(i + 1) % outline.length]
    const t = c && d && segmentCrossing(a, b, c, d)
    if (t !== undefined && (furthest === undefined || t > furthest)) furthest = t
  }
  const length = distance(a, b)
  if (furthest === undefined || length === 0) return inside
  return lerp(inside, outside, Math.min(1, furthest + ATTACH_GAP / length))
}

/** Length of an arrow's head along its line. */
export const arrowHeadLength = (size: number): number => 8 + size * 3

/** Painted bounds: line width, rotation, arrow heads, text that does not fit and all. */
export function shapeBounds(shape: Shape, lookup: ShapeLookup): Box {
  if (isLine(shape)) {
    const margin = shape.type === 'arrow' ? arrowHeadLength(shape.size) : shape.size
    return expandBox(boxAround(linePath(shape, lookup)), margin)
  }
  const own = boxOf(shape)
  const box = isBox(shape) ? boxWithText(shape, own) : own
  const turned =
    shape.angle === 0 ? box : boxAround(cornersOf(box).map(p => rotate(p, centreOf(own), shape.angle)))
  return expandBox(turned, paintedMargin(shape))
}

/** How far paint may go beyond the box, board units. */
function paintedMargin(shape: BoxedShape): number {
  switch (shape.type) {
    // Under pressure a pen is up to twice its size wide.
    case 'stroke':
      return shape.size * 2
    case 'image':
      return 1
    case 'note':
      return 12
    // Its size was measured where it was written: with other fonts at hand it may be longer.
    case 'text':
      return shape.fontSize / 2 + (shape.wrap ? 0 : shape.wh[0] * 0.3)
    default:
      return shape.size
  }
}

/** Whether a click at `point` means this shape. Empty shapes are hit on their outline, filled ones and those with text inside too.
 * @param tolerance  board units: how far off a click may be */
export function hitShape(shape: Shape, point: Point, tolerance: number, lookup: ShapeLookup): boolean {
  if (isLine(shape)) return nearPath(linePath(shape, lookup), point, tolerance + shape.size / 2)
  const local = rotate(point, centreOf(boxOf(shape)), -shape.angle)
  if (shape.type === 'stroke') {
    return (
      containsPoint(expandBox(boxOf(shape), tolerance + shape.size), local) &&
      nearPath(strokePoints(shape), local, tolerance + shape.size / 2)
    )
  }
  if (!containsPoint(expandBox(boxOf(shape), tolerance + shape.size / 2), local)) return false
  if (shape.type === 'image' || shape.type === 'text' || shape.type === 'note') return true
  const outline = outlineOf(shape)
  if (nearPath([...outline, ...outline.slice(0, 1)], local, tolerance + shape.size / 2)) return true
  return (shape.fill !== 'none' || shape.text !== '') && isInPolygon(local, outline)
}

/** Whether `point` is on the shape or anywhere inside it, filled or not: what an arrow's end attaches to. */
export function covers(shape: Shape, point: Point): boolean {
  if (isLine(shape) || shape.type === 'stroke') return false
  return isInPolygon(rotate(point, centreOf(boxOf(shape)), -shape.angle), outlineOf(shape))
}

/** Whether any of the shape's line or filled area is inside `box` (a dragged selection box). */
export function touchesBox(shape: Shape, box: Box, lookup: ShapeLookup): boolean {
  if (!intersects(shapeBounds(shape, lookup), box)) return false
  if (isLine(shape)) return pathTouches(linePath(shape, lookup), box)
  const centre = centreOf(boxOf(shape))
  const corners = cornersOf(box)
  if (shape.type === 'stroke') {
    return pathTouches(
      strokePoints(shape).map(([x, y]) => rotate([x, y], centre, shape.angle)),
      box,
    )
  }
  const outline = outlineOf(shape).map(p => rotate(p, centre, shape.angle))
  if (pathTouches([...outline, ...outline.slice(0, 1)], box)) return true
  // No crossing: the box is wholly inside, which counts when there is something inside.
  return hasInside(shape) && isInPolygon(corners[0], outline)
}

const hasInside = (shape: OutlinedShape): boolean =>
  shape.type === 'image' ||
  shape.type === 'text' ||
  shape.type === 'note' ||
  shape.fill !== 'none' ||
  shape.text !== ''

function nearPath(path: readonly (Point | InkPoint)[], point: Point, reach: number): boolean {
  let previous: Point | undefined
  for (const [x, y] of path) {
    const current: Point = [x, y]
    if (distanceToSegment(point, previous ?? current, current) <= reach) return true
    previous = current
  }
  return false
}

function pathTouches(path: readonly Point[], box: Box): boolean {
  const corners = cornersOf(box)
  let previous: Point | undefined
  for (const point of path) {
    if (containsPoint(box, point)) return true
    if (previous) {
      for (let i = 0; i < 4; i++) {
        const c = corners[i]
        const d = corners[(i + 1) % 4]
        if (c && d && segmentCrossing(previous, point, c, d) !== undefined) return true
      }
    }
    previous = point
  }
  return false
}

/** Whether the eraser's segment `a`–`b` touches the shape. */
export function crossesSegment(
  shape: Shape,
  a: Point,
  b: Point,
  tolerance: number,
  lookup: ShapeLookup,
): boolean {
  if (!intersects(expandBox(shapeBounds(shape, lookup), tolerance), boxAround([a, b]))) return false
  // Sampling at the tolerance finds every outline that the segment crosses.
  const steps = Math.max(1, Math.ceil(distance(a, b) / Math.max(tolerance, 0.01)))
  for (let i = 0; i <= steps; i++) if (hitShape(shape, lerp(a, b, i / steps), tolerance, lookup)) return true
  return false
}

/** Moves a shape; an end that is attached stays so (its shape decides where it is). */
export function translate(shape: Shape, by: Point): Partial<LineShape> & Partial<Pick<BoxShape, 'xy'>> {
  if (!isLine(shape)) return { xy: add(shape.xy, by) }
  const moved = (end: LineEnd): LineEnd => ({ ...end, xy: add(end.xy, by) })
  return { from: moved(shape.from), to: moved(shape.to), via: shape.via.map(p => add(p, by)) }
}

/** How a box becomes another one, as used when a selection is resized: `map(point)`. */
export const boxMapping =
  (from: Box, to: Box) =>
  (point: Point): Point => {
    const [dx, dy] = sub(point, [from.x, from.y])
    return [to.x + (from.w > 0 ? (dx / from.w) * to.w : dx), to.y + (from.h > 0 ? (dy / from.h) * to.h : dy)]
  }
