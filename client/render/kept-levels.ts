/** Levels that were shown or begun and are not shown now: zooming back finds them painted. What changes on the board is not painted on
 * them; the tiles that it touches go. */
import type { Box } from '#shared/geometry/box.ts'
import type { TileLevel } from './tile-level.ts'

/** From as far out as boards are looked at to 100 %. */
const MAX_LEVELS = 4

export class KeptLevels {
  /** The one put last comes first. */
  #levels: readonly TileLevel[] = []

  /** @param mostTiles  of all levels together; those put first go before the others */
  put(level: TileLevel, mostTiles: number): void {
    for (const tile of [...level.tiles]) if (!tile.isPainted || tile.dirty) level.drop(tile)
    const others = this.#levels.filter(({ scale }) => scale !== level.scale)
    let left = mostTiles
    this.#levels = [level, ...others].slice(0, MAX_LEVELS).filter(each => {
      for (const tile of each.tiles) if (tile.canvas) left--
      return left >= 0
    })
  }

  /** @returns the level of that scale, which is not kept here any more */
  take(scale: number): TileLevel | undefined {
    const found = this.#levels.find(level => level.scale === scale)
    if (found) this.#levels = this.#levels.filter(level => level !== found)
    return found
  }

  markDirty(box: Box): void {
    for (const level of this.#levels) for (const tile of [...level.painted(box)]) level.drop(tile)
  }

  clear(): void {
    this.#levels = []
  }

  [Symbol.iterator](): Iterator<TileLevel> {
    return this.#levels[Symbol.iterator]()
  }
}
