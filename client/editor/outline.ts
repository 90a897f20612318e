/** The board as a list: what a screen reader, and a test, can read of the shapes in view. */
import { DEFAULT_STYLE, isBox, isLine, SHAPE_NAMES, type Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../board/board.ts'
import type { OutlineItem } from './view.ts'

export const OUTLINE_LIMIT = 100
const LABEL_LENGTH = 80
/** Shapes whose tops differ less are read as one row, as a share of the viewport's height. */
const ROW_SHARE = 0.05

/** @returns the first shapes in view, rows from top to bottom, each from left to right */
export function outlineOf(board: BoardReader, viewport: Box, selected: readonly ShapeId[]): OutlineItem[] {
  const isSelected = new Set(selected)
  const rowHeight = viewport.h * ROW_SHARE
  return inReadingOrder(board, topmost(board, board.query(viewport), rowHeight), rowHeight)
    .slice(0, OUTLINE_LIMIT)
    .map(shape => ({
      id: shape.id,
      type: shape.type,
      label: labelOf(shape, board),
      isSelected: isSelected.has(shape.id),
    }))
}

/** Those that the list may begin with: of ten thousand, the others need not be put in order. */
function topmost(board: BoardReader, shapes: readonly Shape[], rowHeight: number): readonly Shape[] {
  if (shapes.length <= OUTLINE_LIMIT) return shapes
  const tops = Float64Array.from(shapes, ({ id }) => board.boundsOf(id)?.y ?? 0)
  // The last one's row reaches no further.
  const bottom = (tops.slice().sort()[OUTLINE_LIMIT - 1] ?? 0) + rowHeight
  return shapes.filter((_, i) => (tops[i] ?? 0) <= bottom)
}

export function inReadingOrder(
  board: BoardReader,
  shapes: readonly Shape[],
  rowHeight: number,
): readonly Shape[] {
  const placed = shapes
    .map(shape => ({ shape, box: board.boundsOf(shape.id) ?? { x: 0, y: 0, w: 0, h: 0 } }))
    .sort((a, b) => a.box.y - b.box.y)
  const rows: (typeof placed)[] = []
  for (const entry of placed) {
    const row = rows.at(-1)
    const top = row?.[0]?.box.y
    if (row && top !== undefined && entry.box.y - top <= rowHeight) row.push(entry)
    else rows.push([entry])
  }
  return rows.flatMap(row => row.sort((a, b) => a.box.x - b.box.x).map(({ shape }) => shape))
}

/** "Rectangle: browser", "Arrow from browser to room". */
export function labelOf(shape: Shape, board: BoardReader): string {
  const name = SHAPE_NAMES[shape.type]
  if (isBox(shape)) {
    const text = firstWords(shape.text)
    return text === '' ? name : `${name}: ${text}`
  }
  if (shape.type === 'image') return name
  // Strokes have no words: their colour tells them apart.
  if (!isLine(shape)) return shape.stroke === DEFAULT_STYLE.stroke ? name : `${name}, ${shape.stroke}`
  const end = (id: ShapeId | undefined) => {
    const target = id === undefined ? undefined : board.get(id)
    if (!target) return ''
    return (isBox(target) && firstWords(target.text)) || SHAPE_NAMES[target.type].toLowerCase()
  }
  const from = end(shape.from.shape)
  const to = end(shape.to.shape)
  return [name, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ')
}

const firstWords = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LABEL_LENGTH ? `${line.slice(0, LABEL_LENGTH - 1)}…` : line
}
