/** Paints one tile at a time, shape by shape, so that it can stop between any two. It paints beside the page and hands the
 * finished bitmap over: a half-painted tile is never seen.
 *
 * A tile's own canvas only presents a bitmap (`bitmaprenderer`). A canvas with a 2D context would cost the main thread a copy
 * of its pixels in every frame in which anything on the page moves (Chromium without a GPU). */
import type { Shape } from '#shared/board/shape.ts'
import { type Box, expandBox } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import { applyTransform, type Context2D, type PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'
import { RasterMeter } from './raster-meter.ts'
import { boxOfPixels, type PixelRect, pixelsInTile, TILE_PX } from './tile-grid.ts'
import type { Tile, TileLevel } from './tile-level.ts'

const WHOLE: PixelRect = { x: 0, y: 0, w: TILE_PX, h: TILE_PX }
const NOTHING: PixelRect = { x: 0, y: 0, w: 0, h: 0 }

/** What the painter asks of its surroundings. */
export interface TileSource {
  query(box: Box): readonly Shape[]
  /** Shapes that somebody's draft stands in for. */
  isHidden(id: ShapeId): boolean
  /** All of a paint context but where to paint. */
  paintContext(): Omit<PaintContext, 'ctx' | 'scale' | 'originX' | 'originY'>
  /** Counts. */
  onShape(isPainted: boolean): void
}

interface Job {
  readonly level: TileLevel
  readonly tile: Tile
  /** The pixels that are painted. */
  readonly rect: PixelRect
  readonly shapes: readonly Shape[]
  next: number
  readonly paint: PaintContext
}

export class TilePainter {
  readonly #source: TileSource
  readonly #clock: () => number
  readonly #ctx = new OffscreenCanvas(TILE_PX, TILE_PX).getContext('2d')
  readonly #meter = new RasterMeter()
  #job: Job | undefined

  constructor(source: TileSource, clock: () => number) {
    this.#source = source
    this.#clock = clock
  }

  get isBusy(): boolean {
    return this.#job !== undefined
  }

  /** Whether the next step may take as long as many shapes: finding those of a tile, or having them rastered. */
  get isLongNext(): boolean {
    const job = this.#job
    return !job || this.#meter.isFull || job.next === job.shapes.length
  }

  /** Whether the tile is being painted: what changes on it now makes it dirty again. */
  isPainting(tile: Tile): boolean {
    return this.#job?.tile === tile
  }

  /** Takes up a tile that is unpainted or dirty. What becomes dirty from here on is painted by a later job. */
  start(level: TileLevel, tile: Tile): void {
    const { col, row } = tile
    const rect = tile.isPainted && tile.dirty ? pixelsInTile(tile.dirty, col, row, level.scale) : WHOLE
    tile.dirty = undefined
    if (!rect) return
    // A pixel more: a line that ends on the edge is antialiased across it.
    const box = expandBox(boxOfPixels(rect, col, row, level.scale), 1 / level.scale)
    const shapes = this.#source.query(box)
    if (shapes.length === 0 && (rect === WHOLE || !tile.canvas)) {
      tile.isPainted = true
      tile.canvas = undefined
      return
    }
    const ctx = this.#ctx
    if (!ctx) return
    const paint = this.#contextFor(level, tile, ctx)
    this.#begin(ctx, tile.canvas, rect)
    applyTransform(paint)
    this.#job = { level, tile, rect, shapes, next: 0, paint }
    tile.isBegun = true
  }

  /** Paints the next shape, or has the painted ones rastered, which may take as long as many shapes. @returns whether the job goes on */
  step(): boolean {
    const job = this.#job
    const ctx = this.#ctx
    if (!job || !ctx) return false
    const shape = job.shapes[job.next]
    if (!shape) {
      this.#job = undefined
      this.#present(ctx, job.tile)
      return false
    }
    if (this.#meter.isFull) {
      this.#raster(ctx, job)
      return true
    }
    job.next++
    this.#paint(job.paint, shape)
    return true
  }

  /** Gives the job up if it is on that level, which is gone. */
  abandon(level: TileLevel): void {
    if (this.#job?.level !== level) return
    this.#ctx?.restore()
    this.#meter.rastered()
    this.#job.tile.isBegun = false
    this.#job = undefined
  }

  /** Paints shapes that are in front of everything over a painted tile. */
  add(level: TileLevel, tile: Tile, shapes: readonly Shape[]): void {
    // The bitmap beside the page is taken: the tile's turn comes later.
    const ctx = this.#ctx
    if (!ctx || this.#job) return
    const paint = this.#contextFor(level, tile, ctx)
    this.#begin(ctx, tile.canvas, NOTHING)
    applyTransform(paint)
    for (const shape of shapes) this.#paint(paint, shape)
    this.#present(ctx, tile)
  }

  #paint(paint: PaintContext, shape: Shape): void {
    if (this.#source.isHidden(shape.id)) return
    this.#meter.painted(shape)
    this.#source.onShape(paintShape(paint, shape))
  }

  /** Puts the pixels there were on the canvas, but for `rect`, which is left empty and clips what follows. */
  #begin(
    ctx: OffscreenCanvasRenderingContext2D,
    before: HTMLCanvasElement | undefined,
    rect: PixelRect,
  ): void {
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, TILE_PX, TILE_PX)
    if (rect !== WHOLE && before) ctx.drawImage(before, 0, 0)
    ctx.save()
    if (rect === WHOLE || rect === NOTHING) return
    ctx.clearRect(rect.x, rect.y, rect.w, rect.h)
    clip(ctx, rect)
  }

  #raster(ctx: OffscreenCanvasRenderingContext2D, job: Job): void {
    ctx.restore()
    const bitmap = this.#takeBitmap(ctx)
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.drawImage(bitmap, 0, 0)
    bitmap.close()
    ctx.save()
    clip(ctx, job.rect)
    applyTransform(job.paint)
  }

  #takeBitmap({ canvas }: OffscreenCanvasRenderingContext2D): ImageBitmap {
    const startMs = this.#clock()
    const bitmap = canvas.transferToImageBitmap()
    this.#meter.rastered(this.#clock() - startMs)
    return bitmap
  }

  #present(ctx: OffscreenCanvasRenderingContext2D, tile: Tile): void {
    ctx.restore()
    tile.isBegun = false
    tile.isPainted = true
    tile.canvas ??= createTileCanvas()
    tile.canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(this.#takeBitmap(ctx))
  }

  #contextFor({ scale }: TileLevel, { col, row }: Tile, ctx: Context2D): PaintContext {
    return { ...this.#source.paintContext(), ctx, scale, originX: -col * TILE_PX, originY: -row * TILE_PX }
  }
}

function clip(ctx: OffscreenCanvasRenderingContext2D, { x, y, w, h }: PixelRect): void {
  ctx.beginPath()
  ctx.rect(x, y, w, h)
  ctx.clip()
}

function createTileCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = TILE_PX
  canvas.height = TILE_PX
  Object.assign(canvas.style, {
    position: 'absolute',
    left: '0',
    top: '0',
    transformOrigin: '0 0',
    willChange: 'transform',
  })
  return canvas
}
