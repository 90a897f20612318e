/** Where a shape's text flows and how large it is: one answer for the painter and for the editor placed over it. */
import type { BoxShape, Font } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { boxOf } from '#shared/geometry/shape-geometry.ts'
import { LINE_HEIGHT, MIN_NOTE_FONT_SIZE, textRoom } from '#shared/geometry/text-extent.ts'
import { layoutGeneration, layoutText, type TextLayout } from './text-layout.ts'

const SHRINK = 0.9

export interface TextBox {
  /** Board units, before rotation. A text that is not wrapped may be wider than this. */
  readonly box: Box
  readonly align: 'left' | 'center'
  readonly verticalAlign: 'top' | 'middle'
  readonly font: Font
  readonly fontSize: number
  /** Board units. */
  readonly lineHeight: number
  /** Whether lines break at the box's width. */
  readonly wraps: boolean
}

export function textBoxOf(shape: BoxShape): TextBox {
  const box = boxOf(shape)
  const { font } = shape
  if (shape.type === 'text') return textBox(box, 'left', 'top', font, shape.fontSize, shape.wrap)
  if (shape.type === 'note') {
    const inner = textRoom(shape, box)
    return textBox(inner, 'left', 'top', font, noteFontSize(shape, inner), true)
  }
  return textBox(textRoom(shape, box), 'center', 'middle', font, shape.fontSize, true)
}

/** The lines of a shape's text as they are painted in its `textBoxOf`. */
export const layoutOf = (shape: BoxShape, text: TextBox): TextLayout =>
  layoutText(shape.text, {
    font: text.font,
    fontSize: text.fontSize,
    ...(text.wraps && { width: text.box.w }),
  })

/** Where the first line of a text of this height begins. */
export const topOf = ({ box, verticalAlign }: TextBox, height: number): number =>
  verticalAlign === 'middle' ? box.y + (box.h - height) / 2 : box.y

const textBox = (
  box: Box,
  align: TextBox['align'],
  verticalAlign: TextBox['verticalAlign'],
  font: Font,
  fontSize: number,
  wraps: boolean,
): TextBox => ({ box, align, verticalAlign, font, fontSize, lineHeight: fontSize * LINE_HEIGHT, wraps })

const fitted = new WeakMap<BoxShape, { generation: number; fontSize: number }>()

function noteFontSize(shape: BoxShape, inner: Box): number {
  const kept = fitted.get(shape)
  if (kept?.generation === layoutGeneration()) return kept.fontSize
  let fontSize = shape.fontSize
  while (fontSize > MIN_NOTE_FONT_SIZE) {
    if (layoutText(shape.text, { font: shape.font, fontSize, width: inner.w }).height <= inner.h) break
    fontSize = Math.max(MIN_NOTE_FONT_SIZE, Math.round(fontSize * SHRINK * 2) / 2)
  }
  fitted.set(shape, { generation: layoutGeneration(), fontSize })
  return fontSize
}
