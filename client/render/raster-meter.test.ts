import { expect, it } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { RasterMeter } from './raster-meter.ts'

const stroke = (bytes: number): Shape => ({
  ...DEFAULT_STYLE,
  id: 'stroke',
  order: 'a0',
  locked: false,
  type: 'stroke',
  xy: [0, 0],
  wh: [1, 1],
  angle: 0,
  points: new Uint8Array(bytes),
})

/** How many of such shapes are painted until it is full. */
function fill(meter: RasterMeter, shape: Shape): number {
  let count = 0
  for (; !meter.isFull; count++) meter.painted(shape)
  return count
}

it('takes fewer long strokes than short ones in one go', () => {
  expect(fill(new RasterMeter(), stroke(2000)) * 5).toBeLessThan(fill(new RasterMeter(), stroke(200)))
})

it('takes less after a go that was too long, however long, and more again after short ones', () => {
  const meter = new RasterMeter()
  const first = fill(meter, stroke(200))
  meter.rastered(10)
  const less = fill(meter, stroke(200))
  expect(less).toBeLessThan(first * 0.6)
  meter.rastered(10_000)
  const least = fill(meter, stroke(200))
  expect(least).toBeGreaterThan(10)
  for (let i = 0; i < 10; i++) {
    meter.rastered(1)
    fill(meter, stroke(200))
  }
  expect(fill(meter, stroke(200))).toBe(0)
  meter.rastered(1)
  expect(fill(meter, stroke(200))).toBeGreaterThan(4 * least)
})

it('learns nothing from a go with hardly anything in it: that is the copy of the tile', () => {
  const meter = new RasterMeter()
  const first = fill(meter, stroke(200))
  meter.rastered(5)
  meter.painted(stroke(200))
  meter.rastered(100)
  expect(fill(meter, stroke(200))).toBeGreaterThanOrEqual(first)
})
