/** Paints a picture, and a quiet box where it is yet to come. */
import { missingColor } from '#shared/board/palette.ts'
import type { ImageShape } from '#shared/board/shape.ts'
import type { PaintContext } from './paint-context.ts'

export function paintPicture({ ctx, theme }: PaintContext, shape: ImageShape): void {
  const [x, y] = shape.xy
  const [w, h] = shape.wh
  ctx.fillStyle = missingColor(theme)
  ctx.fillRect(x, y, w, h)
}
