/** Paints a sticky note's paper with a soft shadow: three translucent sheets, far cheaper than a blurred shadow. */
import { noteColor } from '#shared/board/palette.ts'
import type { BoxShape } from '#shared/board/shape.ts'
import { DETAILED_CORNER_PX, type PaintContext } from './paint-context.ts'

const RADIUS = 4
/** Each sheet: how far it reaches beyond the note, how far down it is moved, its alpha. */
const SHADOW = [
  [4, 4, 0.025],
  [2, 3, 0.035],
  [0, 2, 0.07],
] as const

export const hasShadow = (scale: number): boolean => RADIUS * scale >= DETAILED_CORNER_PX

export function paintNote({ ctx, theme, scale }: PaintContext, shape: BoxShape): void {
  const [x, y] = shape.xy
  const [w, h] = shape.wh
  ctx.fillStyle = noteColor(shape.fill, theme)
  if (!hasShadow(scale)) {
    ctx.fillRect(x, y, w, h)
    return
  }
  const alpha = ctx.globalAlpha
  ctx.fillStyle = '#000000'
  for (const [reach, down, strength] of SHADOW) {
    ctx.globalAlpha = alpha * strength * (theme === 'light' ? 1 : 2)
    ctx.beginPath()
    ctx.roundRect(x - reach, y - reach + down, w + 2 * reach, h + 2 * reach, RADIUS + reach)
    ctx.fill()
  }
  ctx.globalAlpha = alpha
  ctx.fillStyle = noteColor(shape.fill, theme)
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, RADIUS)
  ctx.fill()
}
