/** Paints pen strokes: the outline filled, or far out a thin polyline. */
import { inkColor } from '#shared/board/palette.ts'
import type { StrokeShape } from '#shared/board/shape.ts'
import { dashOf } from './dash.ts'
import { FAR_WIDTH_OF_SIZE, InkPaths } from './ink-path.ts'
import { DETAILED_DASH_PX, DETAILED_INK_PX, type PaintContext } from './paint-context.ts'

const paths = new InkPaths(() => new Path2D())
/** How far a line may be off the ink, device px: one that is thinner than a pixel, and any other. */
const HAIR_OFF_PX = 0.5
const LINE_OFF_PX = 0.25

/** @returns false when the stroke's bytes are not ink */
export function paintStroke({ ctx, theme, scale }: PaintContext, shape: StrokeShape): boolean {
  const color = inkColor(shape.stroke, theme)
  const isFar = shape.size * scale < DETAILED_INK_PX
  if (!isFar && shape.dash === 'solid') {
    const outline = paths.outline(shape)
    if (!outline) return false
    ctx.fillStyle = color
    ctx.translate(shape.xy[0], shape.xy[1])
    ctx.fill(outline)
    ctx.translate(-shape.xy[0], -shape.xy[1])
    return true
  }
  const width = shape.size * FAR_WIDTH_OF_SIZE
  const line = paths.polyline(shape, (width * scale < 1 ? HAIR_OFF_PX : LINE_OFF_PX) / scale)
  if (!line) return false
  ctx.strokeStyle = color
  ctx.lineWidth = width
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  const dash = shape.size * scale < DETAILED_DASH_PX ? [] : dashOf(shape.dash, shape.size)
  if (dash.length > 0) ctx.setLineDash(dash)
  ctx.translate(shape.xy[0], shape.xy[1])
  ctx.stroke(line)
  ctx.translate(-shape.xy[0], -shape.xy[1])
  if (dash.length > 0) ctx.setLineDash([])
  return true
}
