/** Shapes on their way to the worker that paints tiles: rows of numbers, with words and ink beside them. The browser's own copying of an
 * object takes a dozen microseconds, and a tile has hundreds of shapes. What painting does not ask for is left out. */
import {
  BOX_TYPES,
  DASHES,
  FONTS,
  type ImageShape,
  isBox,
  isLine,
  LINE_TYPES,
  type LineShape,
  type Point,
  type Shape,
} from '#shared/board/shape.ts'

/** Pictures' pixels are the page's. */
export type PackableShape = Exclude<Shape, ImageShape>
const TYPES = ['stroke', ...BOX_TYPES, ...LINE_TYPES] as const

export interface PackedShapes {
  readonly numbers: Float64Array<ArrayBuffer>
  readonly words: readonly string[]
  /** Of all strokes, one after the other. */
  readonly ink: Uint8Array<ArrayBuffer>
}

/** A shape's name between page and worker. */
export type ShapeNumber = number

export class ShapePacker {
  readonly #numbers: number[] = []
  readonly #words: string[] = []
  /** Where the few words stand that come again and again: colours. */
  readonly #common = new Map<string, number>()
  readonly #ink: Uint8Array[] = []
  #inkLength = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @param path  of a line: where its ends show, whatever they hang on */
  add(number: ShapeNumber, shape: PackableShape, path: readonly Point[] = []): void {
    this.#count++
    const { type, stroke, fill, size, dash, opacity, font, fontSize } = shape
    this.#numbers.push(
      number,
      TYPES.indexOf(type),
      this.#color(stroke),
      this.#color(fill),
      size,
      DASHES.indexOf(dash),
      opacity,
      FONTS.indexOf(font),
      fontSize,
    )
    if (isLine(shape)) {
      this.#numbers.push(path.length)
      for (const [x, y] of path) this.#numbers.push(x, y)
      return
    }
    const { xy, wh, angle } = shape
    this.#numbers.push(xy[0], xy[1], wh[0], wh[1], angle)
    if (isBox(shape)) this.#numbers.push(this.#words.push(shape.text) - 1, shape.wrap ? 1 : 0)
    else {
      this.#numbers.push(this.#inkLength, shape.points.length)
      this.#ink.push(shape.points)
      this.#inkLength += shape.points.length
    }
  }

  take(): PackedShapes {
    const ink = new Uint8Array(this.#inkLength)
    let at = 0
    for (const points of this.#ink) {
      ink.set(points, at)
      at += points.length
    }
    return { numbers: new Float64Array(this.#numbers), words: this.#words, ink }
  }

  #color(word: string): number {
    const known = this.#common.get(word)
    if (known !== undefined) return known
    const index = this.#words.push(word) - 1
    this.#common.set(word, index)
    return index
  }
}

/** @returns each shape with its number, in the order in which they were packed; order, author and lock are not the board's */
export function* unpackShapes({
  numbers,
  words,
  ink,
}: PackedShapes): Generator<[ShapeNumber, PackableShape]> {
  let at = 0
  const next = (): number => numbers[at++] ?? 0
  const word = (): string => words[next()] ?? ''
  const point = (): Point => [next(), next()]
  while (at < numbers.length) {
    const number = next()
    const type = TYPES[next()] ?? 'rectangle'
    const common = {
      id: String(number),
      order: '',
      locked: false,
      stroke: word(),
      fill: word(),
      size: next(),
      dash: DASHES[next()] ?? 'solid',
      opacity: next(),
      font: FONTS[next()] ?? 'hand',
      fontSize: next(),
    }
    if (type === 'line' || type === 'arrow') {
      const path = Array.from({ length: next() }, point)
      yield [number, lineAlong(path, { ...common, type })]
      continue
    }
    const boxed = { xy: point(), wh: point(), angle: next() }
    if (type === 'stroke') {
      const start = next()
      yield [number, { ...common, ...boxed, type, points: ink.subarray(start, start + next()) }]
    } else yield [number, { ...common, ...boxed, type, text: word(), wrap: next() === 1 }]
  }
}

const lineAlong = (path: readonly Point[], rest: Omit<LineShape, 'from' | 'to' | 'via'>): LineShape => ({
  ...rest,
  from: { xy: path[0] ?? [0, 0] },
  to: { xy: path.at(-1) ?? [0, 0] },
  via: path.slice(1, -1),
})
