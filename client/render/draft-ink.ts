/** Paints strokes while they are drawn. Of a long one only the tail is painted in every frame: its head is kept as pixels. */
import { inkColor } from '#shared/board/palette.ts'
import type { InkPoint } from '#shared/board/shape.ts'
import { type Box, boxAround, expandBox, unionBoxes } from '#shared/geometry/box.ts'
import { GrowingInk, type InkPiece } from './growing-ink.ts'
import { inkOutline, traceOutline } from './ink-path.ts'
import { applyTransform, deviceArea, type PaintContext } from './paint-context.ts'
import type { DraftInk } from './scene.ts'

/** Under pressure a pen is up to twice its size wide. */
const MOST_WIDTH = 2
/** Shorter ones are outlined whole, exactly as they will be on the board. */
const LONG = 250

interface Head {
  readonly ink: GrowingInk<Path2D>
  /** The size of the layer's canvas, with the pieces that are painted, opaque. */
  canvas: OffscreenCanvasRenderingContext2D | undefined
  paintedCount: number
  /** Camera, colour and size that it was painted for. */
  paintedFor: string
}

export class DraftInks {
  readonly #heads = new Map<readonly InkPoint[], Head>()
  /** Canvases of strokes that have ended. */
  readonly #spare: OffscreenCanvasRenderingContext2D[] = []
  readonly #bounds = new WeakMap<readonly InkPoint[], { count: number; box: Box }>()

  /** Around the stroke with its width, board units. Only points that are new since the last time are looked at. */
  boundsOf({ points, style }: DraftInk): Box {
    const before = this.#bounds.get(points)
    const added = boxAround(points.slice(before?.count ?? 0))
    const isMore = points.length > (before?.count ?? 0)
    const box = before ? (isMore ? (unionBoxes([before.box, added]) ?? added) : before.box) : added
    this.#bounds.set(points, { count: points.length, box })
    return expandBox(box, style.size * MOST_WIDTH)
  }

  /** @param paint  with its transform applied, which it keeps   @param inks  all there are */
  paint(paint: PaintContext, inks: readonly DraftInk[]): void {
    for (const ink of inks) {
      if (ink.points.length < LONG) paintWhole(paint, ink)
      else this.#paintLong(paint, ink)
    }
    for (const [points, { canvas }] of this.#heads) {
      if (inks.some(ink => ink.points === points)) continue
      this.#heads.delete(points)
      if (canvas && this.#spare.length === 0) this.#spare.push(canvas)
    }
  }

  #paintLong(paint: PaintContext, ink: DraftInk): void {
    const { ctx, theme } = paint
    const head = this.#headOf(ink)
    const tail = head.ink.take(ink.points)
    const color = inkColor(ink.style.stroke, theme)
    const settled = this.#paintHead(head, paint, color)
    const { opacity } = ink.style
    if (opacity === 1) {
      this.#lay(paint, settled, head.ink.pieces)
      fill(ctx, tail.path, color)
      return
    }
    // Head and tail must not show through each other: they are put together opaque.
    const whole = this.#canvas(paint)
    this.#lay({ ...paint, ctx: whole }, settled, head.ink.pieces)
    applyTransform({ ...paint, ctx: whole })
    fill(whole, tail.path, color)
    ctx.globalAlpha = opacity
    this.#lay(paint, whole, [...head.ink.pieces, tail])
    ctx.globalAlpha = 1
    this.#spare[0] = whole
  }

  #headOf({ points, style, hasPressure }: DraftInk): Head {
    let head = this.#heads.get(points)
    if (!head) {
      const inkStyle = { size: style.size, hasPressure, constantWidth: false }
      const ink = new GrowingInk(() => new Path2D(), inkStyle)
      head = { ink, canvas: undefined, paintedCount: 0, paintedFor: '' }
      this.#heads.set(points, head)
    }
    return head
  }

  /** Paints the pieces that have settled since the last time, or all when the camera has moved. */
  #paintHead(head: Head, paint: PaintContext, color: string): OffscreenCanvasRenderingContext2D {
    const { scale, originX, originY, ctx } = paint
    const { width, height } = ctx.canvas
    const paintFor = [color, scale, originX, originY, width, height].join()
    if (!head.canvas || head.paintedFor !== paintFor) {
      if (head.canvas) this.#spare[0] = head.canvas
      head.canvas = this.#canvas(paint)
      head.paintedFor = paintFor
      head.paintedCount = 0
    }
    applyTransform({ ...paint, ctx: head.canvas })
    for (const { path } of head.ink.pieces.slice(head.paintedCount)) fill(head.canvas, path, color)
    head.paintedCount = head.ink.pieces.length
    return head.canvas
  }

  /** Copies the device pixels under the pieces. */
  #lay(
    paint: PaintContext,
    from: OffscreenCanvasRenderingContext2D,
    pieces: readonly InkPiece<Path2D>[],
  ): void {
    const area = deviceArea(paint, unionBoxes(pieces.map(({ box }) => box)))
    if (!area) return
    const { x, y, w, h } = area
    paint.ctx.setTransform(1, 0, 0, 1, 0, 0)
    paint.ctx.drawImage(from.canvas, x, y, w, h, x, y, w, h)
    applyTransform(paint)
  }

  /** An empty canvas the size of the layer's. */
  #canvas({ ctx: { canvas } }: PaintContext): OffscreenCanvasRenderingContext2D {
    const { width, height } = canvas
    const spare = this.#spare.pop() ?? new OffscreenCanvas(width, height).getContext('2d')
    if (!spare) throw new Error('no 2d context')
    if (spare.canvas.width === width && spare.canvas.height === height) {
      spare.setTransform(1, 0, 0, 1, 0, 0)
      spare.clearRect(0, 0, width, height)
    } else Object.assign(spare.canvas, { width, height }) // empties it
    return spare
  }
}

function paintWhole({ ctx, theme }: PaintContext, { points, style, hasPressure }: DraftInk): void {
  const path = new Path2D()
  traceOutline(path, inkOutline(points, { size: style.size, hasPressure, constantWidth: false }))
  ctx.globalAlpha = style.opacity
  fill(ctx, path, inkColor(style.stroke, theme))
  ctx.globalAlpha = 1
}

function fill(ctx: PaintContext['ctx'], path: Path2D, color: string): void {
  ctx.fillStyle = color
  ctx.fill(path)
}
