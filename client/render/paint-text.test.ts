import { expect, it } from 'vitest'
import { barWidths } from './paint-text.ts'

const text = (words: string, type: 'text' | 'note' = 'text', wrap = true) => ({
  text: words,
  type,
  wrap,
  fontSize: 20,
})

it('a text far out has a bar for each of its lines, however many', () => {
  expect(barWidths(text('x'.repeat(2000)), 600, 500)).toEqual([...Array.from({ length: 33 }, () => 600), 200])
  expect(barWidths(text('ab\n\ncdef'), 600, 500)).toEqual([20, 0, 40])
  expect(barWidths(text(''), 600, 500)).toEqual([0])
})

it('has no more bars than there is room for, and none beyond the edge', () => {
  expect(barWidths(text('x'.repeat(2000)), 600, 2)).toEqual([600, 600])
  expect(barWidths(text('a\nb\nc'), 600, 2)).toEqual([10, 10])
  expect(barWidths(text('iiiiiiiiii', 'text', false), 60, 500)).toEqual([60])
  expect(barWidths(text('iiiiiiiiii', 'note', false), 60, 500)).toEqual([60, 40])
})
