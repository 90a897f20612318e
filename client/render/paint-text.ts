/** Paints the text of box shapes; too small to read it is bars. */
import { inkColor, type Theme } from '#shared/board/palette.ts'
import type { BoxShape } from '#shared/board/shape.ts'
import { LINE_HEIGHT } from '#shared/geometry/text-extent.ts'
import { type Context2D, type PaintContext, READABLE_TEXT_PX } from './paint-context.ts'
import { layoutOf, textBoxOf, topOf } from './text-box.ts'
import { baselineOf, cssFont, onPixel } from './text-layout.ts'

export function paintText(paint: PaintContext, shape: BoxShape): void {
  if (shape.text === '' || shape.id === paint.textHidden) return
  const { ctx, theme, scale } = paint
  ctx.fillStyle = textColor(shape, theme)
  const isReadable = shape.fontSize * scale >= READABLE_TEXT_PX
  paint.useFont(shape.font, isReadable)
  if (!isReadable) {
    paintBars(ctx, shape)
    return
  }
  const text = textBoxOf(shape)
  const { box } = text
  const layout = layoutOf(shape, text)
  const top = topOf(text, layout.height)
  ctx.font = cssFont(text.font, text.fontSize)
  ctx.textRendering = 'geometricPrecision'
  let y = (shape.angle === 0 ? onPixel(top, scale) : top) + baselineOf(text.font, text.fontSize, scale)
  for (const line of layout.lines) {
    const x = text.align === 'center' ? box.x + (box.w - line.width) / 2 : box.x
    if (line.text !== '') ctx.fillText(line.text, x, y)
    y += layout.lineHeight
  }
}

/** Width of a letter, of the font size: near enough for a bar of two pixels. */
const LETTER_WIDTH = 0.5
const BAR_OPACITY = 0.45
/** Of one text. */
const MAX_BARS = 500

/** Text as a bar a line, laid out by counting letters: measuring thousands of texts would stall far-out views. */
function paintBars(ctx: Context2D, shape: BoxShape): void {
  const { fontSize } = shape
  const [x, y] = shape.xy
  const [w, h] = shape.wh
  const lineHeight = fontSize * LINE_HEIGHT
  const isLabel = shape.type !== 'text' && shape.type !== 'note'
  const inset = shape.type === 'note' ? 16 : 0
  const room = Math.max(w - 2 * inset, fontSize)
  // A label may reach beyond its box; other texts fit.
  const most = isLabel ? MAX_BARS : Math.round((h - 2 * inset) / lineHeight)
  const bars = barWidths(shape, room, Math.max(1, Math.min(MAX_BARS, most)))
  let top = y + inset + (isLabel ? (h - bars.length * lineHeight) / 2 : 0) + fontSize * 0.4
  ctx.beginPath()
  for (const width of bars) {
    ctx.rect(isLabel ? x + (w - width) / 2 : x + inset, top, width, fontSize * 0.5)
    top += lineHeight
  }
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * BAR_OPACITY
  ctx.fill()
  ctx.globalAlpha = alpha
}

/** @param room  of a line, board units   @param most  lines */
export function barWidths(
  { text, type, wrap, fontSize }: Pick<BoxShape, 'text' | 'type' | 'wrap' | 'fontSize'>,
  room: number,
  most: number,
): number[] {
  const widths: number[] = []
  for (const { length } of text.split('\n', most)) {
    let left = length * fontSize * LETTER_WIDTH
    do {
      if (widths.length === most) return widths
      widths.push(Math.min(left, room))
      left -= room
    } while (left > 0 && (type !== 'text' || wrap))
  }
  return widths
}

/** A text has its own colour; labels and notes are ink, dark or light by what they stand on. */
export function textColor(shape: BoxShape, theme: Theme): string {
  if (shape.type === 'text') return inkColor(shape.stroke, theme)
  if (shape.fill.startsWith('#')) return inkColor('ink', isLight(shape.fill) ? 'light' : 'dark')
  return inkColor(shape.type === 'note' ? shape.stroke : 'ink', theme)
}

/** Perceived lightness of `#rrggbb` (ITU-R BT.601 weights). */
function isLight(hex: string): boolean {
  const value = Number.parseInt(hex.slice(1), 16)
  return 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255) > 140
}
