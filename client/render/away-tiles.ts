/** The tiles that are painted by a worker: which are being packed up for it, which it has, and which have come back and wait for a frame. */
import type { Shape } from '#shared/board/shape.ts'
import { type Packing, PaintingWorker } from './painting-worker.ts'
import type { PaintedTile } from './tile-job.ts'
import type { Tile, TileLevel } from './tile-level.ts'

/** What is asked of a worker that paints. */
export type TileWorker = Pick<PaintingWorker, 'hasRoom' | 'isOpen' | 'canPaint' | 'pack' | 'close'>

export interface OnLevel {
  readonly level: TileLevel
  readonly tile: Tile
}

interface Away extends OnLevel {
  packing: Packing | undefined
}

interface Back extends OnLevel {
  /** None when the worker could not. */
  readonly painted: PaintedTile | undefined
}

export class AwayTiles {
  readonly #worker: TileWorker
  /** Called whenever a tile has come back. */
  onCome = () => {}
  readonly #away = new Map<Tile, Away>()
  #packed: Away | undefined
  #back: readonly Back[] = []

  constructor(worker: TileWorker) {
    this.#worker = worker
  }

  close(): void {
    this.#worker.close()
  }

  /** Whether tiles are given away at all. */
  get isOpen(): boolean {
    return this.#worker.isOpen
  }
  get hasRoom(): boolean {
    return this.#worker.hasRoom
  }
  get isPacking(): boolean {
    return this.#packed !== undefined
  }

  has(tile: Tile): boolean {
    return this.#away.has(tile)
  }

  /** @returns whether the worker paints it: if so, `pack` is to be called */
  give(
    { level, tile }: OnLevel,
    shapes: readonly Shape[],
    paint: Parameters<TileWorker['pack']>[2],
  ): boolean {
    if (!this.#worker.canPaint(shapes, paint)) return false
    const away: Away = { level, tile, packing: undefined }
    tile.isBegun = true
    this.#away.set(tile, away)
    this.#packed = away
    away.packing = this.#worker.pack(tile, shapes, paint, painted => {
      // Given up meanwhile: all that comes of it is room for another.
      if (this.#away.get(tile) !== away) painted?.bitmap.close()
      else this.#back = [...this.#back, { level, tile, painted }]
      this.onCome()
    })
    return true
  }

  /** Packs up some more of a tile's shapes; the last ones send it off. */
  pack(): void {
    if (!this.#packed?.packing?.step()) this.#packed = undefined
  }

  /** @returns the next tile that has come back, which is here again */
  takeBack(): Back | undefined {
    const [first, ...rest] = this.#back
    if (!first) return undefined
    this.#back = rest
    this.#away.delete(first.tile)
    if (first.painted && first.level.get(first.tile.col, first.tile.row) === first.tile) {
      first.tile.isBegun = false
      return first
    }
    first.painted?.bitmap.close()
    first.level.giveUp(first.tile)
    return { ...first, painted: undefined }
  }

  /** Gives up what is of a level that is gone. */
  abandon(level: TileLevel): void {
    for (const [tile, away] of [...this.#away]) {
      if (away.level !== level) continue
      level.giveUp(tile)
      this.#away.delete(tile)
      if (away === this.#packed) this.#packed = undefined
    }
    for (const back of this.#back) if (back.level === level) back.painted?.bitmap.close()
    this.#back = this.#back.filter(back => back.level !== level)
  }
}

/** @throws Error when the browser has no workers */
export const startPaintingBeside = (): AwayTiles =>
  new AwayTiles(
    new PaintingWorker(new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module' })),
  )
