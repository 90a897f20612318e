import { getStrokePoints } from 'perfect-freehand'
import { describe, expect, it } from 'vitest'
import { encodeInk } from '#shared/board/ink.ts'
import { DEFAULT_STYLE, type InkPoint, type StrokeShape } from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'
import { InkPaths, inkOptions, inkOutline, type PathSink } from './ink-path.ts'

class CountingPath implements PathSink {
  static made = 0
  readonly points: [number, number][] = []
  constructor() {
    CountingPath.made++
  }
  moveTo(x: number, y: number) {
    this.points.push([x, y])
  }
  lineTo(x: number, y: number) {
    this.points.push([x, y])
  }
  quadraticCurveTo(_cx: number, _cy: number, x: number, y: number) {
    this.points.push([x, y])
  }
  closePath() {}
}

const WAVE: InkPoint[] = Array.from({ length: 50 }, (_, i) => [i * 4, 20 + 20 * Math.sin(i / 4), 0.5])

function stroke(points: readonly InkPoint[], patch: Partial<StrokeShape> = {}): StrokeShape {
  const { w, h } = boxAround(points)
  const bytes = encodeInk({ points, hasPressure: false, constantWidth: false }, 2)
  const place = { xy: [0, 0], wh: [w, h], angle: 0 } as const
  return {
    ...DEFAULT_STYLE,
    id: 's',
    order: 'a0',
    locked: false,
    type: 'stroke',
    points: bytes,
    ...place,
    ...patch,
  }
}

const newPaths = (maxPoints?: number) => new InkPaths(() => new CountingPath(), maxPoints)
const madeBy = (run: () => void): number => {
  const before = CountingPath.made
  run()
  return CountingPath.made - before
}

/** How often a closed polygon goes around a point: where that is 0, nothing is filled. */
function turnsAround(polygon: readonly [number, number][], x: number, y: number): number {
  let turns = 0
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [ax, ay]
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
    if (ay <= y && by > y && side > 0) turns++
    else if (ay > y && by <= y && side < 0) turns--
  })
  return turns
}

describe('ink outlines', () => {
  it('stay within what a stroke’s bounds leave room for: twice its size around the points', () => {
    const box = boxAround(WAVE)
    for (const [x, y] of inkOutline(WAVE, { size: 4, hasPressure: false, constantWidth: false })) {
      expect(x).toBeGreaterThanOrEqual(box.x - 8)
      expect(x).toBeLessThanOrEqual(box.x + box.w + 8)
      expect(y).toBeGreaterThanOrEqual(box.y - 8)
      expect(y).toBeLessThanOrEqual(box.y + box.h + 8)
    }
  })

  it('have no hole where a stroke crosses itself: no way around any of its points is undone by another', () => {
    const loops = (turn: number, step: number, radius: number): InkPoint[] =>
      Array.from({ length: 220 }, (_, i) => [
        i * step + radius * Math.sin(i / turn),
        radius * Math.cos(i / turn),
        0.5,
      ])
    for (const points of [loops(4, 1.2, 30), loops(2, 0.8, 6), loops(9, 0.1, 40), loops(-3, 0.4, 15)])
      for (const size of [1, 2, 4, 8]) {
        const style = { size, hasPressure: false, constantWidth: false }
        const outline = inkOutline(points, style)
        const smooth = getStrokePoints(points as unknown as number[][], inkOptions(style))
        const holes = smooth
          .slice(2, -2)
          .filter(({ point: [x = 0, y = 0] }) => turnsAround(outline, x, y) === 0)
        expect(holes).toHaveLength(0)
      }
  })

  it('exist for a single point', () => {
    expect(
      inkOutline([[3, 4, 0.5]], { size: 4, hasPressure: false, constantWidth: false }).length,
    ).toBeGreaterThan(3)
  })
})

describe('kept paths', () => {
  it('are made once for a shape, and not again when it moves', () => {
    const paths = newPaths()
    const shape = stroke(WAVE)
    const made = madeBy(() => {
      paths.outline(shape)
      paths.outline({ ...shape, xy: [500, 500], stroke: 'red' })
    })
    expect(made).toBe(1)
  })

  it('are made anew for another size of pen or box', () => {
    const paths = newPaths()
    const shape = stroke(WAVE)
    const made = madeBy(() => {
      paths.outline(shape)
      paths.outline({ ...shape, size: 7 })
      paths.outline({ ...shape, wh: [shape.wh[0] * 2, shape.wh[1]] })
    })
    expect(made).toBe(3)
  })

  it('share a polyline between near zooms', () => {
    const paths = newPaths()
    const shape = stroke(WAVE)
    expect(madeBy(() => [8, 9, 15.9].map(tolerance => paths.polyline(shape, tolerance)))).toBe(1)
    expect(madeBy(() => paths.polyline(shape, 16))).toBe(1)
  })

  it('are scaled to the shape’s box', () => {
    const path = newPaths().polyline(stroke(WAVE, { wh: [392, 80] }), 1)
    const { w } = boxAround(path?.points ?? [])
    expect(w).toBeCloseTo(392, 0)
  })

  it('are forgotten when there are too many points', () => {
    const paths = newPaths(200)
    const shapes = Array.from({ length: 20 }, () => stroke(WAVE))
    for (const shape of shapes) paths.outline(shape)
    const [first] = shapes
    expect(madeBy(() => first && paths.outline(first))).toBe(1)
  })

  it('are none for bytes that are not ink', () => {
    expect(newPaths().outline(stroke(WAVE, { points: new Uint8Array([1, 2, 3, 200, 5]) }))).toBeUndefined()
  })
})
