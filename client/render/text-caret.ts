/** Where a caret and a selection stand in a shape's text as it is painted. Board units, before the shape's rotation. */
import type { BoxShape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { layoutOf, type TextBox, textBoxOf, topOf } from './text-box.ts'
import { measureText } from './text-layout.ts'
import type { TextLine } from './word-wrap.ts'

/** Where each line begins in the text: a line ends with a line break, or with spaces that hang over the edge. */
export function lineStarts(text: string, lines: readonly Pick<TextLine, 'text'>[]): number[] {
  let at = 0
  return lines.map(line => {
    const start = at
    at += line.text.length
    while (at < text.length && text[at] !== '\n' && /\s/.test(text[at] ?? '')) at++
    if (text[at] === '\n') at++
    return start
  })
}

/** @returns a box without width */
export function caretIn(shape: BoxShape, offset: number): Box {
  const lines = linesOf(shape)
  // Where a line is broken, the place is before the letter that follows.
  const line = lines.findLast(({ start }) => start <= offset) ?? lines[0]
  if (!line) return { x: shape.xy[0], y: shape.xy[1], w: 0, h: 0 }
  return { x: line.xAt(offset), y: line.y, w: 0, h: line.height }
}

/** @returns a box a line */
export function selectionIn(shape: BoxShape, from: number, to: number): Box[] {
  const lines = linesOf(shape)
  return lines.flatMap(({ start, end, y, height, xAt }) => {
    const [first, last] = [Math.max(from, start), Math.min(to, end)]
    if (first >= last) return []
    const x = xAt(first)
    return [{ x, y, w: xAt(last) - x, h: height }]
  })
}

interface PlacedLine {
  readonly start: number
  /** After its last painted letter. */
  readonly end: number
  readonly y: number
  readonly height: number
  readonly xAt: (offset: number) => number
}

function linesOf(shape: BoxShape): PlacedLine[] {
  const textBox = textBoxOf(shape)
  const layout = layoutOf(shape, textBox)
  const top = topOf(textBox, Math.max(layout.height, textBox.lineHeight))
  const starts = lineStarts(shape.text, layout.lines)
  return layout.lines.map(({ text, width }, i) => {
    const start = starts[i] ?? 0
    const left = textBox.align === 'center' ? textBox.box.x + (textBox.box.w - width) / 2 : textBox.box.x
    return {
      start,
      end: start + text.length,
      y: top + i * textBox.lineHeight,
      height: textBox.lineHeight,
      xAt: offset => left + widthOf(text.slice(0, Math.max(0, offset - start)), textBox),
    }
  })
}

const widthOf = (text: string, { font, fontSize }: TextBox): number =>
  text === '' ? 0 : measureText(text, { font, fontSize }).width
