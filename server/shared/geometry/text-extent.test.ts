import { describe, expect, it } from 'vitest'
import { type BoxShape, DEFAULT_STYLE } from '../board/shape.ts'
import { shapeBounds } from './shape-geometry.ts'
import { boxWithText } from './text-extent.ts'

const box = { x: 0, y: 0, w: 120, h: 60 }
const shape = (text: string, more: Partial<BoxShape> = {}): BoxShape => ({
  ...DEFAULT_STYLE,
  id: 'a',
  order: 'a0',
  locked: false,
  type: 'rectangle',
  xy: [0, 0],
  wh: [120, 60],
  angle: 0,
  fontSize: 20,
  text,
  wrap: true,
  ...more,
})
const LONG = 'Many words of one text, which are set in lines. '.repeat(4)

describe('the box around a shape and its text', () => {
  it('is the shape’s when the text fits', () => {
    expect(boxWithText(shape(''), box)).toEqual(box)
    expect(boxWithText(shape('Two'), box)).toEqual(box)
  })

  it('reaches above and below for a label, below for a note', () => {
    const label = boxWithText(shape(LONG), box)
    // Twenty letters of half the font size on a line are ten lines; of wider ones more, but not twice as many.
    expect(label.h).toBeGreaterThan(10 * 25)
    expect(label.h).toBeLessThan(2 * 22 * 25)
    expect(label.y + label.h / 2).toBeCloseTo(30)
    const note = boxWithText(shape(LONG, { type: 'note' }), box)
    expect(note.y).toBe(0)
    expect(note.h).toBeGreaterThan(100)
  })

  it('counts lines that were broken by hand, words that are cut, and wide letters', () => {
    expect(boxWithText(shape('a\n'.repeat(20)), box).h).toBeGreaterThanOrEqual(20 * 25)
    expect(boxWithText(shape('a'.repeat(100)), box).h).toBeGreaterThan(10 * 25)
    expect(boxWithText(shape('漢'.repeat(50)), box).h).toBeGreaterThan(10 * 25)
  })

  it('is turned with the shape', () => {
    const bounds = shapeBounds(shape(LONG, { angle: Math.PI / 2 }), () => undefined)
    expect(bounds.w).toBeGreaterThan(250)
    expect(bounds.x + bounds.w / 2).toBeCloseTo(60)
    expect(bounds.y + bounds.h / 2).toBeCloseTo(30)
  })
})
