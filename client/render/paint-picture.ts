/** Paints a picture, and a quiet box where it is yet to come. */
import { missingColor } from '#shared/board/palette.ts'
import type { ImageShape } from '#shared/board/shape.ts'
import type { PaintContext } from './paint-context.ts'

export function paintPicture(paint: PaintContext, shape: ImageShape): void {
  if (paint.picture?.(paint, shape)) return
  const { ctx, theme } = paint
  const [x, y] = shape.xy
  const [w, h] = shape.wh
  ctx.fillStyle = missingColor(theme)
  ctx.fillRect(x, y, w, h)
}
