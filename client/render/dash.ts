/** Dash patterns, scaled by the line's width. Caps are round, so a painted dash is one width longer than its number. */
import type { Dash } from '#shared/board/shape.ts'

const SOLID: number[] = []

export function dashOf(dash: Dash, size: number): number[] {
  if (dash === 'dashed') return [3 + size * 2, 4 + size * 2.5]
  if (dash === 'dotted') return [0.01, 3 + size * 1.75]
  return SOLID
}
