import { describe, expect, it } from 'vitest'
import { firstDot, gridSteps, stretchedAlpha } from './grid.ts'

describe('the grid', () => {
  it('has a dot every 20 units near 100 %', () => {
    expect(gridSteps(1)).toEqual({ step: 20, alpha: 1 })
    expect(gridSteps(4)).toEqual({ step: 20, alpha: 1 })
  })

  it('never crowds: dots stand at least 12 px apart', () => {
    for (let zoom = 0.01; zoom < 8; zoom *= 1.07) {
      const { step } = gridSteps(zoom)
      expect(step * zoom).toBeGreaterThanOrEqual(12)
      expect(step === 20 || (step / 5) * zoom < 12).toBe(true)
    }
  })

  it('fades before it changes', () => {
    expect(gridSteps(0.61).alpha).toBeLessThan(0.1)
    expect(gridSteps(0.8).alpha).toBeCloseTo(0.5)
  })

  it('starts at most one step before the edge, on a multiple of the step', () => {
    for (const start of [-1003.5, -20, 0, 7, 19.99, 20])
      for (const scale of [0.5, 1, 3]) {
        const at = firstDot(start, 20, scale)
        expect(at).toBeLessThanOrEqual(0)
        expect(at).toBeGreaterThan(-20 * scale)
        expect((start + at / scale) / 20).toBeCloseTo(Math.round((start + at / scale) / 20), 9)
      }
  })

  it('fades as it is stretched', () => {
    expect(stretchedAlpha(1)).toBe(1)
    expect(stretchedAlpha(1.1)).toBeGreaterThan(0.5)
    expect(stretchedAlpha(1.6)).toBeCloseTo(0)
    expect(stretchedAlpha(0.7)).toBeCloseTo(0)
    expect(stretchedAlpha(30)).toBe(0)
    expect(stretchedAlpha(0.01)).toBe(0)
  })
})
