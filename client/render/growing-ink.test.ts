import { getStrokePoints } from 'perfect-freehand'
import { describe, expect, it } from 'vitest'
import type { InkPoint } from '#shared/board/shape.ts'
import { distanceToSegment } from '#shared/geometry/vec.ts'
import { GrowingInk, PIECE_POINTS } from './growing-ink.ts'
import { type InkStyle, inkOutline, type PathSink } from './ink-path.ts'

type Vertex = readonly [number, number]

class Polygon implements PathSink {
  readonly points: Vertex[] = []
  moveTo(x: number, y: number) {
    this.points.push([x, y])
  }
  lineTo(x: number, y: number) {
    this.points.push([x, y])
  }
  quadraticCurveTo(cx: number, cy: number) {
    this.points.push([cx, cy])
  }
  closePath() {}
}

/** Loops at a changing speed, as a hand writes. */
const SCRIBBLE: InkPoint[] = Array.from({ length: 1500 }, (_, i) => [
  i * 0.6 + 30 * Math.sin(i / 7 + Math.sin(i / 31)),
  200 + 40 * Math.cos(i / 7) + 20 * Math.sin(i / 50),
  0.3 + 0.2 * Math.sin(i / 20),
])
const STYLES: [string, InkStyle][] = [
  ['speed', { size: 4, hasPressure: false, constantWidth: false }],
  ['a pen’s pressure', { size: 4, hasPressure: true, constantWidth: false }],
]

/** Distance from a point to the nearest side of any of the polygons. */
function offOutline(point: Vertex, polygons: readonly (readonly Vertex[])[]): number {
  let nearest = Infinity
  for (const polygon of polygons)
    polygon.forEach((a, i) => {
      nearest = Math.min(nearest, distanceToSegment(point, a, polygon[(i + 1) % polygon.length] ?? a))
    })
  return nearest
}

/** Grows a stroke a few points at a time. */
function grow(points: readonly InkPoint[], style: InkStyle) {
  let made = 0
  const ink = new GrowingInk(() => {
    made++
    return new Polygon()
  }, style)
  const growing: InkPoint[] = []
  let mostInTail = 0
  let tail = new Polygon()
  for (const point of points) {
    growing.push(point)
    if (growing.length < 2 || growing.length % 3 !== 0) continue
    tail = ink.take(growing).path
    mostInTail = Math.max(mostInTail, tail.points.length)
  }
  return {
    ink,
    tail,
    made,
    mostInTail,
    polygons: [...ink.pieces.map(({ path }) => path.points), tail.points],
  }
}

describe('growing ink', () => {
  it.each(STYLES)('has the outline that the stroke will have, its width from %s', (_, style) => {
    const { polygons } = grow(SCRIBBLE, style)
    const whole = inkOutline(SCRIBBLE, style)
    // The corners at which the library samples differ a little; the shape does not.
    const off = whole.map(point => offOutline(point, polygons)).sort((a, b) => a - b)
    expect(off[Math.floor(off.length * 0.99)]).toBeLessThan(style.size * 0.07)
    expect(off.at(-1)).toBeLessThan(style.size * 0.15)
  })

  it('has no bulges where pieces meet', () => {
    const style = { size: 4, hasPressure: false, constantWidth: false }
    const { polygons } = grow(SCRIBBLE, style)
    const smooth = getStrokePoints(SCRIBBLE as never, { size: 6.4, streamline: 0.45, last: true })
    const spine = smooth.map(({ point }) => point)
    const off = polygons.flat().map(point => offOutline(point, [spine]))
    // Half the width at the most pressure there is without a pen.
    expect(Math.max(...off)).toBeLessThan(6.4 * 0.72)
  })

  it('settles in pieces: what is outlined with a point does not grow with the stroke', () => {
    const style = { size: 4, hasPressure: false, constantWidth: false }
    const { ink, mostInTail } = grow(SCRIBBLE, style)
    expect(ink.pieces.length).toBeGreaterThan(SCRIBBLE.length / PIECE_POINTS - 4)
    const { mostInTail: inHalf } = grow(SCRIBBLE.slice(0, SCRIBBLE.length / 2), style)
    expect(mostInTail).toBeLessThan(inHalf * 1.3)
    const settled = ink.pieces[0]
    ink.take(SCRIBBLE)
    expect(ink.pieces[0]).toBe(settled)
  })
})
