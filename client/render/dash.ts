/** Dash patterns, scaled by the line's width. Caps are round, so a painted dash is one width longer than its number. */
import type { Dash, Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { distance, lerp } from '#shared/geometry/vec.ts'

const SOLID: number[] = []

/** Painted and left out, in turn, board units. */
export function dashOf(dash: Dash, size: number): number[] {
  if (dash === 'dashed') return [3 + size * 2, 4 + size * 2.5]
  if (dash === 'dotted') return [0.01, 3 + size * 1.75]
  return SOLID
}

/** The dashes of a path that a canvas's `setLineDash` would paint, those away from `within` left out: a line may be far longer than what is
 * seen of it. */
export function cutDashes(
  path: readonly Point[],
  [on = 0, off = 0]: readonly number[],
  within: Box,
): readonly (readonly Point[])[] {
  const period = on + off
  const dashes: Point[][] = []
  /** Of the dash that reaches the end of the last segment. */
  let open: number | undefined
  let start = 0
  for (let i = 1; i < path.length; i++) {
    const [a, b] = [path[i - 1], path[i]]
    const length = a && b ? distance(a, b) : 0
    if (!a || !b || length === 0) continue
    const seen = shareWithin(a, b, within)
    const at = (along: number): Point => lerp(a, b, (along - start) / length)
    const end = start + length
    for (
      let n = Math.floor((start + seen[0] * length) / period);
      n * period < start + seen[1] * length;
      n++
    ) {
      const [from, to] = [Math.max(start, n * period), Math.min(end, n * period + on)]
      if (from >= to) continue
      if (n === open && from === start) dashes.at(-1)?.push(at(to))
      else dashes.push([at(from), at(to)])
    }
    open = Math.floor(end / period)
    start = end
  }
  return dashes
}

/** Which part of the way from `a` to `b` is within the box: from and to, 0–1 (Liang & Barsky, 1984). */
function shareWithin(a: Point, b: Point, { x, y, w, h }: Box): readonly [from: number, to: number] {
  let [from, to] = [0, 1]
  const edges = [
    [b[0] - a[0], x - a[0], x + w - a[0]],
    [b[1] - a[1], y - a[1], y + h - a[1]],
  ] as const
  for (const [step, least, most] of edges) {
    if (step === 0 && (least > 0 || most < 0)) return [0, 0]
    if (step === 0) continue
    from = Math.max(from, Math.min(least / step, most / step))
    to = Math.min(to, Math.max(least / step, most / step))
  }
  return from < to ? [from, to] : [0, 0]
}
