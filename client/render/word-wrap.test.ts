import { describe, expect, it } from 'vitest'
import { seeded } from '#shared/testing/seeded.ts'
import { WordWrap } from './word-wrap.ts'

const FONT = '20px hand'

/** Letters of different widths, closer together where a space is between them: a line is a little less than its words. */
function measureLike(text: string): number {
  let width = 0
  for (let i = 0; i < text.length; i++) {
    width += 6 + (text.charCodeAt(i) % 7)
    if (text[i] === ' ' && i > 0 && i < text.length - 1) width -= 0.4
  }
  return width
}

/** Line by line, each measured anew with every word: slow, and right. */
function wrapSlowly(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/\S+\s*|\s+/g) ?? []) {
    if (measureLike((line + word).trimEnd()) > width && line !== '') {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}

function textOf(words: number, seed: number): string {
  const random = seeded(seed)
  const letters = () =>
    Array.from({ length: 1 + random() * 9 }, () => String.fromCharCode(97 + random() * 26))
  return Array.from({ length: words }, () => letters().join('')).join(' ')
}

describe('word wrap', () => {
  it('breaks where measuring every line anew would', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const text = textOf(200, seed)
      const width = 90 + seed * 12
      const lines = new WordWrap(measureLike).lines(text, width, FONT)
      expect(lines.map(line => line.text)).toEqual(wrapSlowly(text, width))
      for (const line of lines) expect(line.width).toBeCloseTo(measureLike(line.text))
    }
  })

  it('measures a paragraph hardly more than once, and words that come again not at all', () => {
    let measured = 0
    const wrap = new WordWrap(run => {
      measured += run.length
      return measureLike(run)
    })
    const text = textOf(400, 1)
    wrap.lines(text, 600, FONT)
    // Its words with a space and without, its lines, and some that are close to the edge.
    expect(measured).toBeLessThan(3.5 * text.length)
    measured = 0
    wrap.lines(text, 500, FONT)
    expect(measured).toBeLessThan(2 * text.length)
  })

  it('measures of a word that fills many lines only what a line may hold', () => {
    let measured = 0
    const wrap = new WordWrap(run => {
      measured += run.length
      return run.length * 20
    })
    const word = '\u4e00'.repeat(2000)
    const lines = wrap.lines(word, 600, FONT)
    expect(lines.map(line => line.text.length)).toEqual([...Array.from({ length: 66 }, () => 30), 20])
    expect(measured).toBeLessThan(15 * word.length)
  })
})
