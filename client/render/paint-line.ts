/** Paints lines and arrows along their resolved path. */
import { inkColor } from '#shared/board/palette.ts'
import type { LineShape, Point } from '#shared/board/shape.ts'
import { expandBox } from '#shared/geometry/box.ts'
import { arrowHeadLength, linePath } from '#shared/geometry/shape-geometry.ts'
import { distance } from '#shared/geometry/vec.ts'
import { cutDashes, dashOf } from './dash.ts'
import { boardBoxOf, type Context2D, DETAILED_DASH_PX, type PaintContext } from './paint-context.ts'

/** Between the line and each side of its head. */
const HEAD_ANGLE = 0.5

export function paintLine(paint: PaintContext, shape: LineShape): void {
  const { ctx, theme, scale, lookup } = paint
  const path = linePath(shape, lookup)
  const dash = shape.size * scale < DETAILED_DASH_PX ? [] : dashOf(shape.dash, shape.size)
  ctx.strokeStyle = inkColor(shape.stroke, theme)
  ctx.lineWidth = shape.size
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  const head = shape.type === 'arrow' ? arrowHead(path, shape.size) : undefined
  const seen = expandBox(boardBoxOf(paint), shape.size)
  // Line and head in one path: a translucent arrow has no darker tip.
  ctx.beginPath()
  for (const piece of dash.length > 0 ? cutDashes(path, dash, seen) : [path]) trace(ctx, piece)
  if (head) trace(ctx, head)
  ctx.stroke()
}

function trace(ctx: Context2D, path: readonly Point[]): void {
  path.forEach(([x, y], i) => {
    if (i === 0) ctx.moveTo(x, y)
    else ctx.lineTo(x, y)
  })
}

/** @returns left end, tip and right end of the head; shorter on a short line; `undefined` on a line without length */
export function arrowHead(path: readonly Point[], size: number): [Point, Point, Point] | undefined {
  const tip = path.at(-1)
  const before = path.findLast(point => tip && distance(point, tip) > 0.01)
  if (!tip || !before) return undefined
  const length = Math.min(arrowHeadLength(size), distance(before, tip) * 0.6)
  const angle = Math.atan2(before[1] - tip[1], before[0] - tip[0])
  const end = (turn: number): Point => [
    tip[0] + length * Math.cos(angle + turn),
    tip[1] + length * Math.sin(angle + turn),
  ]
  return [end(HEAD_ANGLE), tip, end(-HEAD_ANGLE)]
}
