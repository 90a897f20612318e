import { expect, it } from 'vitest'
import { relativeDate } from './relative-date.ts'

// Thursday, 12 November 2026, 15:00 local time.
const NOW = new Date(2026, 10, 12, 15)
type Day = [year: number, month: number, day: number, hour: number, minute: number]
const on = (at: Day) => relativeDate(new Date(...at).getTime(), NOW.getTime())

it.each([
  ['just now', [2026, 10, 12, 15, 0]],
  ['just now', [2026, 10, 12, 16, 0]],
  ['1 minute ago', [2026, 10, 12, 14, 59]],
  ['59 minutes ago', [2026, 10, 12, 14, 1]],
  ['1 hour ago', [2026, 10, 12, 14, 0]],
  ['14 hours ago', [2026, 10, 12, 1, 0]],
  ['yesterday', [2026, 10, 11, 23, 59]],
  ['yesterday', [2026, 10, 11, 0, 0]],
  ['Tuesday', [2026, 10, 10, 23, 0]],
  ['Friday', [2026, 10, 6, 12, 0]],
  ['5 November', [2026, 10, 5, 12, 0]],
  ['3 January', [2026, 0, 3, 12, 0]],
  ['31 December 2025', [2025, 11, 31, 12, 0]],
] satisfies readonly [string, Day][])('%s', (words, at) => expect(on(at)).toBe(words))

it('shortly after midnight, the evening before was hours ago', () => {
  const now = new Date(2026, 10, 12, 0, 30).getTime()
  expect(relativeDate(new Date(2026, 10, 11, 23, 30).getTime(), now)).toBe('1 hour ago')
})
