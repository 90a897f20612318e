/** What of a style applies to a shape. Comes after the board, with what changes styles. */
import { NOTE_NAMES } from '#shared/board/palette.ts'
import type { Shape, ShapeStyle } from '#shared/board/shape.ts'
import { KEYS } from './style-state.ts'

/** The part of a style choice that means something to this shape. */
export function applicable(shape: Shape, patch: Partial<ShapeStyle>): Partial<ShapeStyle> {
  const keys = KEYS[shape.type]
  return Object.fromEntries(
    Object.entries(patch).filter(([key, value]) => {
      if (!(keys as readonly string[]).includes(key)) return false
      return key !== 'fill' || shape.type !== 'note' || NOTE_NAMES.includes(String(value))
    }),
  )
}
