import { expect, it } from 'vitest'
import { lineStarts } from './text-caret.ts'
import { TextLayouts } from './text-layout.ts'

/** Every letter is 10 wide. */
const layouts = new TextLayouts(text => text.length * 10)
const startsOf = (text: string, width?: number) =>
  lineStarts(
    text,
    layouts.layout(text, { font: 'hand', fontSize: 20, ...(width !== undefined && { width }) }).lines,
  )

it.each([
  ['', undefined, [0]],
  ['one two\nthree', undefined, [0, 8]],
  ['a\n\nb\n', undefined, [0, 2, 3, 5]],
  ['one  \ntwo', undefined, [0, 6]],
  ['saved means on disk', 110, [0, 12]],
  ['ab  cd', 20, [0, 4]],
  ['abcdef', 30, [0, 3]],
  ['ab cd\n\nef gh', 20, [0, 3, 6, 7, 10]],
  ['  ab', 40, [0]],
])('%j within %j begins its lines at %j', (text, width, starts) => {
  expect(startsOf(text, width)).toEqual(starts)
})
