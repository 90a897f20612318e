import { describe, expect, it } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

/** A clock that each step moves on. */
function work(steps: number, stepMs: number) {
  let nowMs = 0
  let left = steps
  return {
    clock: () => nowMs,
    step: () => {
      if (left === 0) return false
      left--
      nowMs += stepMs
      return true
    },
    done: () => steps - left,
  }
}

describe('a frame’s budget', () => {
  it('ends a slice when the time is used up, with work left', () => {
    const { clock, step, done } = work(100, 1)
    const budget = new FrameBudget()
    expect(budget.spend(step, clock, 5)).toBe(true)
    expect(done()).toBe(5)
  })

  it('does all when it fits', () => {
    const { clock, step, done } = work(3, 1)
    expect(new FrameBudget().spend(step, clock, 5)).toBe(false)
    expect(done()).toBe(3)
  })

  it('does one step even when that alone is too long, so work always goes on', () => {
    const { clock, step, done } = work(3, 50)
    expect(new FrameBudget().spend(step, clock, 5)).toBe(true)
    expect(done()).toBe(1)
  })

  it('shrinks when frames come late after a full slice and grows back in time', () => {
    const budget = new FrameBudget()
    const { clock, step } = work(10_000, 1)
    const start = budget.ms
    let atMs = 0
    const frame = (gapMs: number) => {
      atMs += gapMs
      budget.frame(atMs)
      budget.spend(step, clock)
    }
    frame(0)
    for (let i = 0; i < 2; i++) frame(40)
    const shrunk = budget.ms
    expect(shrunk).toBeLessThan(start)
    for (let i = 0; i < 50; i++) frame(16.7)
    expect(budget.ms).toBeGreaterThan(shrunk)
  })

  it('does not wait for frames that come late whatever it takes, and shrinks again when they come in time', () => {
    const budget = new FrameBudget()
    const { clock, step } = work(100_000, 1)
    let atMs = 0
    const frame = (gapMs: number) => {
      atMs += gapMs
      budget.spend(step, clock)
      budget.frame(atMs)
    }
    for (let i = 0; i < 30; i++) frame(50)
    expect(budget.ms).toBeGreaterThan(4)
    for (let i = 0; i < 3; i++) frame(16.7)
    for (let i = 0; i < 2; i++) frame(40)
    expect(budget.ms).toBeLessThan(3)
  })

  it('keeps a little below what was too long: of a hundred frames a few come late', () => {
    const budget = new FrameBudget()
    let late = 0
    let atMs = 0
    for (let i = 0; i < 300; i++) {
      // Each frame has 13 ms of other work.
      const { clock, step } = work(10_000, 0.1)
      budget.spend(step, clock)
      const isLate = budget.ms + 13 > 16.7
      if (isLate && i >= 100) late++
      atMs += isLate ? 33.3 : 16.7
      budget.frame(atMs)
    }
    expect(late).toBeLessThanOrEqual(8)
    expect(budget.ms).toBeGreaterThan(2)
  })

  it('ends a slice when the frame has had enough, with work left', () => {
    const { clock, step, done } = work(100, 1)
    expect(new FrameBudget().spend(step, clock, 50, () => done() === 3)).toBe(true)
    expect(done()).toBe(3)
  })

  it('is tight after late frames, and only then', () => {
    const budget = new FrameBudget()
    const { clock, step } = work(10_000, 1)
    expect(budget.isTight).toBe(false)
    budget.frame(0)
    budget.spend(step, clock)
    budget.frame(50)
    expect(budget.isTight).toBe(true)
  })

  it('learns nothing from slices that were longer on purpose', () => {
    const budget = new FrameBudget()
    const { clock, step } = work(10_000, 1)
    const before = budget.ms
    for (let atMs = 0; atMs < 500; atMs += 50) {
      budget.frame(atMs)
      budget.spend(step, clock, 12)
    }
    expect(budget.ms).toBe(before)
  })

  it('takes a pause for no late frame', () => {
    const budget = new FrameBudget()
    const { clock, step } = work(10_000, 1)
    budget.frame(0)
    budget.spend(step, clock)
    const before = budget.ms
    budget.frame(5000)
    expect(budget.ms).toBe(before)
  })
})
