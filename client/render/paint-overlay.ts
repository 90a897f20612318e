/** Paints the chrome over the board, in screen px: selection frame and handles, outlines, the eraser's trail. */
import { accentColor, paperColor, type Theme } from '#shared/board/palette.ts'
import { isBox, isLine, type Point, type Shape } from '#shared/board/shape.ts'
import { type Box, boxAround, centreOf, cornersOf, expandBox, unionBoxes } from '#shared/geometry/box.ts'
import { FRAME_PADDING_PX, type Handle, handlePoints } from '#shared/geometry/frame.ts'
import { boxOf, linePath, outlineOf, type ShapeLookup, shapeBounds } from '#shared/geometry/shape-geometry.ts'
import { rotate } from '#shared/geometry/vec.ts'
import { snapCamera, toScreen } from './camera.ts'
import type { Camera, Overlay } from './scene.ts'

const HANDLE_PX = 8
const HANDLE_RADIUS_PX = 2
const ROTATE_RADIUS_PX = 4.5
const END_RADIUS_PX = 5
const OUTLINE_DISTANCE_PX = 3
const TRAIL_WIDTH_PX = 7
/** The trail's points that are still seen; older ones have faded. */
const TRAIL_LENGTH = 32
/** More outlines than this say no more than the frame does, and would take a frame's time. */
const MAX_OUTLINES = 500

export interface OverlayContext {
  /** Cleared, takes device px of the screen. */
  readonly ctx: CanvasRenderingContext2D
  readonly theme: Theme
  readonly camera: Camera
  readonly ratio: number
  /** Drafts first. */
  readonly lookup: ShapeLookup
  /** As on the board, for what is told where it was. */
  readonly lookupAtRest: ShapeLookup
}

/** Further from what it belongs to nothing is painted, CSS px. */
export const OVERLAY_MARGIN_PX = 12

type OverlayPlace = Pick<OverlayContext, 'camera' | 'lookup' | 'lookupAtRest'>

/** Around all there is to paint, board units but for `OVERLAY_MARGIN_PX`; `undefined` when there is nothing. */
export function overlayBounds(place: OverlayPlace, overlay: Overlay): Box | undefined {
  const { shift, frame, selected, ends, target, trail, others } = overlay
  const around = (ids: readonly string[], lookup: ShapeLookup): Box[] => {
    const shapes = isOutlined(ids) ? ids.flatMap(id => lookup(id) ?? []) : []
    return shapes.map(shape => shapeBounds(shape, lookup))
  }
  const own = around(selected, shift ? place.lookupAtRest : place.lookup)
  const points = [...ends, ...(frame ? Object.values(handlePoints(frame, place.camera.zoom)) : [])]
  if (points.length > 0) own.push(boxAround(points))
  const [dx, dy] = shift ?? [0, 0]
  const boxes = own.map(box => ({ ...box, x: box.x + dx, y: box.y + dy }))
  for (const ids of [target === undefined ? [] : [target], ...others.map(other => other.ids)])
    boxes.push(...around(ids, place.lookup))
  if (trail.length > 0) boxes.push(boxAround(trail.slice(-TRAIL_LENGTH)))
  return unionBoxes(boxes)
}

export function paintOverlay(paint: OverlayContext, overlay: Overlay): void {
  const { ctx, theme } = paint
  const accent = accentColor(theme)
  for (const { color, ids } of overlay.others) outlineShapes(paint, ids, color, 1.5)
  if (overlay.target !== undefined) outlineShapes(paint, [overlay.target], accent, 2.5)
  const own = overlay.shift ? shifted(paint, overlay.shift) : paint
  outlineShapes(own, overlay.selected, accent, 1)
  paintTrail(paint, overlay.trail)
  if (overlay.frame) paintFrame(own, overlay.frame, accent)
  for (const end of overlay.ends) {
    const [x, y] = onDevice(own, end)
    paintKnob(own, accent, () => ctx.arc(x, y, END_RADIUS_PX * paint.ratio, 0, Math.PI * 2))
  }
}

/** For what is moved as one: the camera that sees it where it was, as the camera of its tiles. */
function shifted(paint: OverlayContext, [dx, dy]: Point): OverlayContext {
  const { x, y, zoom } = paint.camera
  const camera = snapCamera({ x: x - dx, y: y - dy, zoom }, paint.ratio)
  return { ...paint, camera, lookup: paint.lookupAtRest }
}

/** One CSS px in whole device pixels. */
const hairline = (ratio: number): number => Math.max(1, Math.round(ratio))

const onDevice = ({ camera, ratio }: OverlayContext, point: Point): Point => {
  const [x, y] = toScreen(camera, point)
  return [x * ratio, y * ratio]
}

/** Onto the middle of a hairline's pixels, so that straight lines are sharp. */
const crisp = (value: number, lineWidth: number): number => Math.round(value) + (lineWidth % 2) / 2

function paintFrame(paint: OverlayContext, frame: NonNullable<Overlay['frame']>, accent: string): void {
  const { ctx, ratio, camera } = paint
  const { box, angle, handles } = frame
  const around = expandBox(box, FRAME_PADDING_PX / camera.zoom)
  const points = handlePoints(frame, camera.zoom)
  const line = hairline(ratio)
  ctx.strokeStyle = accent
  ctx.lineWidth = line
  ctx.beginPath()
  tracePolygon(
    paint,
    cornersOf(around).map(corner => rotate(corner, centreOf(box), angle)),
    angle === 0,
  )
  if (handles.includes('rotate')) {
    const [fromX, fromY] = onDevice(paint, points.n)
    const [toX, toY] = onDevice(paint, points.rotate)
    ctx.moveTo(crisp(fromX, line), crisp(fromY, line))
    ctx.lineTo(crisp(toX, line), crisp(toY, line))
  }
  ctx.stroke()
  for (const handle of handles) paintHandle(paint, handle, points[handle], angle, accent)
}

function paintHandle(paint: OverlayContext, handle: Handle, at: Point, angle: number, accent: string): void {
  const { ctx, ratio } = paint
  const line = hairline(ratio)
  const [px, py] = onDevice(paint, at)
  const [x, y] = [crisp(px, line), crisp(py, line)]
  if (handle === 'rotate') {
    paintKnob(paint, accent, () => ctx.arc(x, y, ROTATE_RADIUS_PX * ratio, 0, Math.PI * 2))
    return
  }
  const half = Math.round((HANDLE_PX * ratio) / 2)
  ctx.save()
  ctx.translate(x, y)
  ctx.rotate(angle)
  paintKnob(paint, accent, () => ctx.roundRect(-half, -half, half * 2, half * 2, HANDLE_RADIUS_PX * ratio))
  ctx.restore()
}

/** Something to take hold of: paper inside, accent around. */
function paintKnob({ ctx, ratio, theme }: OverlayContext, accent: string, trace: () => void): void {
  ctx.beginPath()
  trace()
  ctx.fillStyle = theme === 'light' ? '#ffffff' : paperColor(theme)
  ctx.fill()
  ctx.strokeStyle = accent
  ctx.lineWidth = hairline(ratio)
  ctx.stroke()
}

function paintTrail(paint: OverlayContext, trail: readonly Point[]): void {
  const { ctx, ratio, theme } = paint
  const shown = trail.slice(-TRAIL_LENGTH)
  ctx.strokeStyle = theme === 'light' ? '#5d6470' : '#a4abb8'
  ctx.lineCap = 'round'
  // Pieces overlap at their round ends, so each is faint and the trail thins out towards its tail.
  for (let i = 1; i < shown.length; i++) {
    const from = shown[i - 1]
    const to = shown[i]
    if (!from || !to) continue
    const age = i / shown.length
    const [ax, ay] = onDevice(paint, from)
    const [bx, by] = onDevice(paint, to)
    ctx.globalAlpha = 0.28 * age
    ctx.lineWidth = TRAIL_WIDTH_PX * ratio * age
    ctx.beginPath()
    ctx.moveTo(ax, ay)
    ctx.lineTo(bx, by)
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}

const isOutlined = (ids: readonly string[]): boolean => ids.length > 0 && ids.length <= MAX_OUTLINES

function outlineShapes(paint: OverlayContext, ids: readonly string[], color: string, widthPx: number): void {
  if (!isOutlined(ids)) return
  const { ctx, ratio, lookup } = paint
  ctx.strokeStyle = color
  ctx.lineWidth = widthPx === 1 ? hairline(ratio) : widthPx * ratio
  ctx.lineJoin = 'round'
  ctx.beginPath()
  for (const id of ids) {
    const shape = lookup(id)
    if (shape) traceShape(paint, shape)
  }
  ctx.stroke()
}

function traceShape(paint: OverlayContext, shape: Shape): void {
  if (isLine(shape)) {
    linePath(shape, paint.lookup).forEach((point, i) => {
      const [x, y] = onDevice(paint, point)
      if (i === 0) paint.ctx.moveTo(x, y)
      else paint.ctx.lineTo(x, y)
    })
    return
  }
  // Off the shape's own line, whose colour must be seen.
  const box = expandBox(boxOf(shape), OUTLINE_DISTANCE_PX / paint.camera.zoom)
  const outline = isBox(shape)
    ? outlineOf({ ...shape, xy: [box.x, box.y], wh: [box.w, box.h] })
    : cornersOf(box)
  const isUpright = shape.angle === 0 && outline.length === 4 && shape.type !== 'diamond'
  tracePolygon(
    paint,
    outline.map(point => rotate(point, centreOf(box), shape.angle)),
    isUpright,
  )
}

/** @param isUpright  its sides are level and plumb: they are put on whole pixels */
function tracePolygon(paint: OverlayContext, points: readonly Point[], isUpright: boolean): void {
  const { ctx, ratio } = paint
  const line = hairline(ratio)
  points.forEach((point, i) => {
    const [x, y] = onDevice(paint, point)
    const at: Point = isUpright ? [crisp(x, line), crisp(y, line)] : [x, y]
    if (i === 0) ctx.moveTo(at[0], at[1])
    else ctx.lineTo(at[0], at[1])
  })
  ctx.closePath()
}
