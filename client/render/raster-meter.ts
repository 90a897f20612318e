/** How much is painted before the browser is made to raster it. Painting is recorded and rastered later in one go, which takes as long as all
 * of it takes: a hundred long strokes are more than a frame. How much fits is learnt from how long it took the last times. */
import { isBox, isLine, isStroke, type Shape } from '#shared/board/shape.ts'

/** One go may take this. */
const MAX_MS = 5
/** In points of ink. Each go also costs a copy of the tile: less at a time would be slower in all. */
const LEAST = 2500
const MOST = 80_000
const GROWTH = 1.25

/** Bytes of ink that a point takes, about. */
const BYTES_OF_POINT = 2
const LETTER = 4
const SHAPE = 40

/** In points of ink, roughly. */
const costOf = (shape: Shape): number => {
  if (isLine(shape)) return SHAPE + shape.via.length
  if (isBox(shape)) return SHAPE + shape.text.length * LETTER
  return isStroke(shape) ? SHAPE + shape.points.length / BYTES_OF_POINT : SHAPE
}

export class RasterMeter {
  #limit = 10_000
  #recorded = 0

  /** Whether no more should be painted before it is rastered. */
  get isFull(): boolean {
    return this.#recorded >= this.#limit
  }

  painted(shape: Shape): void {
    this.#recorded += costOf(shape)
  }

  /** All that was painted is rastered, or given up when no time is told. */
  rastered(ms?: number): void {
    const recorded = this.#recorded
    this.#recorded = 0
    if (ms === undefined || recorded < LEAST) return
    if (ms > MAX_MS) this.#limit = Math.max(LEAST, Math.min(this.#limit, (recorded * MAX_MS) / ms))
    else if (recorded >= this.#limit / 2) this.#limit = Math.min(MOST, this.#limit * GROWTH)
  }
}
