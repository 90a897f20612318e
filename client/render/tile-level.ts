/** One level: the tiles of the board at one scale. A tile holds pixels, or is known to be blank, or is still to be painted;
 * where its pixels are out of date it says so. Knows nothing of how tiles are painted. */
import { type Box, unionBoxes } from '#shared/geometry/box.ts'
import { pixelsInTile, type TileRange, tileBox, tilesUnder } from './tile-grid.ts'

export interface Tile {
  readonly col: number
  readonly row: number
  /** `undefined` while nothing is on it: blank tiles cost no memory. */
  canvas: HTMLCanvasElement | undefined
  /** Whether it was painted since it was made. */
  isPainted: boolean
  /** Its shapes are being painted: what changes from now on is not among them. */
  isBegun: boolean
  /** Board box whose pixels are out of date. */
  dirty: Box | undefined
}

export class TileLevel {
  /** Device px per board unit. */
  readonly scale: number
  readonly #tiles = new Map<string, Tile>()

  constructor(scale: number) {
    this.scale = scale
  }

  get tiles(): Iterable<Tile> {
    return this.#tiles.values()
  }

  get(col: number, row: number): Tile | undefined {
    return this.#tiles.get(`${col},${row}`)
  }

  /** The tile, made unpainted if it is not there. */
  take(col: number, row: number): Tile {
    let tile = this.get(col, row)
    if (!tile) {
      tile = { col, row, canvas: undefined, isPainted: false, isBegun: false, dirty: undefined }
      this.#tiles.set(`${col},${row}`, tile)
    }
    return tile
  }

  drop(tile: Tile): void {
    this.#tiles.delete(`${tile.col},${tile.row}`)
  }

  /** Tiles that `box` touches and that show, or will show, the board as it was. */
  *painted(box: Box): Generator<Tile> {
    const range = tilesUnder(box, this.scale)
    // A huge box (a bad peer's shape) touches more tiles than there are.
    const named = (range.right - range.left + 1) * (range.bottom - range.top + 1)
    if (named <= this.#tiles.size) {
      for (let row = range.top; row <= range.bottom; row++)
        for (let col = range.left; col <= range.right; col++) {
          const tile = this.get(col, row)
          if (tile?.isPainted || tile?.isBegun) yield tile
        }
      return
    }
    for (const tile of this.#tiles.values())
      if ((tile.isPainted || tile.isBegun) && pixelsInTile(box, tile.col, tile.row, this.scale)) yield tile
  }

  /** Remembers that the pixels under `box` are out of date. */
  markDirty(box: Box): void {
    for (const tile of this.painted(box)) this.markDirtyTile(tile, box)
  }

  markDirtyTile(tile: Tile, box: Box): void {
    tile.dirty = unionBoxes(tile.dirty ? [tile.dirty, box] : [box])
  }

  /** A tile that was begun is not gone on with: what was out of date of it still is. */
  giveUp(tile: Tile): void {
    tile.isBegun = false
    if (tile.isPainted) this.markDirtyTile(tile, tileBox(tile.col, tile.row, this.scale))
  }

  markAllDirty(): void {
    for (const tile of this.#tiles.values())
      if (tile.isPainted || tile.isBegun) tile.dirty = tileBox(tile.col, tile.row, this.scale)
  }

  /** The tiles of a range that exist. */
  in(range: TileRange): Tile[] {
    const tiles: Tile[] = []
    for (let row = range.top; row <= range.bottom; row++)
      for (let col = range.left; col <= range.right; col++) {
        const tile = this.get(col, row)
        if (tile) tiles.push(tile)
      }
    return tiles
  }

  /** Whether any painted tile touches `box`. */
  hasPainted(box: Box): boolean {
    for (const tile of this.painted(box)) if (tile.isPainted) return true
    return false
  }

  /** Whether every tile of the range is painted and up to date. */
  isFresh(range: TileRange): boolean {
    for (let row = range.top; row <= range.bottom; row++)
      for (let col = range.left; col <= range.right; col++) {
        const tile = this.get(col, row)
        if (!tile?.isPainted || tile.dirty) return false
      }
    return true
  }
}
