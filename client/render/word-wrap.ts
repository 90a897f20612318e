/** Greedy word wrap, the same that a browser does in a `textarea` with `white-space: pre-wrap` and `overflow-wrap: anywhere`: breaks after spaces;
 * spaces at a break hang over the edge and count for nothing; a word too long is cut.
 *
 * Measuring is what takes time, and a line's width is nearly the sum of its words', which come again and again: a line is measured only when
 * it is complete, or so close to the edge that the sum does not tell. */

/** Width of a run of text in a CSS font. */
export type MeasureRun = (text: string, cssFont: string) => number

export interface TextLine {
  readonly text: string
  readonly width: number
}

/** Of the width: within this of the edge the words' sum does not tell. */
const DOUBT = 0.02
/** Kept widths of words, and of what length: longer ones do not come again. */
const MAX_WORDS = 20_000
const MAX_WORD_LENGTH = 32
/** Letters that a line may hold, at first: twice as many until they do not fit. */
const FIRST_LENGTH = 64

export class WordWrap {
  readonly #measureRun: MeasureRun
  /** font → word → width */
  readonly #fonts = new Map<string, Map<string, number>>()
  #wordCount = 0
  #font = ''
  /** Of that font. */
  #words = new Map<string, number>()

  constructor(measure: MeasureRun) {
    this.#measureRun = measure
  }

  /** Widths are others. */
  clear(): void {
    this.#fonts.clear()
    this.#wordCount = 0
    this.#setFont(this.#font)
  }

  /** @param paragraph  without line breaks   @param width  more than 0   @returns at least one line */
  lines(paragraph: string, width: number, cssFont: string): TextLine[] {
    if (cssFont !== this.#font) this.#setFont(cssFont)
    const lines: TextLine[] = []
    let line = ''
    /** Of its words, spaces and all. */
    let sum = 0
    const end = (): void => {
      const text = line.trimEnd()
      lines.push({ text, width: this.#measure(text) })
      line = ''
      sum = 0
    }
    for (const word of paragraph.match(/\S+\s*|\s+/g) ?? []) {
      if (!this.#fits(line, sum, word.trimEnd(), width)) {
        if (line !== '') end()
        line = word
        for (let length = this.#fitting(line, width); length < line.length; ) {
          const rest = line.slice(length)
          line = line.slice(0, length)
          end()
          line = rest
          length = this.#fitting(rest, width)
        }
        sum = this.#widthOf(line)
        continue
      }
      line += word
      sum += this.#widthOf(word)
    }
    if (line !== '' || lines.length === 0) end()
    return lines
  }

  #setFont(cssFont: string): void {
    this.#font = cssFont
    this.#words = this.#fonts.get(cssFont) ?? new Map()
    this.#fonts.set(cssFont, this.#words)
  }

  #fits(line: string, sum: number, word: string, width: number): boolean {
    const estimate = sum + this.#widthOf(word)
    if (Math.abs(estimate - width) > width * DOUBT) return estimate < width
    return this.#measure(line + word) <= width
  }

  /** How much of the start of a word fits: all, or at least one character, never half a surrogate pair. */
  #fitting(word: string, width: number): number {
    const shown = word.trimEnd()
    let low = 1
    let high = Math.min(FIRST_LENGTH, shown.length)
    while (this.#measure(shown.slice(0, high)) <= width) {
      if (high === shown.length) return word.length
      low = high
      high = Math.min(2 * high, shown.length)
    }
    while (low < high - 1) {
      const middle = (low + high) >> 1
      if (this.#measure(shown.slice(0, middle)) <= width) low = middle
      else high = middle
    }
    const code = word.charCodeAt(low - 1)
    const isHalf = code >= 0xd800 && code <= 0xdbff
    if (!isHalf) return low === shown.length ? word.length : low
    return low > 1 ? low - 1 : Math.min(2, word.length)
  }

  #widthOf(word: string): number {
    if (word.length > MAX_WORD_LENGTH) return this.#measure(word)
    let width = this.#words.get(word)
    if (width === undefined) {
      if (++this.#wordCount > MAX_WORDS) this.clear()
      width = this.#measure(word)
      this.#words.set(word, width)
    }
    return width
  }

  #measure(run: string): number {
    return run === '' ? 0 : this.#measureRun(run, this.#font)
  }
}
