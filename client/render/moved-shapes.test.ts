import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { FrameBudget } from './frame-budget.ts'
import { MovedShapes } from './moved-shapes.ts'
import { nothing, stubCanvases } from './test-canvas.ts'

const SCREEN = { widthPx: 1280, heightPx: 800, ratio: 1 }
const CAMERA = { x: 0, y: 0, zoom: 0.1 }

const SHAPES: Shape[] = Array.from({ length: 1000 }, (_, i) => ({
  ...DEFAULT_STYLE,
  id: `s${i}`,
  order: `s${i}`,
  locked: false,
  type: 'rectangle',
  xy: [(i % 40) * 220, Math.floor(i / 40) * 220],
  wh: [50, 50],
  angle: 0,
  text: '',
  wrap: false,
}))

function setUp() {
  let painted = 0
  const moved = new MovedShapes({
    paintContext: lookup => ({ theme: 'light', lookup, faded: new Set(), useFont: () => {} }),
    lookup: () => undefined,
    onShape: () => {
      painted++
    },
    budget: new FrameBudget(),
    elements: { seen: nothing(), covered: nothing() },
  })
  const key = {}
  const drag = (frames: number, shapes: readonly Shape[]): number => {
    const before = painted
    for (let i = 0; i < frames; i++) moved.frame([{ key, shapes, by: [i, 2 * i] }], CAMERA, SCREEN, false)
    return painted - before
  }
  const settle = (): void => {
    for (let i = 0; i < 1000 && moved.hasWork; i++) drag(1, SHAPES)
  }
  return { moved, drag, settle }
}

beforeEach(stubCanvases)
afterEach(() => vi.unstubAllGlobals())

it('a frame of moving a thousand shapes paints none of them', () => {
  const { moved, drag, settle } = setUp()
  drag(1, SHAPES)
  settle()
  expect(moved.isFresh).toBe(true)
  expect(drag(120, SHAPES)).toBe(0)
})

it('shapes are painted once a tile that they touch, and again only when they look different', () => {
  const { drag, settle } = setUp()
  let painted = drag(1, SHAPES)
  while (painted < SHAPES.length) {
    const more = drag(1, SHAPES)
    if (more === 0) break
    painted += more
  }
  settle()
  expect(painted).toBeGreaterThanOrEqual(SHAPES.length)
  expect(painted).toBeLessThan(SHAPES.length * 1.5)
  expect(drag(1, [...SHAPES])).toBeGreaterThan(0)
})
