import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pace } from './pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Tells the numbers given to it, the newest of them. */
function telling(costMs = 0) {
  const told: number[] = []
  let latest: number | undefined
  const pace = new Pace(
    () => 33,
    () => {
      if (latest === undefined) return undefined
      told.push(latest)
      latest = undefined
      return costMs
    },
  )
  const say = (value: number) => {
    latest = value
    pace.wake()
  }
  return { told, say, pace }
}

describe('a pace', () => {
  it('tells the first at once, then the latest when its time has come', () => {
    const { told, say } = telling()
    for (const value of [1, 2, 3]) say(value)
    expect(told).toEqual([1])
    vi.advanceTimersByTime(32)
    expect(told).toEqual([1])
    vi.advanceTimersByTime(1)
    expect(told).toEqual([1, 3])
  })
  it('is free again when nothing was new', () => {
    const { told, say } = telling()
    say(1)
    vi.advanceTimersByTime(33)
    say(2)
    expect(told).toEqual([1, 2])
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(33)
    expect(vi.getTimerCount()).toBe(0)
  })
  it('takes longer for what is long', () => {
    const { told, say } = telling(100)
    say(1)
    say(2)
    vi.advanceTimersByTime(99)
    expect(told).toEqual([1])
    vi.advanceTimersByTime(1)
    expect(told).toEqual([1, 2])
  })
  it('tells nothing when closed', () => {
    const { told, say, pace } = telling()
    say(1)
    say(2)
    pace.close()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([1])
  })
})
