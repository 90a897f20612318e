/** Paints the pixels of a picture into its box, cropped and mirrored as it is to be. */
import { inkColor, missingColor } from '#shared/board/palette.ts'
import type { ImageShape } from '#shared/board/shape.ts'
import type { PaintContext } from '../paint-context.ts'

/** Of the box's shorter side. */
const MARK_SHARE = 0.3
const MOST_MARK = 48
/** A mark smaller than this says nothing, device px. */
const LEAST_MARK_PX = 6

export function paintBitmap({ ctx }: PaintContext, { xy, wh, crop, flip }: ImageShape, bitmap: ImageBitmap) {
  const [x, y] = xy
  const [w, h] = wh
  const { width, height } = bitmap
  if (flip) {
    const [across, down] = flip
    ctx.translate(x + w / 2, y + h / 2)
    ctx.scale(across ? -1 : 1, down ? -1 : 1)
    ctx.translate(-x - w / 2, -y - h / 2)
  }
  if (!crop) ctx.drawImage(bitmap, x, y, w, h)
  else {
    const [cx, cy, cw, ch] = crop
    ctx.drawImage(bitmap, cx * width, cy * height, cw * width, ch * height, x, y, w, h)
  }
}

/** A picture that will not come: its box, with a frame and a stroke through it. */
export function paintBroken({ ctx, theme, scale }: PaintContext, { xy, wh }: ImageShape): void {
  const [x, y] = xy
  const [w, h] = wh
  ctx.fillStyle = missingColor(theme)
  ctx.fillRect(x, y, w, h)
  const size = Math.min(MOST_MARK, Math.min(w, h) * MARK_SHARE)
  if (size * scale < LEAST_MARK_PX) return
  const [left, top] = [x + (w - size) / 2, y + (h - size) / 2]
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * 0.45
  ctx.strokeStyle = inkColor('ink', theme)
  ctx.lineWidth = size / 14
  ctx.lineCap = 'round'
  ctx.beginPath()
  ctx.roundRect(left, top, size, size, size / 8)
  ctx.moveTo(left - size / 6, top + size + size / 6)
  ctx.lineTo(left + size + size / 6, top - size / 6)
  ctx.stroke()
  ctx.globalAlpha = alpha
}
