/** What the select tool can be dragging. Each kind is one file: it is made on press, told of every move, and either committed on
 * release or dropped; nothing enters the board before that.
 *
 * A drag reckons with the shapes as they were when it began, but shows and writes only what it changed of them: what others
 * restyle, size, type or delete meanwhile is theirs and stays. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { isLine } from '#shared/board/shape.ts'
import { distance } from '#shared/geometry/vec.ts'
import type { BoardReader, ShapePatch } from '../../board/board.ts'
import type { PointerInput, ToolContext } from '../tool.ts'

export interface Drag {
  move(input: PointerInput): void
  commit(): void
}

/** Nearer points are the same, but for rounding: board units. */
const SAME_POINT = 1e-6

/** The keys of a shape that moving, sizing and turning may change. */
export function geometryOf(shape: Shape): ShapePatch {
  if (isLine(shape)) return { from: shape.from, to: shape.to, via: shape.via }
  const { xy, wh, angle } = shape
  return shape.type === 'text'
    ? { xy, wh, angle, fontSize: shape.fontSize, wrap: shape.wrap }
    : { xy, wh, angle }
}

/** What a drag changed of a shape's geometry. */
export function changesOf(original: Shape, dragged: Shape): ShapePatch {
  const before = geometryOf(original) as Record<string, unknown>
  const changed = Object.entries(geometryOf(dragged)).filter(([key, value]) => !isSame(before[key], value))
  return Object.fromEntries(changed)
}

/** Shows the drag's changes of shapes that are still on the board. */
export function showGeometry(ctx: ToolContext, originals: readonly Shape[], dragged: readonly Shape[]): void {
  const shown = onBoard(ctx.board, originals, dragged).map(
    ({ now, changes }) => ({ ...now, ...changes }) as Shape,
  )
  ctx.draft.show(shown)
}

/** Writes the drag's changes of shapes that are still on the board.
 * @param draggedOf  a shape as the drag leaves it */
export function commitGeometry(
  ctx: ToolContext,
  label: string,
  originals: readonly Shape[],
  draggedOf: (original: Shape, i: number) => Shape | undefined,
): void {
  const { board, draft } = ctx
  board.transactEach(
    label,
    function* (edit) {
      for (const [i, original] of originals.entries()) {
        const dragged = board.get(original.id) && draggedOf(original, i)
        if (dragged) edit.update(original.id, changesOf(original, dragged))
        yield
      }
    },
    // Until then the picture of the gesture stands.
    { shown: () => draft.clear() },
  )
}

function onBoard(board: BoardReader, originals: readonly Shape[], dragged: readonly Shape[]) {
  return dragged.flatMap((shape, i) => {
    const now = board.get(shape.id)
    return now ? [{ now, changes: changesOf(originals[i] ?? now, shape) }] : []
  })
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  return isPoint(a) && isPoint(b) && distance(a, b) < SAME_POINT
}

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)
