import { expect, it } from 'vitest'
import { encodeInk } from '../board/ink.ts'
import { DEFAULT_STYLE, type InkPoint, type StrokeShape } from '../board/shape.ts'
import { hitShape } from './shape-geometry.ts'

/** The two generations of kept points hold so many in all. */
const KEPT = 200_000
const POINTS = 1000

const strokeOf = (points: Uint8Array): StrokeShape => ({
  ...DEFAULT_STYLE,
  id: 'stroke',
  order: 'a0',
  locked: false,
  type: 'stroke',
  xy: [100, 100],
  wh: [2 * (POINTS - 1), 0],
  angle: 0,
  points,
})

const ink = encodeInk(
  {
    points: Array.from({ length: POINTS }, (_, i): InkPoint => [i, 0, 0.5]),
    hasPressure: false,
    constantWidth: false,
  },
  2,
)

it('a stroke is hit where it is stretched to, and is decoded again only when many others were asked for since', () => {
  let reads = 0
  const counted = new Proxy(strokeOf(ink), {
    get: (shape, key) => {
      if (key === 'points') reads++
      return Reflect.get(shape, key)
    },
  })
  const hits = (stroke: StrokeShape) => hitShape(stroke, [100 + POINTS, 101], 3, () => undefined)
  expect(hits(counted)).toBe(true)
  expect(hits(counted)).toBe(true)
  expect(reads).toBe(1)
  for (let count = 0; count < 2 * KEPT; count += POINTS) hits(strokeOf(ink))
  expect(hits(counted)).toBe(true)
  expect(reads).toBe(2)
})
