/** What the painters of single shapes get. The canvas's transform maps board units to device px when they are called. */
import type { Theme } from '#shared/board/palette.ts'
import type { Font, ImageShape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { ShapeLookup } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'

/** Tiles are painted on a canvas that is not in the page. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export interface PaintContext {
  readonly ctx: Context2D
  readonly theme: Theme
  /** Device px per board unit: how much detail can be seen. */
  readonly scale: number
  /** Where the board's origin is on the canvas, device px. */
  readonly originX: number
  readonly originY: number
  readonly lookup: ShapeLookup
  readonly faded: ReadonlySet<ShapeId>
  readonly textHidden?: ShapeId
  /** @param isReadable  whether letters of it are painted, not bars */
  readonly useFont: (font: Font, isReadable: boolean) => void
  readonly picture?: PaintPicture
}

/** Paints a picture whose transform is set, as well as it is there by now. @returns false when nothing of it is */
export type PaintPicture = (paint: PaintContext, shape: ImageShape) => boolean

/** A shape smaller than this is painted as a speck. */
export const SPECK_PX = 2
/** Text lower than this is painted as bars. */
export const READABLE_TEXT_PX = 4
/** Ink thinner than this is painted without its varying width. */
export const DETAILED_INK_PX = 1.6
/** Dashes of lines thinner than this are painted solid. */
export const DETAILED_DASH_PX = 0.7
/** Corners and shadows smaller than this are left out. */
export const DETAILED_CORNER_PX = 2

/** Lets `ctx` take board units again. */
export const applyTransform = ({ ctx, scale, originX, originY }: PaintContext): void =>
  ctx.setTransform(scale, 0, 0, scale, originX, originY)

/** What of the board lies on the canvas. */
export const boardBoxOf = ({ ctx: { canvas }, scale, originX, originY }: PaintContext): Box => ({
  x: -originX / scale,
  y: -originY / scale,
  w: canvas.width / scale,
  h: canvas.height / scale,
})

/** The whole device pixels under a board box, within the canvas; `undefined` when there are none. */
export function deviceArea(
  { ctx, scale, originX, originY }: PaintContext,
  box: Box | undefined,
): Box | undefined {
  if (!box) return undefined
  const x = Math.max(0, Math.floor(box.x * scale + originX) - 1)
  const y = Math.max(0, Math.floor(box.y * scale + originY) - 1)
  const right = Math.min(ctx.canvas.width, Math.ceil((box.x + box.w) * scale + originX) + 1)
  const bottom = Math.min(ctx.canvas.height, Math.ceil((box.y + box.h) * scale + originY) + 1)
  return right > x && bottom > y ? { x, y, w: right - x, h: bottom - y } : undefined
}
