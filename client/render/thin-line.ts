/** Lines of fewer points than were drawn, for where the difference cannot be seen. */
import type { InkLine } from '#shared/board/ink.ts'

/** What of `Path2D` a line needs. */
export type LineSink = Pick<Path2D, 'moveTo' | 'lineTo'>

/** Draws a line through both ends and as many of the other points as it takes to stay within `tolerance`, board units, of all of them.
 *
 * One pass: from the last point that was taken, each further one narrows the directions in which a straight line passes close enough to all
 * of them; where the next point is in none of these, or the pen turns back, the one before it is taken.
 * @returns how many points were taken */
export function traceThinned(path: LineSink, { xy, count }: InkLine, tolerance: number): number {
  const at = (i: number): number => xy[i] as number
  let ax = at(0)
  let ay = at(1)
  path.moveTo(ax, ay)
  let taken = 1
  // The point that would be taken next, as seen from the last one that was; -1 when all since are as good as on that one.
  let candidate = -1
  let farthest = 0
  // The edges of the directions that are left.
  let leftX = 0
  let leftY = 0
  let rightX = 0
  let rightY = 0
  for (let i = 2; i < 2 * count; i += 2) {
    let dx = at(i) - ax
    let dy = at(i + 1) - ay
    let distance = Math.sqrt(dx * dx + dy * dy)
    if (candidate >= 0) {
      const isWithin = rightX * dy - rightY * dx >= 0 && dx * leftY - dy * leftX >= 0
      const isTurningBack = distance < farthest - tolerance
      if (!isWithin || isTurningBack) {
        ax = at(candidate)
        ay = at(candidate + 1)
        path.lineTo(ax, ay)
        taken++
        candidate = -1
        dx = at(i) - ax
        dy = at(i + 1) - ay
        distance = Math.sqrt(dx * dx + dy * dy)
      }
    }
    if (distance <= tolerance) continue
    // The tangents to the circle around the point, as seen from the last one taken.
    const sin = tolerance / distance
    const cos = Math.sqrt(1 - sin * sin)
    const lx = dx * cos - dy * sin
    const ly = dy * cos + dx * sin
    const rx = dx * cos + dy * sin
    const ry = dy * cos - dx * sin
    const isFirst = candidate < 0
    if (isFirst || lx * leftY - ly * leftX > 0) {
      leftX = lx
      leftY = ly
    }
    if (isFirst || rightX * ry - rightY * rx > 0) {
      rightX = rx
      rightY = ry
    }
    if (isFirst || distance > farthest) farthest = distance
    candidate = i
  }
  const endX = at(2 * count - 2)
  const endY = at(2 * count - 1)
  // A dot is a line to itself: round caps make it visible.
  if (endX !== ax || endY !== ay || taken === 1) {
    path.lineTo(endX, endY)
    taken++
  }
  return taken
}

/** Stretches a line from its natural size to `w` × `h`, in place. */
export function stretch({ xy, count }: InkLine, w: number, h: number): void {
  const at = (i: number): number => xy[i] as number
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < 2 * count; i += 2) {
    left = Math.min(left, at(i))
    right = Math.max(right, at(i))
    top = Math.min(top, at(i + 1))
    bottom = Math.max(bottom, at(i + 1))
  }
  const { sx, sy } = stretchOf({ w: right - left, h: bottom - top }, w, h)
  if (sx === 1 && sy === 1) return
  for (let i = 0; i < 2 * count; i += 2) {
    xy[i] = at(i) * sx
    xy[i + 1] = at(i + 1) * sy
  }
}

/** Coded coordinates are rounded and a shape's size may not be: a difference that nobody sees is none. */
export function stretchOf(
  natural: { readonly w: number; readonly h: number },
  w: number,
  h: number,
): { readonly sx: number; readonly sy: number } {
  const sx = natural.w > 0 ? w / natural.w : 1
  const sy = natural.h > 0 ? h / natural.h : 1
  const isSame = Math.abs(sx - 1) * natural.w < 0.01 && Math.abs(sy - 1) * natural.h < 0.01
  return isSame ? { sx: 1, sy: 1 } : { sx, sy }
}
