import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { type Box, intersects } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import { CommittedTiles } from './committed-tiles.ts'
import { FrameBudget } from './frame-budget.ts'
import { nothing, stubCanvases } from './test-canvas.ts'

const SCREEN = { widthPx: 1280, heightPx: 800, ratio: 1 }
/** Visible tiles at one scale: 3 × 2, and a ring of 14 around them. */
const VISIBLE = 6

const shapeAt = (id: string, x: number, y: number): Shape => ({
  ...DEFAULT_STYLE,
  id,
  order: id,
  locked: false,
  type: 'rectangle',
  xy: [x, y],
  wh: [50, 50],
  angle: 0,
  text: '',
  wrap: false,
})

/** 16 shapes a tile at zoom 1 over the screen and its surroundings. */
const SHAPES = Array.from({ length: 3200 }, (_, i) =>
  shapeAt(`s${i}`, (i % 80) * 128 - 2048, Math.floor(i / 80) * 128 - 2048),
)

function setUp({ paintMs = 0, firstSliceMs = 24 } = {}) {
  let nowMs = 0
  const painted: string[] = []
  const queries: Box[] = []
  const tiles = new CommittedTiles(
    {
      query: box => {
        queries.push(box)
        return SHAPES.filter(shape =>
          intersects(
            shapeBounds(shape, () => undefined),
            box,
          ),
        )
      },
      isHidden: () => false,
      paintContext: () => ({ theme: 'light', lookup: () => undefined, faded: new Set(), useFont: () => {} }),
      onShape: () => {
        nowMs += paintMs
        painted.push('shape')
      },
    },
    new FrameBudget(),
    () => nowMs,
    { seen: nothing(), covered: nothing() },
    firstSliceMs,
  )
  const settle = (limit = 1000) => {
    let frames = 0
    while (tiles.hasWork && frames++ < limit) tiles.work()
    return frames
  }
  return { tiles, painted, queries, settle, elapsedMs: () => nowMs }
}

beforeEach(stubCanvases)
afterEach(() => vi.unstubAllGlobals())

describe('settled pixels', () => {
  it('are fresh when all in view is painted, and then nothing is left to do', () => {
    const { tiles, settle, queries } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    expect(tiles.isFresh).toBe(false)
    settle()
    expect(tiles.isFresh).toBe(true)
    expect(queries).toHaveLength(VISIBLE + 14)
  })

  it('are gone on with in the next frame, though none was finished in the first', () => {
    const { tiles, queries } = setUp({ paintMs: 3, firstSliceMs: 0 })
    for (let frame = 0; !tiles.isFresh; frame++) {
      tiles.aim({ x: frame, y: 0, zoom: 1 }, SCREEN, false)
      tiles.work()
      expect(frame).toBeLessThan(200)
    }
    // Moved by a pixel a frame it has come over the ring as well.
    expect(queries.length).toBeLessThanOrEqual(VISIBLE + 14)
  })

  it('that are not in view wait as long as there are other things to do', () => {
    const { tiles, settle, queries } = setUp()
    tiles.paintsAhead = false
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    expect(tiles.isFresh).toBe(true)
    expect(queries).toHaveLength(VISIBLE)
    tiles.paintsAhead = true
    settle()
    expect(queries).toHaveLength(VISIBLE + 14)
  })

  it('have no tile begun behind other work in a frame while the camera moves', () => {
    const begunAFrame = (isMoving: boolean) => {
      const { tiles, queries, settle } = setUp({ paintMs: 0.15 })
      tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
      settle()
      let camera = { x: 1400, y: 0, zoom: 1 }
      let most = 0
      tiles.aim(camera, SCREEN, false)
      while (tiles.hasWork) {
        if (isMoving) camera = { ...camera }
        tiles.aim(camera, SCREEN, false)
        queries.length = 0
        tiles.work()
        most = Math.max(most, queries.length)
      }
      expect(tiles.isFresh).toBe(true)
      return most
    }
    expect(begunAFrame(false)).toBeGreaterThan(1)
    expect(begunAFrame(true)).toBe(1)
  })

  it('are not painted again by panning to where they are', () => {
    const { tiles, settle, queries } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    queries.length = 0
    tiles.aim({ x: 100, y: 100, zoom: 1 }, SCREEN, false)
    settle()
    expect(tiles.isFresh).toBe(true)
    expect(queries).toHaveLength(0)
  })

  it('are painted at the new scale when it rests, though the tiles’ numbers are the same', () => {
    const { tiles, settle } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    tiles.aim({ x: 0, y: 0, zoom: 0.5 }, SCREEN, false)
    expect(tiles.hasWork).toBe(true)
    settle()
    expect(tiles.isFresh).toBe(true)
  })

  it('are kept while the camera zooms a little, and new ones painted only at rest', () => {
    const { tiles, settle, queries } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    queries.length = 0
    for (const zoom of [1.1, 1.3, 1.7]) {
      tiles.aim({ x: 0, y: 0, zoom }, SCREEN, true)
      settle()
    }
    expect(queries).toHaveLength(0)
    tiles.aim({ x: 0, y: 0, zoom: 1.7 }, SCREEN, false)
    settle()
    expect(queries.length).toBeGreaterThan(0)
  })

  it('are kept when another scale takes over, and zooming back paints nothing', () => {
    const { tiles, settle, queries } = setUp()
    const zoomThrough = (...zooms: number[]) => {
      queries.length = 0
      for (const zoom of zooms) {
        tiles.aim({ x: 0, y: 0, zoom }, SCREEN, true)
        settle()
      }
      return queries.length
    }
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    expect(zoomThrough(0.6, 0.5, 0.3)).toBeGreaterThan(0)
    expect(zoomThrough(0.5, 0.8, 1, 1.2)).toBe(0)
    expect(zoomThrough(0.8, 0.5, 0.3)).toBe(0)
    tiles.aim({ x: 0, y: 0, zoom: 0.3 }, SCREEN, true)
    expect(tiles.isFresh).toBe(true)
  })

  it('that are kept show nothing old: what changed is painted when they are shown again', () => {
    const { tiles, settle, queries } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    for (const zoom of [0.6, 0.5]) {
      tiles.aim({ x: 0, y: 0, zoom }, SCREEN, true)
      settle()
    }
    tiles.markDirty({ x: 100, y: 100, w: 50, h: 50 })
    settle()
    queries.length = 0
    tiles.aim({ x: 0, y: 0, zoom: 1.1 }, SCREEN, true)
    settle()
    expect(tiles.isFresh).toBe(true)
    expect(queries).toHaveLength(1)
  })

  it('of one place are painted again when one shape changes, on its tile only', () => {
    const { tiles, settle, queries } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    queries.length = 0
    tiles.markDirty({ x: 100, y: 100, w: 50, h: 50 })
    expect(tiles.isFresh).toBe(false)
    expect(tiles.isFreshUnder({ x: 100, y: 100, w: 10, h: 10 })).toBe(false)
    expect(tiles.isFreshUnder({ x: 600, y: 600, w: 10, h: 10 })).toBe(true)
    settle()
    expect(queries).toHaveLength(1)
    expect(queries[0]?.w).toBeLessThan(60)
  })

  it('of a change that comes while a tile is painted for the first time are painted again', () => {
    const { tiles, settle, queries } = setUp({ paintMs: 4 })
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    tiles.work()
    const inTheMiddle = { x: 700, y: 300, w: 10, h: 10 }
    const begun = queries.filter(query => intersects(query, inTheMiddle)).length
    expect(begun).toBeGreaterThan(0)
    tiles.markDirty(inTheMiddle)
    settle()
    expect(tiles.isFresh).toBe(true)
    expect(queries.filter(query => intersects(query, inTheMiddle)).length).toBe(begun + 1)
  })

  it('take new shapes in front without painting anything else', () => {
    const { tiles, settle, queries, painted } = setUp()
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    settle()
    queries.length = 0
    painted.length = 0
    tiles.addInFront([shapeAt('new', 200, 200)], { x: 199, y: 199, w: 52, h: 52 })
    settle()
    expect(painted).toHaveLength(1)
    expect(queries).toHaveLength(0)
  })

  it('are painted in slices that keep to the budget', () => {
    const { tiles, elapsedMs } = setUp({ paintMs: 1 })
    tiles.aim({ x: 0, y: 0, zoom: 1 }, SCREEN, false)
    tiles.work()
    let before = elapsedMs()
    let longestMs = 0
    while (tiles.hasWork) {
      tiles.work()
      longestMs = Math.max(longestMs, elapsedMs() - before)
      before = elapsedMs()
    }
    expect(longestMs).toBeLessThanOrEqual(8)
  })
})
