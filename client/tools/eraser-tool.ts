/** Eraser: what it passes over fades at once and goes on release; Escape gives it back.   idle → erasing → idle */
import type { Point } from '#shared/board/shape.ts'
import { boxAround, expandBox } from '#shared/geometry/box.ts'
import { crossesSegment } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import { hitTolerance, type PointerInput, type Tool, type ToolContext } from './tool.ts'

/** `isHeld`: it passed over a shape that is not this person's to change. */
type EraserState =
  | { kind: 'idle' }
  | { kind: 'erasing'; last: Point; hit: Set<ShapeId>; isHeld: boolean; trail: Point[] }

/** Points of the trail that are shown. */
const TRAIL_LENGTH = 14

export class EraserTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: ToolContext
  #state: EraserState = { kind: 'idle' }
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }

  down(input: PointerInput): void {
    this.#state = { kind: 'erasing', last: input.point, hit: new Set(), isHeld: false, trail: [] }
    this.move(input)
  }

  move(input: PointerInput): void {
    if (this.#state.kind !== 'erasing') return
    const { hit, trail } = this.#state
    const { board, chrome } = this.#ctx
    const tolerance = hitTolerance(input, this.#ctx.zoom()) / 2
    const before = hit.size
    for (const [x, y] of input.samples) {
      const from = this.#state.last
      const to: Point = [x, y]
      for (const shape of board.query(expandBox(boxAround([from, to]), tolerance))) {
        if (shape.locked || hit.has(shape.id)) continue
        if (!crossesSegment(shape, from, to, tolerance, id => board.get(id))) continue
        if (board.mayChange(shape)) hit.add(shape.id)
        else this.#state.isHeld = true
      }
      this.#state.last = to
      trail.push(to)
    }
    trail.splice(0, trail.length - TRAIL_LENGTH)
    chrome.trail([...trail])
    if (hit.size > before) chrome.faded(new Set(hit))
  }

  up(): void {
    if (this.#state.kind !== 'erasing') return
    const { hit, isHeld } = this.#state
    if (hit.size === 0 && isHeld) this.#ctx.notYours()
    this.#state = { kind: 'idle' }
    this.#ctx.chrome.trail([])
    this.#ctx.board.transactEach(
      'erase',
      function* (edit) {
        for (const id of hit) yield edit.remove(id)
      },
      { shown: () => this.#ctx.chrome.faded(new Set()) },
    )
  }

  cancel(): void {
    this.#state = { kind: 'idle' }
    this.#ctx.chrome.trail([])
    this.#ctx.chrome.faded(new Set())
  }
}
