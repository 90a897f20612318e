/** A board as boards mostly are, on a square grid: half pen strokes of 40 points, a quarter rectangles and ellipses, the rest words and arrows. */
import { seeded } from '../../../../server/shared/testing/seeded.ts'
import { arrow, common, type Element, type Point, stroke, words } from './element.ts'

/** Of the grid, board units. */
export const CELL = 220
const STROKE_POINTS = 40

export function grid(count: number): Element[] {
  const random = seeded(count)
  const columns = Math.ceil(Math.sqrt(count))
  return Array.from({ length: count }, (_, i) => {
    const x = (i % columns) * CELL
    const y = Math.floor(i / columns) * CELL
    return { ...common(i, x, y), ...particular(i, random) }
  })
}

function particular(i: number, random: () => number): Element {
  switch (i % 20) {
    case 10:
    case 12:
    case 14:
      return { type: 'ellipse', width: 100 + random() * 80, height: 60 + random() * 80 }
    case 11:
    case 13:
      return { type: 'rectangle', width: 100 + random() * 80, height: 60 + random() * 80 }
    case 15:
    case 16:
    case 17:
      return words(`Note number ${i}`)
    case 18:
    case 19:
      return arrow(140, 90 * random())
    default:
      return stroke(wiggle(random))
  }
}

function wiggle(random: () => number): Point[] {
  let y = 80
  return Array.from({ length: STROKE_POINTS }, (_, i): Point => {
    y += (random() - 0.5) * 24
    return [i * 4, Math.round(y * 10) / 10]
  })
}
