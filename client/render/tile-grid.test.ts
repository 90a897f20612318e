import { describe, expect, it } from 'vitest'
import { snapCamera, viewportOf } from './camera.ts'
import {
  fromMiddle,
  growRange,
  levelScale,
  pixelsInTile,
  TILE_PX,
  tileBox,
  tileOnScreen,
  tilesUnder,
} from './tile-grid.ts'

describe('tiles under a box', () => {
  it('ends where the box ends, without a row more for an edge that only touches', () => {
    expect(tilesUnder({ x: 0, y: 0, w: 1024, h: 512 }, 1)).toEqual({ left: 0, top: 0, right: 1, bottom: 0 })
    expect(tilesUnder({ x: -1, y: 10, w: 2, h: 600 }, 1)).toEqual({ left: -1, top: 0, right: 0, bottom: 1 })
  })

  it('names at least one tile for an empty box', () => {
    expect(tilesUnder({ x: 512, y: 0, w: 0, h: 0 }, 1)).toEqual({ left: 1, top: 0, right: 1, bottom: 0 })
  })

  it('goes by device pixels', () => {
    expect(tilesUnder({ x: 0, y: 0, w: 512, h: 256 }, 2)).toEqual({ left: 0, top: 0, right: 1, bottom: 0 })
    expect(tileBox(1, -1, 0.5)).toEqual({ x: 1024, y: -1024, w: 1024, h: 1024 })
  })

  it('are listed from the middle outwards', () => {
    const tiles = fromMiddle(growRange({ left: 3, top: 3, right: 3, bottom: 3 }, 1))
    expect(tiles).toHaveLength(9)
    expect(tiles[0]).toEqual([3, 3])
  })
})

describe('a tile on the screen', () => {
  it('is exactly its own size at its own scale, whatever the camera', () => {
    for (const ratio of [1, 1.5, 2])
      for (const zoom of [0.07, 0.33, 1, 1.7]) {
        const camera = snapCamera({ x: 123.4567, y: -987.654, zoom }, ratio)
        const { w, h } = tileOnScreen(5, -3, zoom * ratio, camera, ratio)
        expect([w, h]).toEqual([TILE_PX, TILE_PX])
      }
  })

  it('shares its edges with its neighbours when stretched', () => {
    const camera = { x: 17.3, y: 5.9, zoom: 0.731 }
    for (let col = -4; col < 4; col++) {
      const here = tileOnScreen(col, 0, 1, camera, 1.5)
      const next = tileOnScreen(col + 1, 0, 1, camera, 1.5)
      expect(here.x + here.w).toBe(next.x)
    }
  })
})

describe('dirty pixels of a tile', () => {
  it('are whole, with one around for antialiasing, and stay in the tile', () => {
    expect(pixelsInTile({ x: 10.5, y: 20, w: 10, h: 10 }, 0, 0, 1)).toEqual({ x: 9, y: 19, w: 13, h: 12 })
    expect(pixelsInTile({ x: -50, y: -50, w: 60, h: 60 }, 0, 0, 1)).toEqual({ x: 0, y: 0, w: 11, h: 11 })
  })

  it('are none when the box is elsewhere', () => {
    expect(pixelsInTile({ x: 600, y: 0, w: 10, h: 10 }, 0, 0, 1)).toBeUndefined()
  })
})

describe('the scale to paint at', () => {
  it('is the camera’s own at rest', () => {
    expect(levelScale(0.37, 1, false)).toBe(0.37)
    expect(levelScale(0.37, undefined, true)).toBe(0.37)
  })

  it('is kept while zooming as far as pixels can be stretched, then the power of two below', () => {
    expect(levelScale(1.9, 1, true)).toBe(1)
    expect(levelScale(0.7, 1, true)).toBe(1)
    expect(levelScale(0.3, 1, true)).toBe(0.25)
    expect(levelScale(2.9, 1, true)).toBe(2)
  })
})

it('snapping moves the camera by less than half a device pixel', () => {
  const camera = { x: 0.123, y: 77.77, zoom: 0.9 }
  const snapped = snapCamera(camera, 1.5)
  expect(Math.abs(snapped.x - camera.x) * 0.9 * 1.5).toBeLessThanOrEqual(0.5)
  expect(snapped.y * 0.9 * 1.5).toBeCloseTo(Math.round(snapped.y * 0.9 * 1.5), 9)
  expect(viewportOf(camera, { widthPx: 90, heightPx: 45, ratio: 2 })).toEqual({
    x: 0.123,
    y: 77.77,
    w: 100,
    h: 50,
  })
})
