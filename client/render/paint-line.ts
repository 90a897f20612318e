/** Paints lines and arrows along their resolved path. */
import { inkColor } from '#shared/board/palette.ts'
import type { LineShape, Point } from '#shared/board/shape.ts'
import { arrowHeadLength, linePath } from '#shared/geometry/shape-geometry.ts'
import { distance } from '#shared/geometry/vec.ts'
import { dashOf } from './dash.ts'
import { DETAILED_DASH_PX, type PaintContext } from './paint-context.ts'

/** Between the line and each side of its head. */
const HEAD_ANGLE = 0.5

export function paintLine({ ctx, theme, scale, lookup }: PaintContext, shape: LineShape): void {
  const path = linePath(shape, lookup)
  const dash = shape.size * scale < DETAILED_DASH_PX ? [] : dashOf(shape.dash, shape.size)
  ctx.strokeStyle = inkColor(shape.stroke, theme)
  ctx.lineWidth = shape.size
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.beginPath()
  const [first] = path
  if (first) ctx.moveTo(first[0], first[1])
  for (let i = 1; i < path.length; i++) {
    const point = path[i]
    if (point) ctx.lineTo(point[0], point[1])
  }
  if (dash.length > 0) {
    ctx.setLineDash(dash)
    ctx.stroke()
    ctx.setLineDash([])
    ctx.beginPath()
  }
  // Line and head in one path: a translucent arrow has no darker tip.
  const head = shape.type === 'arrow' ? arrowHead(path, shape.size) : undefined
  if (head) {
    const [left, tip, right] = head
    ctx.moveTo(left[0], left[1])
    ctx.lineTo(tip[0], tip[1])
    ctx.lineTo(right[0], right[1])
  }
  if (head || dash.length === 0) ctx.stroke()
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
