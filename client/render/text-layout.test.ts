import { describe, expect, it, vi } from 'vitest'
import { LINE_HEIGHT } from '#shared/geometry/text-extent.ts'
import { TextLayouts } from './text-layout.ts'

/** Every letter is 10 wide. */
const measure = (text: string) => text.length * 10
const lines = (text: string, width?: number) =>
  new TextLayouts(measure)
    .layout(text, { font: 'hand', fontSize: 20, ...(width !== undefined && { width }) })
    .lines.map(line => line.text)

describe('text layout', () => {
  it('breaks only at line breaks without a width', () => {
    expect(lines('one two\nthree')).toEqual(['one two', 'three'])
    expect(lines('')).toEqual([''])
    expect(lines('a\n\nb\n')).toEqual(['a', '', 'b', ''])
  })

  it('wraps greedily, and spaces at a break take no room', () => {
    expect(lines('saved means on disk', 110)).toEqual(['saved means', 'on disk'])
    expect(lines('ab  cd', 20)).toEqual(['ab', 'cd'])
  })

  it('cuts a word that is longer than a line and goes on behind it', () => {
    expect(lines('abcdefgh ij', 30)).toEqual(['abc', 'def', 'gh', 'ij'])
    expect(lines('x abcdef', 40)).toEqual(['x', 'abcd', 'ef'])
  })

  it('always gets on, however narrow the box', () => {
    expect(lines('abc', 0)).toEqual(['a', 'b', 'c'])
    expect(lines('a\u{1F600}b', 5)).toEqual(['a', '\u{1F600}', 'b'])
  })

  it('knows its size', () => {
    const layout = new TextLayouts(measure).layout('ab\nabcd', { font: 'sans', fontSize: 10 })
    expect(layout).toMatchObject({ width: 40, height: 2 * 10 * LINE_HEIGHT, lineHeight: 10 * LINE_HEIGHT })
  })

  it('measures a text once, and again when a font has arrived', () => {
    const spy = vi.fn(measure)
    const layouts = new TextLayouts(spy)
    const style = { font: 'hand', fontSize: 20, width: 100 } as const
    layouts.layout('hello', style)
    const calls = spy.mock.calls.length
    layouts.layout('hello', style)
    expect(spy.mock.calls.length).toBe(calls)
    layouts.clear()
    layouts.layout('hello', style)
    expect(spy.mock.calls.length).toBe(calls * 2)
  })
})
