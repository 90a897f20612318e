/** Shapes to write on a board, where it does not matter which. */
import { type BoxShape, DEFAULT_STYLE } from '#shared/board/shape.ts'

export const boxShape = (id: string, more: Partial<BoxShape> = {}): BoxShape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle',
  order: 'a0',
  locked: false,
  xy: [0, 0],
  wh: [10, 10],
  angle: 0,
  text: '',
  wrap: false,
  ...more,
})
