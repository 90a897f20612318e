/** Paints one shape of any kind, with its opacity and rotation. Any peer can write anything, so a shape that cannot be
 * painted is left out and the others are not disturbed. */
import { inkColor } from '#shared/board/palette.ts'
import { type BoxShape, isBox, isLine, type Shape } from '#shared/board/shape.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import { paintBox } from './paint-box.ts'
import { applyTransform, type Context2D, deviceArea, type PaintContext, SPECK_PX } from './paint-context.ts'
import { paintStroke } from './paint-ink.ts'
import { paintLine } from './paint-line.ts'
import { paintNote } from './paint-note.ts'
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
    if (alpha < 1 && isLayered(shape)) return paintAsGroup(paint, shape, alpha)
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
  if (!isBox(shape)) return paintStroke(paint, shape)
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
  ctx.fillStyle = inkColor(shape.stroke, theme)
  ctx.fillRect(shape.xy[0], shape.xy[1], Math.max(w, least), Math.max(h, least))
  return true
}

/** Whether a shape is painted in several coats, which must not show through each other. */
const isLayered = (shape: Shape): boolean =>
  isLine(shape)
    ? shape.type === 'arrow' && shape.dash !== 'solid'
    : isBox(shape) &&
      shape.type !== 'text' &&
      (shape.fill !== 'none' || shape.text !== '' || shape.type === 'note')

let group: OffscreenCanvasRenderingContext2D | null | undefined

/** Paints the shape opaque on a canvas of its own and then that one translucent. */
function paintAsGroup(paint: PaintContext, shape: Shape, alpha: number): boolean {
  const { ctx, scale, originX, originY } = paint
  group ??= new OffscreenCanvas(1, 1).getContext('2d')
  const area = group && deviceArea(paint, shapeBounds(shape, paint.lookup))
  if (!group || !area) return true
  const { canvas } = group
  if (canvas.width < area.w) canvas.width = area.w
  if (canvas.height < area.h) canvas.height = area.h
  group.setTransform(1, 0, 0, 1, 0, 0)
  group.globalAlpha = 1
  group.clearRect(0, 0, area.w, area.h)
  const own = { ...paint, ctx: group, originX: originX - area.x, originY: originY - area.y }
  group.setTransform(scale, 0, 0, scale, own.originX, own.originY)
  const painted = paintPlain(own, shape)
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.globalAlpha = alpha
  ctx.drawImage(canvas, 0, 0, area.w, area.h, area.x, area.y, area.w, area.h)
  return painted
}
