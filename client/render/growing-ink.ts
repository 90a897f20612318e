/** A long stroke while it is drawn: only its tail is outlined anew with every point, the head settles in pieces. The points are
 * smoothed as perfect-freehand's `getStrokePoints` smooths them, but each once; a piece's outline is the library's own. Pure. */
import { getStrokeOutlinePoints, type StrokePoint } from 'perfect-freehand'
import type { InkPoint } from '#shared/board/shape.ts'
import { type Box, boxAround } from '#shared/geometry/box.ts'
import { distance, lerp, scale, sub } from '#shared/geometry/vec.ts'
import { type InkStyle, inkOptions, type PathSink, traceOutline } from './ink-path.ts'

/** Points of a settled piece; the tail has one to two times as many. */
export const PIECE_POINTS = 96
/** A piece begins so many points within the one before: its round ends lie inside the stroke. */
const OVERLAP = 6
/** The library's constants behind `streamline` and `simulatePressure`. */
const LEAST_STREAMLINE = 0.15
const STREAMLINE_RANGE = 0.85
const PRESSURE_RATE = 0.275
const INITIAL_POINTS = 10

export interface InkPiece<P> {
  readonly path: P
  /** Around its outline, board units. */
  readonly box: Box
}

export class GrowingInk<P extends PathSink> {
  /** What is settled, from the stroke's beginning on. */
  readonly pieces: InkPiece<P>[] = []
  readonly #createPath: () => P
  readonly #options: ReturnType<typeof inkOptions>
  readonly #smooth: StrokePoint[] = []
  #takenCount = 0
  #settledCount = 0
  #length = 0
  #pressedCount = 0
  #pressure: number | undefined

  constructor(createPath: () => P, style: InkStyle) {
    this.#createPath = createPath
    this.#options = inkOptions(style)
  }

  /** @param points  those of the last time and more, at least two   @returns what is not settled */
  take(points: readonly InkPoint[]): InkPiece<P> {
    // The last point is where the pen is, not smoothed: it is taken for good when another one has followed.
    for (; this.#takenCount < points.length - 1; this.#takenCount++) {
      const point = points[this.#takenCount]
      if (point) this.#smoothen(point)
    }
    this.#press()
    while (this.#pressedCount - this.#settledCount > 2 * PIECE_POINTS) {
      const end = this.#settledCount + PIECE_POINTS
      this.pieces.push(this.#piece(this.#smooth.slice(this.#start, end)))
      this.#settledCount = end
    }
    const tail = this.#smooth.slice(this.#start)
    const last = points.at(-1)
    const before = tail.at(-1)
    const end = last && before && strokePoint(before, [last[0], last[1]])
    if (end) tail.push({ ...end, pressure: this.#pressureOf(last[2], end.distance, this.#pressure ?? 0.5) })
    return this.#piece(tail)
  }

  get #start(): number {
    return Math.max(0, this.#settledCount - OVERLAP)
  }

  #smoothen([x, y, pressure]: InkPoint): void {
    const before = this.#smooth.at(-1)
    if (!before) {
      this.#smooth.push({ point: [x, y], pressure, vector: [1, 1], distance: 0, runningLength: 0 })
      return
    }
    const share = LEAST_STREAMLINE + (1 - this.#options.streamline) * STREAMLINE_RANGE
    const next = strokePoint(before, lerp(before.point, [x, y], share))
    if (!next) return
    this.#length += next.distance
    // The library leaves out the noise of the first touch.
    if (this.#smooth.length === 1 && this.#length < this.#options.size) return
    this.#smooth.push({ ...next, pressure, runningLength: this.#length })
    if (this.#smooth.length === 2) before.vector = next.vector
  }

  /** Turns speed into pressure, point by point; a real pen brings its own. */
  #press(): void {
    const smooth = this.#smooth
    if (this.#pressure === undefined) {
      if (smooth.length < INITIAL_POINTS) return
      this.#pressure = smooth
        .slice(0, INITIAL_POINTS)
        .reduce(
          (sum, point) => (sum + this.#pressureOf(point.pressure, point.distance, sum)) / 2,
          smooth[0]?.pressure ?? 0.5,
        )
    }
    for (; this.#pressedCount < smooth.length; this.#pressedCount++) {
      const point = smooth[this.#pressedCount]
      if (!point) break
      this.#pressure = this.#pressureOf(point.pressure, point.distance, this.#pressure)
      point.pressure = this.#pressure
    }
  }

  #pressureOf(told: number, apart: number, before: number): number {
    const { simulatePressure, size } = this.#options
    if (!simulatePressure) return told
    const speed = Math.min(1, apart / size)
    return Math.min(1, before + (1 - speed - before) * speed * PRESSURE_RATE)
  }

  #piece(points: StrokePoint[]): InkPiece<P> {
    const outline = getStrokeOutlinePoints(points, { ...this.#options, simulatePressure: false })
    const path = this.#createPath()
    traceOutline(path, outline)
    return { path, box: boxAround(outline) }
  }
}

/** @returns `undefined` when it is the same point */
function strokePoint(before: StrokePoint, [x, y]: readonly [number, number]): StrokePoint | undefined {
  const apart = distance(before.point, [x, y])
  if (apart === 0) return undefined
  const [vx, vy] = scale(sub(before.point, [x, y]), 1 / apart)
  const runningLength = before.runningLength + apart
  return { point: [x, y], pressure: 0.5, vector: [vx, vy], distance: apart, runningLength }
}
