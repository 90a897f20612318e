import { describe, expect, it } from 'vitest'
import { cutDashes } from './dash.ts'

const EVERYWHERE = { x: -1e7, y: -1e7, w: 2e7, h: 2e7 }

describe('a dashed path', () => {
  it('is painted and left out in turn, around corners too', () => {
    const path = [
      [0, 0],
      [10, 0],
      [10, 10],
    ] as const
    expect(cutDashes(path, [6, 2], EVERYWHERE)).toEqual([
      [
        [0, 0],
        [6, 0],
      ],
      [
        [8, 0],
        [10, 0],
        [10, 4],
      ],
      [
        [10, 6],
        [10, 10],
      ],
    ])
  })

  it('has no dashes without a length', () => {
    const nowhere = [
      [5, 5],
      [5, 5],
    ] as const
    expect(cutDashes(nowhere, [6, 2], EVERYWHERE)).toEqual([])
  })

  it('is cut only where it is seen, and there as if cut whole', () => {
    const long = [
      [-1_000_000, 3],
      [500_000, 3],
      [500_000, 900_000],
    ] as const
    const seen = { x: 100, y: 0, w: 80, h: 10 }
    const dashes = cutDashes(long, [6, 2], seen)
    expect(dashes.length).toBeLessThanOrEqual(11)
    const short = [
      [0, 3],
      [1000, 3],
    ] as const
    // A million is so many whole periods.
    const whole = cutDashes(short, [6, 2], EVERYWHERE)
    const touching = whole.filter(([from, to]) => (to?.[0] ?? 0) > 100 && (from?.[0] ?? 0) < 180)
    expect(touching.length).toBeGreaterThan(8)
    for (const [i, dash] of touching.entries())
      for (const [j, point] of dash.entries()) expect(dashes[i]?.[j]?.[0]).toBeCloseTo(point[0], 4)
    expect(cutDashes(long, [6, 2], { x: 0, y: 100, w: 50, h: 50 })).toEqual([])
  })
})
