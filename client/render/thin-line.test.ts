import { describe, expect, it } from 'vitest'
import { decodeInkLine, encodeInk, type InkLine } from '#shared/board/ink.ts'
import type { InkPoint } from '#shared/board/shape.ts'
import { distanceToSegment } from '#shared/geometry/vec.ts'
import { seeded } from '#shared/testing/seeded.ts'
import { stretch, traceThinned } from './thin-line.ts'

type XY = readonly [number, number]

const lineOf = (points: readonly XY[]): InkLine => ({
  xy: Float64Array.from(points.flat()),
  count: points.length,
})

function thinned(points: readonly XY[], tolerance: number): XY[] {
  const taken: XY[] = []
  const take = (x: number, y: number): void => void taken.push([x, y])
  expect(traceThinned({ moveTo: take, lineTo: take }, lineOf(points), tolerance)).toBe(taken.length)
  return taken
}

/** How far the point that is farthest from the line is from it. */
const farthest = (points: readonly XY[], line: readonly XY[]): number =>
  Math.max(
    ...points.map(point =>
      Math.min(...line.map((b, i) => distanceToSegment(point, line[Math.max(0, i - 1)] ?? b, b))),
    ),
  )

describe('a thinned line', () => {
  it('keeps both ends of a straight one and nothing between', () => {
    const points = Array.from({ length: 200 }, (_, i): XY => [i, i / 2])
    expect(thinned(points, 0.5)).toEqual([points[0], points.at(-1)])
  })

  it('stays within its tolerance of every point, whichever way the pen went', () => {
    const random = seeded(7)
    for (let walk = 0; walk < 60; walk++) {
      let [x, y, heading] = [0, 0, random() * 6]
      const turn = 0.05 + random() * 1.5
      const points = Array.from({ length: 300 }, (): XY => {
        heading += (random() - 0.5) * turn
        x += Math.cos(heading) * random() * 8
        y += Math.sin(heading) * random() * 8
        return [x, y]
      })
      for (const tolerance of [0.5, 2, 8]) {
        const line = thinned(points, tolerance)
        expect(farthest(points, line)).toBeLessThanOrEqual(tolerance * 1.0001)
        expect(line.length).toBeLessThan(points.length)
      }
    }
  })

  it('turns back where the pen did', () => {
    const there = Array.from({ length: 50 }, (_, i): XY => [i, 0])
    const back = Array.from({ length: 30 }, (_, i): XY => [49 - i, 0.1])
    const line = thinned([...there, ...back], 1)
    expect(Math.max(...line.map(([x]) => x))).toBeGreaterThanOrEqual(48)
    expect(line.at(-1)).toEqual([20, 0.1])
  })

  it('of one spot is a line to itself', () => {
    expect(thinned([[3, 4]], 1)).toEqual([
      [3, 4],
      [3, 4],
    ])
    expect(thinned(new Array(9).fill([3, 4]), 1)).toHaveLength(2)
  })
})

it('is stretched to the size of its shape, each way by itself', () => {
  const line = lineOf([
    [0, 0],
    [10, 5],
  ])
  stretch(line, 20, 5)
  expect([...line.xy]).toEqual([0, 0, 20, 5])
  const flat = lineOf([
    [0, 0],
    [10, 0],
  ])
  stretch(flat, 5, 7)
  expect([...flat.xy]).toEqual([0, 0, 5, 0])
})

describe('ink without its pressures', () => {
  const points = Array.from({ length: 700 }, (_, i): InkPoint => [i * 1.25, 3 - (i % 13) / 2, (i % 8) / 8])
  const bytes = encodeInk({ points, hasPressure: true, constantWidth: false }, 3)

  it('goes where the ink goes', () => {
    const line = decodeInkLine(bytes)
    expect(line?.count).toBe(700)
    const pairs = points.map((_, i) => [line?.xy[2 * i], line?.xy[2 * i + 1]])
    expect(pairs).toEqual(points.map(([x, y]) => [x, y]))
  })

  it('is none where the bytes are none', () => {
    expect(decodeInkLine(bytes.subarray(0, 900))).toBeUndefined()
    expect(decodeInkLine(Uint8Array.of(0, 99, 1, 0, 0))).toBeUndefined()
    expect(decodeInkLine(new Uint8Array())).toBeUndefined()
  })
})
