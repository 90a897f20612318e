/** Gliding: every frame a share of the way that is left, so a new target never makes a jump. Pure. */
import type { Point } from '#shared/board/shape.ts'
import { distance, lerp } from '#shared/geometry/vec.ts'

/** After this long 63 % of the way is done, 90 % after 85 ms. */
const TIME_CONSTANT_MS = 37

/** @param near  board units: closer than this it has arrived */
export function glide(
  at: Point,
  target: Point,
  elapsedMs: number,
  near: number,
): { at: Point; isThere: boolean } {
  if (distance(at, target) <= near) return { at: target, isThere: true }
  return { at: lerp(at, target, 1 - Math.exp(-elapsedMs / TIME_CONSTANT_MS)), isThere: false }
}
