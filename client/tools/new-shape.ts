/** Shapes as tools make them: in front of all, in the person's style. */
import { orderBetween } from '#shared/board/order.ts'
import type { BoxShape, BoxType, LineEnd, LineShape, LineType, Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { createShapeId } from '#shared/ids.ts'
import type { ToolContext } from './tool.ts'

const common = (ctx: ToolContext) => ({
  id: createShapeId(),
  order: orderBetween(ctx.board.frontOrder(), null),
  locked: false,
  by: ctx.by(),
})

export const newBox = (ctx: ToolContext, type: BoxType, box: Box): BoxShape => ({
  ...ctx.styleFor(type),
  ...common(ctx),
  type,
  xy: [box.x, box.y],
  wh: [box.w, box.h],
  angle: 0,
  text: '',
  wrap: false,
})

export const newLine = (ctx: ToolContext, type: LineType, from: LineEnd, to: LineEnd): LineShape => ({
  ...ctx.styleFor(type),
  ...common(ctx),
  type,
  from,
  to,
  via: [],
})

/** `common` for a stroke, whose box is known only when it ends. */
export const newStrokeBase = (ctx: ToolContext) => ({
  ...ctx.styleFor('pen'),
  ...common(ctx),
  type: 'stroke' as const,
  angle: 0,
})

/** From a drag: Shift keeps the sides equal, Alt grows from the centre. */
export function boxFromDrag(from: Point, to: Point, keys: { shift: boolean; alt: boolean }): Box {
  let dx = to[0] - from[0]
  let dy = to[1] - from[1]
  if (keys.shift) {
    const side = Math.max(Math.abs(dx), Math.abs(dy))
    dx = Math.sign(dx || 1) * side
    dy = Math.sign(dy || 1) * side
  }
  const [ax, ay] = keys.alt ? [from[0] - dx, from[1] - dy] : from
  const w = keys.alt ? dx * 2 : dx
  const h = keys.alt ? dy * 2 : dy
  return { x: Math.min(ax, ax + w), y: Math.min(ay, ay + h), w: Math.abs(w), h: Math.abs(h) }
}

const SNAP_ANGLE = Math.PI / 12

/** Shift while drawing a line: its angle snaps to 15°. */
export function snapAngle(from: Point, to: Point): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const angle = Math.round(Math.atan2(to[1] - from[1], to[0] - from[0]) / SNAP_ANGLE) * SNAP_ANGLE
  return [from[0] + length * Math.cos(angle), from[1] + length * Math.sin(angle)]
}
