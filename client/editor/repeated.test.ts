import { describe, expect, it } from 'vitest'
import { Repeated } from './repeated.ts'

function setUp() {
  const ran: number[] = []
  const shown: (() => void)[] = []
  const repeated = new Repeated<number>(
    (value, done) => {
      ran.push(value)
      shown.push(done)
    },
    (before, after) => before + after,
  )
  return { ran, repeated, show: () => shown.shift()?.() }
}

describe('Repeated', () => {
  it('does the first at once, and all that comes meanwhile in one go after it', () => {
    const { ran, repeated, show } = setUp()
    for (const value of [1, 2, 3]) repeated.do(value)
    expect(ran).toEqual([1])
    show()
    expect(ran).toEqual([1, 5])
    repeated.do(4)
    show()
    expect(ran).toEqual([1, 5, 4])
    show()
    expect(repeated.isUnderWay).toBe(false)
  })

  it('does each at once where nothing is waited for', () => {
    const ran: number[] = []
    const repeated = new Repeated<number>(
      (value, shown) => {
        ran.push(value)
        shown()
      },
      (_, after) => after,
    )
    for (const value of [1, 2]) repeated.do(value)
    expect(ran).toEqual([1, 2])
  })

  it('goes on after one that failed', () => {
    let isFailing = true
    const ran: number[] = []
    const repeated = new Repeated<number>(
      (value, shown) => {
        if (isFailing) throw new Error('no')
        ran.push(value)
        shown()
      },
      (_, after) => after,
    )
    expect(() => repeated.do(1)).toThrow('no')
    isFailing = false
    repeated.do(2)
    expect(ran).toEqual([2])
  })
})
