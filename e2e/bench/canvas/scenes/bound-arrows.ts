/** Everything hangs together: boxes with labels, and from each arrows bound to four others, near and far. Half of the boxes are hatched or cross-hatched
 * where that is known, lines are solid, dashed or dotted, one in five translucent. */
import { arrow, common, type Element, FILLS, words } from './element.ts'

/** Board units. */
const CELL = { w: 320, h: 260 }
const BOX = { width: 180, height: 110 }
const TYPES = ['rectangle', 'ellipse', 'diamond']
const DASHES = ['solid', 'dashed', 'dotted']
/** A box, its label and four arrows. */
const ELEMENTS = 6
/** Of an arrow's end on a box. */
const GAP = 6

export function boundArrows(count: number): Element[] {
  const boxes = Math.ceil(count / ELEMENTS)
  const columns = Math.ceil(Math.sqrt(boxes))
  const elements = Array.from({ length: boxes }, (_, i) => boxOf(i, boxes, columns))
  return elements.flat().slice(0, count)
}

const idOf = (box: number, part = 0): string => `e${box * ELEMENTS + part}`
const placeOf = (box: number, columns: number): { x: number; y: number } => ({
  x: (box % columns) * CELL.w,
  y: Math.floor(box / columns) * CELL.h,
})
/** To the right, below, aslant, and to a box far away. */
const targetsOf = (box: number, boxes: number, columns: number): number[] =>
  [1, columns, columns + 1, 3 * columns + 2].map(step => (box + step) % boxes)

function boxOf(box: number, boxes: number, columns: number): Element[] {
  const first = box * ELEMENTS
  const { x, y } = placeOf(box, columns)
  const targets = targetsOf(box, boxes, columns)
  const incoming = [1, columns, columns + 1, 3 * columns + 2].map((step, i) =>
    idOf((box - step + 2 * boxes) % boxes, 2 + i),
  )
  const look = {
    strokeStyle: DASHES[box % DASHES.length],
    opacity: box % 5 === 4 ? 60 : 100,
  }
  const label = `Step ${box}`
  return [
    {
      ...common(first, x, y),
      ...look,
      ...BOX,
      type: TYPES[box % TYPES.length],
      backgroundColor: FILLS[box % FILLS.length],
      fillStyle: ['solid', 'hachure', 'cross-hatch', 'solid'][box % 4],
      roughness: box % 3,
      boundElements: [
        { type: 'text', id: idOf(box, 1) },
        ...[...incoming, ...targets.map((_, i) => idOf(box, 2 + i))].map(id => ({ type: 'arrow', id })),
      ],
    },
    {
      ...common(first + 1, x + 20, y + 42),
      ...words(label, 140),
      textAlign: 'center',
      verticalAlign: 'middle',
      containerId: idOf(box),
      autoResize: true,
    },
    ...targets.map((target, i) => arrowTo(first + 2 + i, box, target, columns, look)),
  ]
}

function arrowTo(id: number, box: number, target: number, columns: number, look: Element): Element {
  const from = placeOf(box, columns)
  const to = placeOf(target, columns)
  // From the middle of the right side to the middle of the left one.
  const x = from.x + BOX.width + GAP
  const y = from.y + BOX.height / 2
  const binding = (elementId: string, fixedPoint: readonly number[]) => ({
    elementId,
    focus: 0,
    gap: GAP,
    fixedPoint,
  })
  return {
    ...common(id, x, y),
    ...look,
    ...arrow(to.x - GAP - x, to.y + BOX.height / 2 - y),
    strokeWidth: 1 + (id % 2),
    startBinding: binding(idOf(box), [0.9, 0.5001]),
    endBinding: binding(idOf(target), [0.1, 0.5001]),
  }
}
