/** The selection box: everything that its edge or inside touches is selected while it grows. */
import type { Point } from '#shared/board/shape.ts'
import { boxFromCorners } from '#shared/geometry/box.ts'
import { touchesBox } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import type { Drag } from './drag.ts'

export class BrushDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #start: Point
  /** Selected before, kept with Shift. */
  readonly #kept: readonly ShapeId[]

  constructor(ctx: ToolContext, start: Point, kept: readonly ShapeId[]) {
    this.#ctx = ctx
    this.#start = start
    this.#kept = kept
  }

  move({ point }: PointerInput): void {
    const { board, chrome, selection } = this.#ctx
    const box = boxFromCorners(this.#start, point)
    const touched = board
      .query(box)
      .filter(shape => !shape.locked && touchesBox(shape, box, id => board.get(id)))
    selection.set([...new Set([...this.#kept, ...touched.map(shape => shape.id)])])
    chrome.brush(box)
  }

  commit(): void {
    this.#ctx.chrome.brush(undefined)
  }
}
