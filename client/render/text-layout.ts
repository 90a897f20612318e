/** Text as lines, broken where word-wrap.ts says. Knows no Konva; measuring goes through one function, so tests need no canvas. */
import type { Font } from '#shared/board/shape.ts'
import { LINE_HEIGHT } from '#shared/geometry/text-extent.ts'
import { type MeasureRun, type TextLine, WordWrap } from './word-wrap.ts'

/** CSS families; the first is shipped (fonts.ts), the rest stand in while it loads. */
export const FONT_FAMILIES: Readonly<Record<Font, string>> = {
  hand: '"Shantell Sans", "Comic Sans MS", cursive',
  sans: 'Inter, system-ui, sans-serif',
  mono: '"JetBrains Mono", ui-monospace, monospace',
}
/** Of the kept layouts' texts, and so many more for each of them: some 10 MB in all. */
const MAX_LETTERS = 1_000_000
const LETTERS_OF_LAYOUT = 200

export interface TextStyle {
  readonly font: Font
  readonly fontSize: number
  /** Lines break at this; without it only where the text has line breaks. */
  readonly width?: number
}

export interface TextLayout {
  readonly lines: readonly TextLine[]
  /** Of the widest line. */
  readonly width: number
  readonly height: number
  readonly lineHeight: number
}

export const cssFont = (font: Font, fontSize: number): string => `${fontSize}px ${FONT_FAMILIES[font]}`

export class TextLayouts {
  readonly #measure: MeasureRun
  readonly #wrap: WordWrap
  /** Two generations: what is asked for moves to the young one, and the old one goes when the young one is full. */
  #young = new Map<string, TextLayout>()
  #old = new Map<string, TextLayout>()
  #youngLetters = 0

  constructor(measure: MeasureRun) {
    this.#measure = measure
    this.#wrap = new WordWrap(measure)
  }

  layout(text: string, style: TextStyle): TextLayout {
    const key = `${style.font} ${style.fontSize} ${style.width ?? ''} ${text}`
    const kept = this.#young.get(key) ?? this.#old.get(key)
    const layout = kept ?? this.#layOut(text, style)
    if (!this.#young.has(key)) {
      this.#youngLetters += key.length + LETTERS_OF_LAYOUT
      if (this.#youngLetters > MAX_LETTERS) {
        this.#old = this.#young
        this.#young = new Map()
        this.#youngLetters = key.length + LETTERS_OF_LAYOUT
      }
      this.#young.set(key, layout)
    }
    return layout
  }

  /** Forgets all: a font has arrived and widths are others. */
  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#youngLetters = 0
    this.#wrap.clear()
  }

  #layOut(text: string, { font, fontSize, width }: TextStyle): TextLayout {
    const css = cssFont(font, fontSize)
    const lines = text
      .split('\n')
      .flatMap(paragraph =>
        width === undefined
          ? [{ text: paragraph, width: paragraph === '' ? 0 : this.#measure(paragraph, css) }]
          : this.#wrap.lines(paragraph, Math.max(width, 1), css),
      )
    const lineHeight = fontSize * LINE_HEIGHT
    return {
      lines,
      width: lines.reduce((widest, line) => Math.max(widest, line.width), 0),
      height: lines.length * lineHeight,
      lineHeight,
    }
  }
}

let context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null | undefined
function measureOnCanvas(text: string, font: string): number {
  if (context === undefined) {
    context = createContext()
    if (context) context.textRendering = 'geometricPrecision'
  }
  if (!context) return 0
  if (context.font !== font) context.font = font
  return context.measureText(text).width
}

/** Tiles are painted in a worker, too. */
const createContext = () =>
  typeof document === 'undefined'
    ? new OffscreenCanvas(1, 1).getContext('2d')
    : document.createElement('canvas').getContext('2d')

/** By font and px; browsers round them for each size in ways of their own, so each size is measured. */
const extents = new Map<string, { ascent: number; descent: number }>()
const MAX_EXTENTS = 1000

/** From a line's top to its baseline: the font's ascent and descent in the middle of the line, on whole device pixels where a
 * browser's text field puts them too, so that nothing moves when one begins to type.
 * @param scale  device px per board unit */
export function baselineOf(font: Font, fontSize: number, scale: number): number {
  const px = fontSize * scale
  const { ascent, descent } = extentOf(cssFont(font, px), px)
  return (Math.floor((LINE_HEIGHT * px - ascent - descent) / 2) + ascent) / scale
}

function extentOf(css: string, px: number): { ascent: number; descent: number } {
  let extent = extents.get(css)
  if (!extent) {
    measureOnCanvas('x', css)
    const metrics = context?.measureText('x')
    extent = {
      ascent: metrics?.fontBoundingBoxAscent ?? px * 0.8,
      descent: metrics?.fontBoundingBoxDescent ?? px * 0.2,
    }
    if (extents.size >= MAX_EXTENTS) extents.clear()
    extents.set(css, extent)
  }
  return extent
}

/** The top of an upright text, on a whole device pixel: painter and text field round the same number the same way. */
export const onPixel = (y: number, scale: number): number => Math.round(y * scale) / scale

/** The layouts everyone shares: what is painted, what tools measure and what the text editor places agree. */
const shared = new TextLayouts(measureOnCanvas)

export const layoutText = (text: string, style: TextStyle): TextLayout => shared.layout(text, style)

/** Size that a text takes: for tools that make or change a text shape. */
export function measureText(text: string, style: TextStyle): { width: number; height: number } {
  const { width, height } = shared.layout(text, style)
  return { width, height }
}

let generation = 0
/** Changes whenever widths do. */
export const layoutGeneration = (): number => generation

/** Forgets every layout: call when a font has arrived. */
export function forgetLayouts(): void {
  generation++
  shared.clear()
  extents.clear()
}
