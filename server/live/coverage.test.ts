import { expect, it } from 'vitest'
import { seeded } from '../shared/testing/seeded.ts'
import { Coverage, NumberSet } from './coverage.ts'

it('goes as far as everything before is there, in whatever order it came', () => {
  const coverage = new Coverage(3)
  coverage.add(6, 7)
  expect([coverage.through, coverage.isWhole]).toEqual([3, false])
  coverage.add(4, 4)
  expect(coverage.through).toBe(4)
  coverage.appended(1, 5)
  expect([coverage.through, coverage.isWhole]).toEqual([7, true])
  coverage.note(8)
  expect([coverage.through, coverage.isWhole]).toEqual([7, false])
  coverage.add(2, 9)
  expect([coverage.through, coverage.isWhole]).toEqual([9, true])
})

it('a set of numbers holds what a set of them would', () => {
  const random = seeded(3)
  for (let round = 0; round < 50; round++) {
    const runs = new NumberSet()
    const plain = new Set<number>()
    for (let i = 0; i < 40; i++) {
      const from = Math.floor(random() * 60)
      const through = from + Math.floor(random() * 5)
      if (random() < 0.1) {
        runs.dropThrough(from)
        for (const number of plain) if (number <= from) plain.delete(number)
        continue
      }
      runs.add(from, through)
      for (let number = from; number <= through; number++) plain.add(number)
    }
    const held = Array.from({ length: 70 }, (_, number) => number).filter(number => runs.has(number, number))
    expect(held).toEqual([...plain].sort((a, b) => a - b))
    for (const [from, through] of runs.runs) expect(runs.endOf(from)).toBe(through)
  }
})
