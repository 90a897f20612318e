/** Paints one tile at a time, shape by shape, so that it can stop between any two. It paints beside the page and hands the
 * finished bitmap over: a half-painted tile is never seen.
 *
 * Whole tiles are given away when there is a worker that paints them.
 *
 * A tile's own canvas only presents a bitmap (`bitmaprenderer`). A canvas with a 2D context would cost the main thread a copy
 * of its pixels in every frame in which anything on the page moves (Chromium without a GPU). */
import type { Shape } from '#shared/board/shape.ts'
import { type Box, expandBox } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { AwayTiles } from './away-tiles.ts'
import { applyTransform, type Context2D, type PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'
import { RasterMeter } from './raster-meter.ts'
import { boxOfPixels, type PixelRect, pixelsInTile, TILE_PX } from './tile-grid.ts'
import type { Tile, TileLevel } from './tile-level.ts'

const WHOLE: PixelRect = { x: 0, y: 0, w: TILE_PX, h: TILE_PX }
const NOTHING: PixelRect = { x: 0, y: 0, w: 0, h: 0 }

/** Of a tile: when more of it is out of date, all of it is painted anew where there is a worker for that. */
const MOST_PATCHED = 0.25

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
  #away: AwayTiles | undefined

  constructor(source: TileSource, clock: () => number) {
    this.#source = source
    this.#clock = clock
  }

  /** From now on whole tiles are given away. */
  giveTo(away: AwayTiles): void {
    this.#away = away
  }

  /** Whether a tile is being painted here, or packed up for the worker. */
  get isBusy(): boolean {
    return this.#job !== undefined || this.#away?.isPacking === true
  }

  /** Whether the next step may take as long as many shapes: finding those of a tile, or having them rastered. */
  get isLongNext(): boolean {
    const job = this.#job
    if (this.#away?.isPacking) return false
    return !job || this.#meter.isFull || job.next === job.shapes.length
  }

  /** Whether the tile is being painted: what changes on it now makes it dirty again. */
  isPainting(tile: Tile): boolean {
    return this.#job?.tile === tile || this.isAway(tile)
  }

  /** Whether the worker has it, or is to have it. */
  isAway(tile: Tile): boolean {
    return this.#away?.has(tile) === true
  }

  /** Takes up a tile that is unpainted or dirty. What becomes dirty from here on is painted by a later job.
   * @param isHurried  painted here rather than later
   * @returns false when it is for the worker, which has enough */
  start(level: TileLevel, tile: Tile, isHurried = false): boolean {
    const { col, row } = tile
    const away = this.#away?.isOpen ? this.#away : undefined
    const rect = pixelsToPaint(level, tile, away !== undefined)
    if (rect === WHOLE && away && !away.hasRoom && !isHurried) return false
    tile.dirty = undefined
    if (!rect) return true
    // A pixel more: a line that ends on the edge is antialiased across it.
    const box = expandBox(boxOfPixels(rect, col, row, level.scale), 1 / level.scale)
    const shapes = this.#source.query(box)
    if (shapes.length === 0 && (rect === WHOLE || !tile.canvas)) {
      tile.isPainted = true
      tile.canvas = undefined
      return true
    }
    if (rect === WHOLE && away?.hasRoom && this.#giveAway(away, level, tile, shapes)) return true
    const ctx = this.#ctx
    if (!ctx) return true
    const paint = this.#contextFor(level, tile, ctx)
    this.#begin(ctx, tile.canvas, rect)
    applyTransform(paint)
    this.#job = { level, tile, rect, shapes, next: 0, paint }
    tile.isBegun = true
    return true
  }

  /** Shows one tile that has come back from the worker. @returns whether there was one */
  takeIn(): boolean {
    const back = this.#away?.takeBack()
    if (!back) return false
    const { tile, painted } = back
    if (!painted) return true
    for (let i = 0; i < painted.paintedCount; i++) this.#source.onShape(true)
    for (let i = 0; i < painted.skippedCount; i++) this.#source.onShape(false)
    show(tile, painted.bitmap)
    return true
  }

  /** Packs up some shapes; or paints the next one, or has the painted ones rastered, which may take as long as many shapes.
   * @returns whether a tile shows that did not */
  step(): boolean {
    if (this.#away?.isPacking) {
      this.#away.pack()
      return false
    }
    const job = this.#job
    const ctx = this.#ctx
    if (!job || !ctx) return false
    const shape = job.shapes[job.next]
    if (!shape) {
      this.#job = undefined
      this.#present(ctx, job.tile)
      return true
    }
    if (this.#meter.isFull) this.#raster(ctx, job)
    else {
      job.next++
      this.#paint(job.paint, shape)
    }
    return false
  }

  /** Gives the job up if it is on that level, which is gone. */
  abandon(level: TileLevel): void {
    this.#away?.abandon(level)
    if (this.#job?.level !== level) return
    this.#ctx?.restore()
    this.#meter.rastered()
    level.giveUp(this.#job.tile)
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

  #giveAway(away: AwayTiles, level: TileLevel, tile: Tile, shapes: readonly Shape[]): boolean {
    const isHidden = (id: ShapeId) => this.#source.isHidden(id)
    return away.give({ level, tile }, shapes, {
      ...this.#source.paintContext(),
      scale: level.scale,
      isHidden,
    })
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
    show(tile, this.#takeBitmap(ctx))
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

/** What of a tile is out of date; `undefined` for nothing. */
function pixelsToPaint({ scale }: TileLevel, tile: Tile, hasWorker: boolean): PixelRect | undefined {
  if (!tile.isPainted || !tile.dirty) return WHOLE
  const rect = pixelsInTile(tile.dirty, tile.col, tile.row, scale)
  return hasWorker && rect && rect.w * rect.h > TILE_PX ** 2 * MOST_PATCHED ? WHOLE : rect
}

function show(tile: Tile, bitmap: ImageBitmap): void {
  tile.isPainted = true
  tile.canvas ??= createTileCanvas()
  tile.canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap)
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
