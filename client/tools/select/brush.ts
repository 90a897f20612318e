/** The selection box: everything that its edge or inside touches is selected while it grows. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { type Box, boxFromCorners, containsBox } from '#shared/geometry/box.ts'
import { touchesBox } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import type { Drag } from './drag.ts'

/** So many are outlined one by one while the box grows. With more the selection follows in steps: each step looks at all of them. */
const MANY = 500
const MOVES_A_STEP = 8

export class BrushDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #start: Point
  /** Selected before, kept with Shift. */
  readonly #kept: readonly ShapeId[]
  readonly #touched = new Set<ShapeId>()
  #box: Box
  #moveCount = 0

  constructor(ctx: ToolContext, start: Point, kept: readonly ShapeId[]) {
    this.#ctx = ctx
    this.#start = start
    this.#kept = kept
    this.#box = boxFromCorners(start, start)
  }

  move({ point }: PointerInput): void {
    const before = this.#box
    this.#box = boxFromCorners(this.#start, point)
    // Only where an edge has passed: the box may hold thousands that it held before.
    for (const strip of stripsBetween(before, this.#box)) this.#testIn(strip)
    this.#moveCount++
    if (this.#touched.size <= MANY || this.#moveCount % MOVES_A_STEP === 0) this.#select()
    this.#ctx.chrome.brush(this.#box)
  }

  commit(): void {
    // What others have put into the box meanwhile, or moved, is asked about now.
    this.#touched.clear()
    this.#testIn(this.#box)
    this.#select()
    this.#ctx.chrome.brush(undefined)
  }

  #testIn(area: Box): void {
    for (const shape of this.#ctx.board.query(area)) {
      if (this.#isTouched(shape)) this.#touched.add(shape.id)
      else this.#touched.delete(shape.id)
    }
  }

  #isTouched(shape: Shape): boolean {
    const { board } = this.#ctx
    if (!board.mayChange(shape)) return false
    const bounds = board.boundsOf(shape.id)
    // Wholly inside: nothing has to be read of its ink.
    if (bounds && containsBox(this.#box, bounds)) return true
    return touchesBox(shape, this.#box, id => board.get(id))
  }

  #select(): void {
    this.#ctx.selection.set([...new Set([...this.#kept, ...this.#touched])])
  }
}

/** The strips that the edges of a box pass when it becomes another one. */
function stripsBetween(a: Box, b: Box): Box[] {
  const left = Math.min(a.x, b.x)
  const top = Math.min(a.y, b.y)
  const width = Math.max(a.x + a.w, b.x + b.w) - left
  const height = Math.max(a.y + a.h, b.y + b.h) - top
  const passed = (from: number, to: number) => [Math.min(from, to), Math.abs(from - to)] as const
  const strips: Box[] = []
  for (const [from, to] of [
    [a.x, b.x],
    [a.x + a.w, b.x + b.w],
  ] as const) {
    const [x, w] = passed(from, to)
    if (w > 0) strips.push({ x, y: top, w, h: height })
  }
  for (const [from, to] of [
    [a.y, b.y],
    [a.y + a.h, b.y + b.h],
  ] as const) {
    const [y, h] = passed(from, to)
    if (h > 0) strips.push({ x: left, y, w: width, h })
  }
  return strips
}
