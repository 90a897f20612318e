/** Ink upon ink, as where many have scribbled on one spot: any point lies within a hundred strokes. One in six is of 320 points, the others of 60. */
import { seeded } from '../../../../server/shared/testing/seeded.ts'
import { common, type Element, type Point, stroke } from './element.ts'

/** Strokes' boxes over any point. */
const DEPTH = 100
const SHORT = { points: 60, step: 16 }
const LONG = { points: 320, step: 13 }
/** Board units, of the boxes that such strokes have on average. */
const MEAN_AREA = 300_000

export function denseInk(count: number): Element[] {
  const random = seeded(count)
  const side = Math.sqrt((count * MEAN_AREA) / DEPTH)
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [Math.round(random() * side), Math.round(random() * side)]
    const kind = i % 6 === 5 ? LONG : SHORT
    return {
      ...common(i, x, y),
      ...stroke(scribble(kind, random)),
      strokeWidth: 1 + (i % 3),
      opacity: i % 4 === 3 ? 50 : 100,
    }
  })
}

/** A pen that keeps its way and turns slowly, as a hand does. */
function scribble({ points, step }: typeof SHORT, random: () => number): Point[] {
  let [x, y] = [0, 0]
  let heading = random() * 2 * Math.PI
  let turn = 0
  return Array.from({ length: points }, (): Point => {
    const point: Point = [Math.round(x), Math.round(y)]
    turn = turn * 0.9 + (random() - 0.5) * 0.25
    heading += turn
    x += Math.cos(heading) * step
    y += Math.sin(heading) * step
    return point
  })
}
