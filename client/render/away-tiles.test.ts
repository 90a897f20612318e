import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { AwayTiles, type TileWorker } from './away-tiles.ts'
import { CommittedTiles } from './committed-tiles.ts'
import { FrameBudget } from './frame-budget.ts'
import { nothing, stubCanvases } from './test-canvas.ts'
import type { PaintedTile } from './tile-job.ts'

/** One and a half tiles wide and high: 3 × 2 are in view, as the board's origin is at a tile's corner. */
const SCREEN = { widthPx: 1280, heightPx: 800, ratio: 1 }
const VISIBLE = 6
const AT_ONCE = 2
/** What each look at the clock takes: a slice is some steps long. */
const STEP_MS = 0.3

const SHAPE: Shape = {
  ...DEFAULT_STYLE,
  id: 'a',
  order: 'a0',
  locked: false,
  type: 'rectangle',
  xy: [0, 0],
  wh: [50, 50],
  angle: 0,
  text: '',
  wrap: false,
}

interface Given {
  readonly col: number
  readonly row: number
  done(painted: PaintedTile | undefined): void
}

function setUp() {
  const given: Given[] = []
  const bitmaps: { isClosed: boolean }[] = []
  const worker: TileWorker & { isOpen: boolean; takes: boolean } = {
    isOpen: true,
    takes: true,
    get hasRoom() {
      return worker.isOpen && given.length < AT_ONCE
    },
    close: () => {},
    canPaint: (shapes): shapes is [] => shapes.length > 0 && worker.takes,
    pack: ({ col, row }, _, __, done) => ({
      step: () => {
        given.push({ col, row, done })
        return false
      },
    }),
  }
  let nowMs = 0
  let paintedHere = 0
  let cameCount = 0
  const tiles = new CommittedTiles(
    {
      query: () => [SHAPE],
      isHidden: () => false,
      paintContext: () => ({ theme: 'light', lookup: () => undefined, faded: new Set(), useFont: () => {} }),
      onShape: () => paintedHere++,
    },
    new FrameBudget(),
    () => (nowMs += STEP_MS),
    { seen: nothing(), covered: nothing() },
    0,
  )
  tiles.paintBeside(new AwayTiles(worker), () => cameCount++)
  const work = () => {
    while (tiles.hasWork) tiles.work()
  }
  /** Answers for the tile that was given first. */
  const answer = (isPainted = true) => {
    const first = given.shift()
    const kept = { isClosed: false }
    bitmaps.push(kept)
    const bitmap = { close: () => Object.assign(kept, { isClosed: true }) } as unknown as ImageBitmap
    first?.done(isPainted ? { job: 1, bitmap, paintedCount: 0, skippedCount: 0 } : undefined)
  }
  const look = (zoom = 1, isZooming = false) => tiles.aim({ x: 0, y: 0, zoom }, SCREEN, isZooming)
  const answerAll = () => {
    for (work(); given.length > 0; work()) answer()
  }
  return {
    tiles,
    given,
    bitmaps,
    worker,
    work,
    answer,
    answerAll,
    look,
    paintedHere: () => paintedHere,
    came: () => cameCount,
  }
}

beforeEach(stubCanvases)
afterEach(() => vi.unstubAllGlobals())

describe('tiles that a worker paints', () => {
  it('go off two at a time, and no frame is asked for while they are away', () => {
    const { tiles, given, work, look } = setUp()
    tiles.paintsAhead = false
    look()
    work()
    // What nothing was there for at first is begun by the page itself, so that something shows.
    expect(given).toHaveLength(AT_ONCE)
    expect(tiles.hasWork).toBe(false)
    expect(tiles.isFresh).toBe(false)
  })

  it('are fresh when the last of those in view has come', () => {
    const { tiles, given, work, answer, look, came } = setUp()
    tiles.paintsAhead = false
    look()
    work()
    let frames = 0
    for (; given.length > 0; work()) {
      expect(tiles.isFresh).toBe(false)
      answer()
      frames++
    }
    expect(tiles.isFresh).toBe(true)
    expect(came()).toBe(frames)
    expect(frames).toBeLessThanOrEqual(VISIBLE)
  })

  it('in view come before those around it', () => {
    const { tiles, given, look, work, answer } = setUp()
    look()
    const order: string[] = []
    for (work(); given.length > 0; work()) {
      const [{ col, row } = { col: 0, row: 0 }] = given
      order.push(col >= 0 && col <= 2 && row >= 0 && row <= 1 ? 'seen' : 'ahead')
      answer()
    }
    expect(order.lastIndexOf('seen')).toBeLessThan(order.indexOf('ahead'))
    expect(tiles.isFresh).toBe(true)
  })

  it('are painted again when something on them changed while they were away', () => {
    const { tiles, given, look, answerAll, work, answer } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    tiles.markDirty({ x: 0, y: 0, w: 500, h: 500 })
    work()
    expect(given).toMatchObject([{ col: 0, row: 0 }])
    tiles.markDirty({ x: 100, y: 100, w: 10, h: 10 })
    answer()
    expect(tiles.isFreshUnder({ x: 100, y: 100, w: 10, h: 10 })).toBe(false)
    answerAll()
    expect(tiles.isFresh).toBe(true)
  })

  it('show their old pixels meanwhile, and are not fresh', () => {
    const { tiles, look, answerAll, work } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    tiles.markDirty({ x: 0, y: 0, w: 500, h: 500 })
    work()
    expect(tiles.isFresh).toBe(false)
    expect(tiles.isFreshUnder({ x: 10, y: 10, w: 10, h: 10 })).toBe(false)
    expect(tiles.isFreshUnder({ x: 600, y: 10, w: 10, h: 10 })).toBe(true)
  })

  it('on which little changed are not given away', () => {
    const { tiles, given, look, answerAll, work, paintedHere } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    const before = paintedHere()
    tiles.markDirty({ x: 100, y: 100, w: 20, h: 20 })
    work()
    expect(given).toEqual([])
    expect(paintedHere()).toBe(before + 1)
    expect(tiles.isFresh).toBe(true)
  })

  it('with what the worker cannot paint are painted by the page', () => {
    const { tiles, given, worker, look, work } = setUp()
    worker.takes = false
    look()
    work()
    expect(given).toEqual([])
    expect(tiles.isFresh).toBe(true)
  })

  it('that the worker fails to paint are painted by the page, as are all others then', () => {
    const { tiles, given, worker, look, work, answer } = setUp()
    look()
    work()
    worker.isOpen = false
    while (given.length > 0) answer(false)
    work()
    expect(tiles.isFresh).toBe(true)
  })

  it('of a scale that is gone are thrown away when they come', () => {
    const { tiles, given, bitmaps, look, work, answer, answerAll } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    look(0.5, true)
    work()
    const away = given.length
    expect(away).toBeGreaterThan(0)
    look(1)
    bitmaps.length = 0
    for (let i = 0; i < away; i++) answer()
    expect(bitmaps.map(({ isClosed }) => isClosed)).toEqual(Array(away).fill(true))
    work()
    expect(tiles.isFresh).toBe(true)
  })

  it('wait only as long for room as what is given up takes to come', () => {
    const { tiles, given, look, work, answer, answerAll } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    look(0.5, true)
    work()
    expect(given).toHaveLength(AT_ONCE)
    look(0.25, true)
    work()
    expect(tiles.hasWork).toBe(false)
    answer()
    expect(tiles.hasWork).toBe(true)
    answerAll()
    expect(tiles.isFresh).toBe(true)
  })

  it('of a scale that is kept are not kept with what was old when they were given up', () => {
    const { tiles, given, look, work, answer, answerAll } = setUp()
    tiles.paintsAhead = false
    look()
    answerAll()
    tiles.markDirty({ x: 0, y: 0, w: 500, h: 500 })
    work()
    expect(given).toHaveLength(1)
    look(0.25)
    answer()
    answerAll()
    look(1)
    expect(tiles.isFresh).toBe(false)
    answerAll()
    expect(tiles.isFresh).toBe(true)
  })
})
