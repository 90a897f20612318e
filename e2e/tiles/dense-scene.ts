/** A board on which mistakes show: every kind of shape, many over each other, some translucent, turned, dashed, bound by arrows or too small for their
 * text; strokes that fill several tiles, and paragraphs in several scripts. */
import { encodeInk } from '#shared/board/ink.ts'
import { ordersBetween } from '#shared/board/order.ts'
import {
  BOX_TYPES,
  DASHES,
  DEFAULT_STYLE,
  FONTS,
  type InkPoint,
  type Point,
  type Shape,
} from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'

export type Random = () => number

export const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

const STROKES = ['ink', 'red', 'green', 'blue', 'orange']
const FILLS = ['none', 'none', 'red', 'green', 'blue', 'yellow']

const PARAGRAPH =
  'A board of writing, which is set in lines and painted on several tiles. '.repeat(8) +
  'שלום עולם זה טקסט ארוך שנכתב מימין לשמאל. 这块板上写着很长的文字，大家一起写。 🎉 👩‍👩‍👧'.repeat(4)
/** Points of a stroke, of every fourth one many. */
const STROKE_POINTS = [60, 60, 60, 400] as const

/** @param size  board units: shapes lie within, from 0 on */
export function denseScene(count: number, size: number, random: Random): Shape[] {
  const orders = ordersBetween(null, null, count)
  const boxes: string[] = []
  return Array.from({ length: count }, (_, i): Shape => {
    const common = {
      ...DEFAULT_STYLE,
      id: `shape-${i}`,
      order: orders[i] ?? 'a0',
      locked: false,
      stroke: pick(random, STROKES),
      size: pick(random, [1, 2, 4, 8]),
      opacity: pick(random, [1, 1, 1, 0.5]),
      dash: pick(random, DASHES),
      font: pick(random, FONTS),
    }
    const xy: Point = [random() * size, random() * size]
    const kind = pick(random, ['stroke', 'stroke', 'arrow', 'line', ...BOX_TYPES, ...BOX_TYPES] as const)
    if (kind === 'stroke') return { ...common, dash: 'solid', type: kind, ...scribble(xy, random) }
    if (kind === 'arrow' || kind === 'line') {
      const end = (at: Point) =>
        kind === 'arrow' && boxes.length > 0 && random() < 0.6
          ? { xy: at, shape: pick(random, boxes), anchor: [0.5, 0.5] as const }
          : { xy: at }
      const to: Point = [xy[0] + (random() - 0.5) * 400, xy[1] + (random() - 0.5) * 400]
      return { ...common, type: kind, from: end(xy), to: end(to), via: [] }
    }
    boxes.push(common.id)
    const words = kind === 'text' || kind === 'note' || random() < 0.4 ? 'Two words' : ''
    const isLong = words !== '' && random() < 0.15
    if (kind === 'text' && random() < 0.3)
      return {
        ...common,
        type: kind,
        fill: 'none',
        xy,
        wh: [520, 700],
        angle: 0,
        text: PARAGRAPH,
        wrap: true,
      }
    return {
      ...common,
      type: kind,
      fill: kind === 'note' ? 'yellow' : kind === 'text' ? 'none' : pick(random, FILLS),
      xy,
      // A label or a note that is too small for its text: that reaches beyond it.
      wh: isLong ? [280, kind === 'text' ? 620 : 90] : [140 + random() * 160, 80 + random() * 120],
      angle: random() < 0.25 ? random() * 6 : 0,
      text: isLong ? 'Many words of one text, which are set in lines. '.repeat(6) : words,
      wrap: true,
    }
  })
}

function scribble([x, y]: Point, random: Random) {
  const length = pick(random, STROKE_POINTS)
  const step = length > 100 ? 3 : 8
  let at = [0, 0] as [number, number]
  const points = Array.from({ length }, (): InkPoint => {
    at = [at[0] + random() * step, at[1] + (random() - 0.5) * 24]
    return [at[0], at[1], 0.5]
  })
  const box = boxAround(points)
  const ink = points.map(([px, py, pressure]): InkPoint => [px - box.x, py - box.y, pressure])
  const bytes = encodeInk({ points: ink, hasPressure: false, constantWidth: false }, 4)
  return { xy: [x, y] as Point, wh: [box.w, box.h] as Point, angle: 0, points: bytes }
}
