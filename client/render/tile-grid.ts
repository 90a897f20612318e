/** Where tiles lie. A level is the board at one scale, cut into squares of `TILE_PX` device pixels that start at the
 * board's origin; a tile is named by its column and row. Pure arithmetic. */
import type { Box } from '#shared/geometry/box.ts'
import type { Camera } from './scene.ts'

export const TILE_PX = 512

/** Columns and rows, all inclusive. */
export interface TileRange {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Device px, whole numbers. */
export interface PixelRect {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** The tiles that `box` touches.
 * @param scale  device px per board unit */
export function tilesUnder(box: Box, scale: number): TileRange {
  const units = TILE_PX / scale
  const last = (start: number, length: number) =>
    Math.max(Math.floor(start / units), Math.ceil((start + length) / units) - 1)
  return {
    left: Math.floor(box.x / units),
    top: Math.floor(box.y / units),
    right: last(box.x, box.w),
    bottom: last(box.y, box.h),
  }
}

export const growRange = (range: TileRange, by: number): TileRange => ({
  left: range.left - by,
  top: range.top - by,
  right: range.right + by,
  bottom: range.bottom + by,
})

export const isInRange = (range: TileRange, col: number, row: number): boolean =>
  col >= range.left && col <= range.right && row >= range.top && row <= range.bottom

export const isSameRange = (a: TileRange, b: TileRange): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom

/** Whether the rectangles share a pixel. */
export const overlaps = (a: PixelRect, b: PixelRect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

/** Every tile of the range, from its middle outwards, so that what is looked at is painted first. */
export function fromMiddle(range: TileRange): [col: number, row: number][] {
  const tiles: [number, number][] = []
  for (let row = range.top; row <= range.bottom; row++)
    for (let col = range.left; col <= range.right; col++) tiles.push([col, row])
  const midCol = (range.left + range.right) / 2
  const midRow = (range.top + range.bottom) / 2
  const far = ([col, row]: [number, number]) => Math.max(Math.abs(col - midCol), Math.abs(row - midRow))
  return tiles.sort((a, b) => far(a) - far(b))
}

export function tileBox(col: number, row: number, scale: number): Box {
  const units = TILE_PX / scale
  return { x: col * units, y: row * units, w: units, h: units }
}

/** Where a tile of a level lands on the screen. Neighbours share their rounded edge, so no seam opens between stretched
 * tiles; at the level's own scale the rectangle is exactly `TILE_PX` wide.
 * @param scale  of the level   @param ratio  device px per CSS px */
export function tileOnScreen(
  col: number,
  row: number,
  scale: number,
  camera: Camera,
  ratio: number,
): PixelRect {
  const stretch = (camera.zoom * ratio) / scale
  const originX = camera.x * camera.zoom * ratio
  const originY = camera.y * camera.zoom * ratio
  const x = Math.round(col * TILE_PX * stretch - originX)
  const y = Math.round(row * TILE_PX * stretch - originY)
  return {
    x,
    y,
    w: Math.round((col + 1) * TILE_PX * stretch - originX) - x,
    h: Math.round((row + 1) * TILE_PX * stretch - originY) - y,
  }
}

/** The whole pixels of a tile that `box` touches, and one around for antialiasing; `undefined` when it touches none. */
export function pixelsInTile(box: Box, col: number, row: number, scale: number): PixelRect | undefined {
  const x = Math.max(0, Math.floor(box.x * scale - col * TILE_PX) - 1)
  const y = Math.max(0, Math.floor(box.y * scale - row * TILE_PX) - 1)
  const right = Math.min(TILE_PX, Math.ceil((box.x + box.w) * scale - col * TILE_PX) + 1)
  const bottom = Math.min(TILE_PX, Math.ceil((box.y + box.h) * scale - row * TILE_PX) + 1)
  return right > x && bottom > y ? { x, y, w: right - x, h: bottom - y } : undefined
}

/** The board box of pixels of a tile. */
export function boxOfPixels(rect: PixelRect, col: number, row: number, scale: number): Box {
  return {
    x: (col * TILE_PX + rect.x) / scale,
    y: (row * TILE_PX + rect.y) / scale,
    w: rect.w / scale,
    h: rect.h / scale,
  }
}

/** A level is shrunk and stretched as far as this while the camera zooms, before another one is painted. Shrinking costs more:
 * the view holds more tiles. */
const LEAST_STRETCH = 2 / 3
const MOST_STRETCH = 2

/** The scale to paint at. At rest and while panning that is the camera's own. While zooming the level in use is stretched;
 * past its limits the power of two below takes over, so that a long zoom needs a few levels and not one a frame.
 * @param current  scale of the level in use */
export function levelScale(scale: number, current: number | undefined, isZooming: boolean): number {
  if (!isZooming || current === undefined) return scale
  const stretch = scale / current
  return stretch <= MOST_STRETCH && stretch >= LEAST_STRETCH ? current : 2 ** Math.floor(Math.log2(scale))
}
