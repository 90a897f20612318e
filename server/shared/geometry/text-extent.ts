/** The room that a shape has for its text, and how far the text may reach beyond it. Without a font nothing can be measured here: the
 * reach is reckoned by counting letters and errs on the large side, so that nobody leaves out what is seen. Pure. */
import type { BoxShape } from '../board/shape.ts'
import { type Box, expandBox } from './box.ts'

/** Lines of text stand this far apart, of the font size. */
export const LINE_HEIGHT = 1.25
const NOTE_PADDING = 16
const LABEL_PADDING = 8
/** A note's text shrinks to fit, down to this. */
export const MIN_NOTE_FONT_SIZE = 10

/** The largest box inside a shape's outline that its text may use. @param box  the shape's, before rotation */
export function textRoom({ type }: BoxShape, box: Box): Box {
  if (type === 'note') return inset(box, NOTE_PADDING, NOTE_PADDING)
  if (type === 'diamond') return inset(box, box.w / 4, box.h / 4)
  if (type !== 'ellipse') return inset(box, LABEL_PADDING, LABEL_PADDING)
  const share = (1 - Math.SQRT1_2) / 2
  return inset(box, box.w * share, box.h * share)
}

function inset(box: Box, x: number, y: number): Box {
  const dx = Math.min(x, box.w / 2)
  const dy = Math.min(y, box.h / 2)
  return dx === dy
    ? expandBox(box, -dx)
    : { x: box.x + dx, y: box.y + dy, w: box.w - 2 * dx, h: box.h - 2 * dy }
}

/** Around the shape and its text, before rotation: a label stands in the middle, a note's text begins at the top. */
export function boxWithText(shape: BoxShape, box: Box): Box {
  if (shape.text === '' || shape.type === 'text') return box
  const isNote = shape.type === 'note'
  const room = textRoom(shape, box)
  const fontSize = isNote ? Math.min(shape.fontSize, MIN_NOTE_FONT_SIZE) : shape.fontSize
  const height = mostLines(shape.text, Math.max(1, room.w) / fontSize) * fontSize * LINE_HEIGHT
  const over = Math.max(0, height - room.h)
  // A letter is wider than a room for less than one.
  const aside = Math.max(0, fontSize * WIDE_LETTER - room.w)
  const above = isNote ? 0 : over / 2
  return { x: box.x - aside, y: box.y - above, w: box.w + 2 * aside, h: box.h + over }
}

/** Widths of letters, of the font size: nearly as wide as they come. */
const LETTER = 0.7
const WIDE_LETTER = 1.2
/** Hangul, Chinese, Japanese, emoji: from here on. */
const WIDE_FROM = 0x1100

/** Broken after words, as text is; a word that is too long is cut. @param width  of the font size */
function mostLines(text: string, width: number): number {
  // Most labels are a few words: on one line, whatever their letters.
  if (text.length * WIDE_LETTER <= width && !text.includes('\n')) return 1
  let lines = 0
  for (const paragraph of text.split('\n')) {
    let onLine = 0
    lines++
    for (const word of paragraph.match(/\S+\s*/g) ?? []) {
      const length = lengthOf(word)
      if (onLine > 0 && onLine + length > width) {
        lines++
        onLine = 0
      }
      onLine += length
      if (onLine <= width) continue
      lines += Math.ceil(onLine / width) - 1
      onLine %= width
    }
  }
  return lines
}

function lengthOf(word: string): number {
  let length = 0
  for (let i = 0; i < word.length; i++) length += word.charCodeAt(i) >= WIDE_FROM ? WIDE_LETTER : LETTER
  return length
}
