/** Ink as paths: the outline that perfect-freehand gives a stroke, and for far out a thinned polyline. Paths are relative to
 * the shape's `xy`, so moving a stroke keeps them. They are kept by the ink's bytes, up to a number of points; decoded
 * points are not kept, they would be thirty times the size of the bytes. */
import getStroke from 'perfect-freehand'
import { decodeInk, decodeInkLine } from '#shared/board/ink.ts'
import type { InkPoint, StrokeShape } from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'
import { stretch, stretchOf, traceThinned } from './thin-line.ts'

/** Outline points kept in all (two to four a point of ink): about 60 MB of paths. */
const MAX_KEPT_POINTS = 600_000
/** Width at middle pressure, of the shape's size. Full pressure gives 2.24 times the size, within what `shapeBounds` leaves room for. */
const WIDTH_OF_SIZE = 1.6
const THINNING = 0.4
const SMOOTHING = 0.5
const STREAMLINE = 0.45
/** A polyline far out is as wide as ink is on average. */
export const FAR_WIDTH_OF_SIZE = 1.3

export interface InkStyle {
  readonly size: number
  /** From a real pen; otherwise width is simulated from speed. */
  readonly hasPressure: boolean
  readonly constantWidth: boolean
}

/** What perfect-freehand is told. */
export const inkOptions = ({ size, hasPressure, constantWidth }: InkStyle) => ({
  size: constantWidth ? size : size * WIDTH_OF_SIZE,
  thinning: constantWidth ? 0 : THINNING,
  smoothing: SMOOTHING,
  streamline: STREAMLINE,
  simulatePressure: !hasPressure,
  last: true,
})

/** The outline of ink as a closed polygon. The same function draws the draft and the stroke it becomes. */
export const inkOutline = (points: readonly InkPoint[], style: InkStyle): [number, number][] =>
  // Its types leave out `readonly`; it does not write to the points.
  getStroke(points as unknown as number[][], inkOptions(style))

/** What of `Path2D` is needed: lets tests count instead of draw. */
export type PathSink = Pick<Path2D, 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'closePath'>

/** A smooth closed curve through the middles of the polygon's sides. */
export function traceOutline(path: PathSink, outline: readonly [number, number][]): void {
  const last = outline.at(-1)
  const first = outline[0]
  if (!first || !last) return
  path.moveTo((last[0] + first[0]) / 2, (last[1] + first[1]) / 2)
  for (let i = 0; i < outline.length; i++) {
    const a = outline[i]
    const b = outline[i + 1] ?? first
    if (a) path.quadraticCurveTo(a[0], a[1], (a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
  }
  path.closePath()
}

interface KeptPath<P> {
  readonly w: number
  readonly h: number
  readonly size: number
  /** 0 for the outline, else the polyline's tolerance. */
  readonly tolerance: number
  readonly path: P
}

/** Paths of strokes, made when first asked for. Outline and polyline of a stroke are kept apart, one each. */
export class InkPaths<P extends PathSink> {
  readonly #createPath: () => P
  /** Two generations: what is asked for moves to the young ones, and the old ones go when the young ones are full. */
  #young = [new WeakMap<Uint8Array, KeptPath<P>>(), new WeakMap<Uint8Array, KeptPath<P>>()] as const
  #old = this.#young
  #youngPoints = 0
  readonly #maxPoints: number

  constructor(createPath: () => P, maxPoints = MAX_KEPT_POINTS) {
    this.#createPath = createPath
    this.#maxPoints = maxPoints
  }

  /** @returns the filled outline, or `undefined` when the bytes are not ink */
  outline(shape: StrokeShape): P | undefined {
    return this.#find(shape, 0)
  }

  /** @param tolerance  how far it may be off, board units; rounded down to a power of two, so that near zooms share a path */
  polyline(shape: StrokeShape, tolerance: number): P | undefined {
    return this.#find(shape, 2 ** Math.floor(Math.log2(tolerance)))
  }

  #find(shape: StrokeShape, tolerance: number): P | undefined {
    const kind = tolerance === 0 ? 0 : 1
    const [w, h] = shape.wh
    const kept = this.#young[kind].get(shape.points) ?? this.#old[kind].get(shape.points)
    const fits = kept?.w === w && kept.h === h && kept.size === shape.size && kept.tolerance === tolerance
    if (kept && fits && this.#young[kind].get(shape.points) === kept) return kept.path
    const made = kept && fits ? { path: kept.path, count: 8 } : this.#make(shape, tolerance)
    if (!made) return undefined
    this.#youngPoints += made.count
    if (this.#youngPoints > this.#maxPoints / 2) {
      this.#old = this.#young
      this.#young = [new WeakMap(), new WeakMap()]
      this.#youngPoints = made.count
    }
    this.#young[kind].set(shape.points, { w, h, size: shape.size, tolerance, path: made.path })
    return made.path
  }

  #make(shape: StrokeShape, tolerance: number): { path: P; count: number } | undefined {
    const [w, h] = shape.wh
    const path = this.#createPath()
    if (tolerance > 0) {
      const line = decodeInkLine(shape.points)
      if (!line) return undefined
      stretch(line, w, h)
      return { path, count: traceThinned(path, line, tolerance) }
    }
    const ink = decodeInk(shape.points)
    if (!ink) return undefined
    const points = scaleInk(ink.points, w, h)
    const outline = inkOutline(points, { ...ink, size: shape.size })
    traceOutline(path, outline)
    return { path, count: outline.length }
  }
}

/** Stretches ink from its natural size to `w` × `h`. */
function scaleInk(points: readonly InkPoint[], w: number, h: number): readonly InkPoint[] {
  const { sx, sy } = stretchOf(boxAround(points), w, h)
  if (sx === 1 && sy === 1) return points
  return points.map(([x, y, pressure]): InkPoint => [x * sx, y * sy, pressure])
}
