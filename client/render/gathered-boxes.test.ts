import { expect, it } from 'vitest'
import { GatheredBoxes } from './gathered-boxes.ts'

const box = (x: number) => ({ x, y: 0, w: 1, h: 1 })

it('gives what a step changes at most five times a second, and all of it', () => {
  const gathered = new GatheredBoxes()
  const given: number[] = []
  let timesCount = 0
  for (let frame = 0; frame < 180; frame++) {
    gathered.add([box(2 * frame), box(2 * frame + 1)])
    const taken = gathered.take(frame * (1000 / 60))
    if (taken.length > 0) timesCount++
    given.push(...taken.map(({ x }) => x))
    expect(gathered.isOver(frame * (1000 / 60))).toBe(false)
  }
  given.push(...gathered.take(10_000).map(({ x }) => x))
  expect(given).toEqual(Array.from({ length: 360 }, (_, i) => i))
  expect(timesCount).toBeLessThanOrEqual(15)
  expect(gathered.isEmpty).toBe(true)
})

it('is over when nothing has come for a while', () => {
  const gathered = new GatheredBoxes()
  expect(gathered.isOver(0)).toBe(true)
  gathered.add([box(0)])
  expect(gathered.isOver(1000)).toBe(false)
  expect(gathered.take(1000)).toEqual([box(0)])
  expect(gathered.isOver(1016)).toBe(false)
  expect(gathered.isOver(1200)).toBe(true)
})
