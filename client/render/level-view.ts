/** Puts a level's tiles on the screen as elements. Panning then moves one element and zooming scales a few: the browser
 * composites them, and not a pixel is painted again. Lengths inside are device px. */
import type { Screen } from './camera.ts'
import type { Camera } from './scene.ts'
import { overlaps, type PixelRect, TILE_PX, tileOnScreen } from './tile-grid.ts'
import type { Tile, TileLevel } from './tile-level.ts'

/** Where tiles go on the page. */
export interface TileElements {
  readonly seen: HTMLElement
  /** Covered by something opaque. What is painted ahead waits here: the browser takes a picture in when it comes onto the page, and a
   * whole level at once would stop it for longer than a frame. */
  readonly covered: HTMLElement
}

/** Element positions are exact up to some millions of px: the origin follows the camera in leaps of this many tiles. */
const ORIGIN_LEAP = 1000

export class LevelView {
  readonly #root = document.createElement('div')
  /** Of the tiles that are not to be seen yet. */
  readonly #covered = document.createElement('div')
  readonly #attached = new Map<Tile, HTMLCanvasElement>()
  #origin: readonly [col: number, row: number] = [0, 0]
  /** Tiles lie side by side at their own size; otherwise each is stretched to its own rectangle. */
  #isStill = false
  #hasCovered = false

  constructor({ seen, covered }: TileElements) {
    for (const root of [this.#root, this.#covered])
      Object.assign(root.style, {
        position: 'absolute',
        left: '0',
        top: '0',
        transformOrigin: '0 0',
        willChange: 'transform',
      })
    seen.append(this.#root)
    covered.append(this.#covered)
  }

  /** @param over  level that is shown: tiles over any of its pixels are not seen */
  place(level: TileLevel, camera: Camera, screen: Screen, over?: TileLevel): void {
    const { ratio } = screen
    const stretch = (camera.zoom * ratio) / level.scale
    if (Math.abs(stretch - 1) < 1e-9) this.#placeStill(level, camera, ratio)
    else this.#placeStretched(level, camera, screen)
    if (over) this.#cover(over, level, camera, ratio)
    else if (this.#hasCovered) this.#root.append(...this.#attached.values())
    this.#hasCovered = over !== undefined
  }

  destroy(): void {
    this.#root.remove()
    this.#covered.remove()
    this.#attached.clear()
  }

  #placeStill(level: TileLevel, camera: Camera, ratio: number): void {
    const col = Math.round((camera.x * level.scale) / TILE_PX / ORIGIN_LEAP) * ORIGIN_LEAP
    const row = Math.round((camera.y * level.scale) / TILE_PX / ORIGIN_LEAP) * ORIGIN_LEAP
    const isMoved = col !== this.#origin[0] || row !== this.#origin[1]
    this.#origin = [col, row]
    for (const canvas of this.#attach(level, !this.#isStill || isMoved)) {
      const [tile, element] = canvas
      element.style.transform = `translate(${(tile.col - col) * TILE_PX}px, ${(tile.row - row) * TILE_PX}px)`
    }
    this.#isStill = true
    for (const canvas of this.#attached.values()) show(canvas, true)
    const x = col * TILE_PX - Math.round(camera.x * level.scale)
    const y = row * TILE_PX - Math.round(camera.y * level.scale)
    this.#root.style.transform = `scale(${1 / ratio}) translate(${x}px, ${y}px)`
  }

  #placeStretched(level: TileLevel, camera: Camera, screen: Screen): void {
    const { ratio } = screen
    const screenRect = { x: 0, y: 0, w: screen.widthPx * ratio, h: screen.heightPx * ratio }
    this.#isStill = false
    for (const [tile, element] of this.#attach(level, true)) {
      const { x, y, w, h } = tileOnScreen(tile.col, tile.row, level.scale, camera, ratio)
      const isSeen = overlaps(screenRect, { x, y, w, h })
      show(element, isSeen)
      if (isSeen) element.style.transform = `translate(${x}px, ${y}px) scale(${w / TILE_PX}, ${h / TILE_PX})`
    }
    this.#root.style.transform = `scale(${1 / ratio})`
  }

  /** Brings the elements in line with the level's tiles. @returns those to be placed: the new ones, or all */
  #attach(level: TileLevel, isAll: boolean): [Tile, HTMLCanvasElement][] {
    const gone = new Map(this.#attached)
    const toPlace: [Tile, HTMLCanvasElement][] = []
    for (const tile of level.tiles) {
      const { canvas } = tile
      if (!canvas || !tile.isPainted) continue
      if (gone.get(tile) === canvas) {
        gone.delete(tile)
        if (isAll) toPlace.push([tile, canvas])
        continue
      }
      this.#attached.set(tile, canvas)
      this.#root.append(canvas)
      toPlace.push([tile, canvas])
    }
    for (const [tile, canvas] of gone) {
      canvas.remove()
      if (this.#attached.get(tile) === canvas) this.#attached.delete(tile)
    }
    return toPlace
  }

  /** Takes tiles that lie over any pixel of the other level's out of sight. */
  #cover(over: TileLevel, level: TileLevel, camera: Camera, ratio: number): void {
    this.#covered.style.transform = this.#root.style.transform
    const below: PixelRect[] = []
    for (const tile of over.tiles)
      if (tile.canvas) below.push(tileOnScreen(tile.col, tile.row, over.scale, camera, ratio))
    for (const [tile, canvas] of this.#attached) {
      const rect = tileOnScreen(tile.col, tile.row, level.scale, camera, ratio)
      const root = below.some(each => overlaps(each, rect)) ? this.#covered : this.#root
      if (canvas.parentElement !== root) root.append(canvas)
    }
  }
}

function show(canvas: HTMLCanvasElement, isShown: boolean): void {
  const visibility = isShown ? 'visible' : 'hidden'
  if (canvas.style.visibility !== visibility) canvas.style.visibility = visibility
}
