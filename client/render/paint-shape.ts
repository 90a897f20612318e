/** Paints one shape of any kind, with its opacity and rotation. Any peer can write anything, so a shape that cannot be
 * painted is left out and the others are not disturbed. */
import { inkColor, missingColor } from '#shared/board/palette.ts'
import { type BoxShape, isBox, isLine, type Shape } from '#shared/board/shape.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import { paintBox } from './paint-box.ts'
import {
  applyTransform,
  type Context2D,
  DETAILED_DASH_PX,
  deviceArea,
  type PaintContext,
  READABLE_TEXT_PX,
  SPECK_PX,
} from './paint-context.ts'
import { paintStroke } from './paint-ink.ts'
import { paintLine } from './paint-line.ts'
import { hasShadow, paintNote } from './paint-note.ts'
import { paintPicture } from './paint-picture.ts'
import { paintText } from './paint-text.ts'

/** Of its opacity, when a shape is about to be erased. */
const FADED = 0.2

/** @returns false when the shape could not be painted */
export function paintShape(paint: PaintContext, shape: Shape): boolean {
  const { ctx } = paint
  const alpha = shape.opacity * (paint.faded.has(shape.id) ? FADED : 1)
  if (alpha <= 0) return true
  try {
    if (paintSpeck(paint, shape, alpha)) return true
    if (alpha < 1 && isLayered(shape, paint.scale)) return paintAsGroup(paint, shape, alpha)
    ctx.globalAlpha = alpha
    return paintPlain(paint, shape)
  } catch {
    return false // values that no check foresaw; the caller counts it
  } finally {
    applyTransform(paint)
    ctx.globalAlpha = 1
  }
}

function paintPlain(paint: PaintContext, shape: Shape): boolean {
  if (isLine(shape)) {
    paintLine(paint, shape)
    return true
  }
  turn(paint.ctx, shape)
  if (shape.type === 'stroke') return paintStroke(paint, shape)
  if (!isBox(shape)) {
    paintPicture(paint, shape)
    return true
  }
  if (shape.type === 'note') paintNote(paint, shape)
  else if (shape.type !== 'text') paintBox(paint, shape)
  paintText(paint, shape)
  return true
}

function turn(ctx: Context2D, { xy: [x, y], wh: [w, h], angle }: Pick<BoxShape, 'xy' | 'wh' | 'angle'>) {
  if (angle === 0) return
  ctx.translate(x + w / 2, y + h / 2)
  ctx.rotate(angle)
  ctx.translate(-x - w / 2, -y - h / 2)
}

/** A shape of a pixel or two is one rectangle. @returns whether it was small enough */
function paintSpeck({ ctx, scale, theme }: PaintContext, shape: Shape, alpha: number): boolean {
  if (isLine(shape)) return false
  const [w, h] = shape.wh
  if (Math.max(w, h) * scale >= SPECK_PX) return false
  if (shape.type === 'stroke' && shape.size * scale >= 1) return false
  const least = 0.7 / scale
  ctx.globalAlpha = alpha * 0.7
  ctx.fillStyle = shape.type === 'image' ? missingColor(theme) : inkColor(shape.stroke, theme)
  ctx.fillRect(shape.xy[0], shape.xy[1], Math.max(w, least), Math.max(h, least))
  return true
}

/** Whether a shape is painted in several coats, which must not be seen through each other. Coats that are too thin for that do not count. */
function isLayered(shape: Shape, scale: number): boolean {
  if (!isBox(shape) || shape.type === 'text') return false
  if (shape.text !== '' && shape.fontSize * scale >= READABLE_TEXT_PX) return true
  if (shape.type === 'note') return hasShadow(scale)
  return shape.fill !== 'none' && shape.size * scale >= DETAILED_DASH_PX
}

/** Paints the shape opaque on a canvas of its own and then that one translucent. */
function paintAsGroup(paint: PaintContext, shape: Shape, alpha: number): boolean {
  const { ctx, scale, originX, originY } = paint
  const area = deviceArea(paint, shapeBounds(shape, paint.lookup))
  if (!area) return true
  const group = groupCanvas(area.w, area.h)
  if (!group) return false
  const { canvas } = group
  group.setTransform(1, 0, 0, 1, 0, 0)
  group.globalAlpha = 1
  group.clearRect(0, 0, canvas.width, canvas.height)
  const own = { ...paint, ctx: group, originX: originX - area.x, originY: originY - area.y }
  group.setTransform(scale, 0, 0, scale, own.originX, own.originY)
  const painted = paintPlain(own, shape)
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.globalAlpha = alpha
  ctx.drawImage(canvas, 0, 0, area.w, area.h, area.x, area.y, area.w, area.h)
  return painted
}

const groups = new Map<string, OffscreenCanvasRenderingContext2D | null>()
const LEAST_GROUP_PX = 32
/** Larger ones, which only drafts have, are not kept. */
const MOST_GROUP_PX = 512

/** A canvas of at least that size. There is one for each power of two, because each use of one costs a copy of all of it. */
function groupCanvas(w: number, h: number): OffscreenCanvasRenderingContext2D | null {
  const [width, height] = [w, h].map(side => Math.max(LEAST_GROUP_PX, 2 ** Math.ceil(Math.log2(side)))) as [
    number,
    number,
  ]
  const key = `${width} ${height}`
  const kept = groups.get(key)
  if (kept) return kept
  const made = new OffscreenCanvas(width, height).getContext('2d')
  if (Math.max(width, height) <= MOST_GROUP_PX) groups.set(key, made)
  return made
}
