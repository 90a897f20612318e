/** Axis-aligned boxes, board units. */
import type { Point } from '../board/shape.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** The box with `a` and `b` as opposite corners, whichever they are. */
export const boxFromCorners = (a: Point, b: Point): Box => ({
  x: Math.min(a[0], b[0]),
  y: Math.min(a[1], b[1]),
  w: Math.abs(a[0] - b[0]),
  h: Math.abs(a[1] - b[1]),
})

/** The smallest box around the points; an empty box at the origin for none. */
export function boxAround(points: readonly (Point | readonly [number, number, number])[]): Box {
  if (points.length === 0) return { x: 0, y: 0, w: 0, h: 0 }
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const [x, y] of points) {
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  return { x: left, y: top, w: right - left, h: bottom - top }
}

/** @returns the smallest box around all, or `undefined` for none */
export function unionBoxes(boxes: Iterable<Box>): Box | undefined {
  let union: Box | undefined
  for (const box of boxes) {
    if (!union) {
      union = box
      continue
    }
    const x = Math.min(union.x, box.x)
    const y = Math.min(union.y, box.y)
    union = {
      x,
      y,
      w: Math.max(union.x + union.w, box.x + box.w) - x,
      h: Math.max(union.y + union.h, box.y + box.h) - y,
    }
  }
  return union
}

export const expandBox = (box: Box, by: number): Box => ({
  x: box.x - by,
  y: box.y - by,
  w: box.w + 2 * by,
  h: box.h + 2 * by,
})

export const centreOf = (box: Box): Point => [box.x + box.w / 2, box.y + box.h / 2]

export const cornersOf = ({ x, y, w, h }: Box): [Point, Point, Point, Point] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]

export const containsPoint = (box: Box, [x, y]: Point): boolean =>
  x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h

export const containsBox = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.w <= outer.x + outer.w &&
  inner.y + inner.h <= outer.y + outer.h

export const intersects = (a: Box, b: Box): boolean =>
  a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h
