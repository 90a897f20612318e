/** Paints rectangles, ellipses and diamonds: fill and outline. Labels are paint-text.ts. */
import { fillColor, inkColor } from '#shared/board/palette.ts'
import type { BoxShape } from '#shared/board/shape.ts'
import { dashOf } from './dash.ts'
import { type Context2D, DETAILED_CORNER_PX, DETAILED_DASH_PX, type PaintContext } from './paint-context.ts'

const RADIUS = 14
/** Of the shorter side. */
const RADIUS_SHARE = 0.22
const DIAMOND_RADIUS = 3

export function paintBox({ ctx, theme, scale }: PaintContext, shape: BoxShape): void {
  const fill = fillColor(shape.fill, theme)
  ctx.beginPath()
  traceBox(ctx, shape, scale)
  if (fill) {
    ctx.fillStyle = fill
    ctx.fill()
  }
  const dash = shape.size * scale < DETAILED_DASH_PX ? [] : dashOf(shape.dash, shape.size)
  if (dash.length > 0) ctx.setLineDash(dash)
  ctx.strokeStyle = inkColor(shape.stroke, theme)
  ctx.lineWidth = shape.size
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.stroke()
  if (dash.length > 0) ctx.setLineDash([])
}

function traceBox(ctx: Context2D, shape: BoxShape, scale: number): void {
  const [x, y] = shape.xy
  const [w, h] = shape.wh
  const radius = Math.min(RADIUS, Math.min(w, h) * RADIUS_SHARE)
  if (shape.type === 'ellipse') ctx.ellipse(x + w / 2, y + h / 2, w / 2, h / 2, 0, 0, Math.PI * 2)
  else if (shape.type === 'diamond') traceDiamond(ctx, x, y, w, h, scale)
  else if (radius * scale < DETAILED_CORNER_PX) ctx.rect(x, y, w, h)
  else ctx.roundRect(x, y, w, h, radius)
}

function traceDiamond(ctx: Context2D, x: number, y: number, w: number, h: number, scale: number): void {
  const cx = x + w / 2
  const cy = y + h / 2
  const radius = Math.min(DIAMOND_RADIUS, Math.min(w, h) / 8)
  if (radius * scale < DETAILED_CORNER_PX / 2) {
    ctx.moveTo(cx, y)
    ctx.lineTo(x + w, cy)
    ctx.lineTo(cx, y + h)
    ctx.lineTo(x, cy)
  } else {
    ctx.moveTo((x + cx) / 2, (y + cy) / 2)
    ctx.arcTo(cx, y, x + w, cy, radius)
    ctx.arcTo(x + w, cy, cx, y + h, radius)
    ctx.arcTo(cx, y + h, x, cy, radius)
    ctx.arcTo(x, cy, cx, y, radius)
  }
  ctx.closePath()
}
