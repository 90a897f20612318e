/** Rectangle, ellipse and diamond: drag one out, or click for one of a handy size.   idle → pressed → dragging → idle */
import type { BoxShape, BoxType } from '#shared/board/shape.ts'
import { boxFromDrag, newBox } from './new-shape.ts'
import { isDrag, type PointerInput, type Tool, type ToolContext } from './tool.ts'

type BoxState = { kind: 'idle' } | { kind: 'pressed' | 'dragging'; start: PointerInput; shape: BoxShape }

/** What a click makes, board units. */
const CLICK_SIZE = { w: 160, h: 100 }

export class BoxTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: ToolContext
  readonly #type: BoxType
  #state: BoxState = { kind: 'idle' }
  constructor(ctx: ToolContext, type: 'rectangle' | 'ellipse' | 'diamond') {
    this.#ctx = ctx
    this.#type = type
  }

  down(input: PointerInput): void {
    const [x, y] = input.point
    this.#state = {
      kind: 'pressed',
      start: input,
      shape: newBox(this.#ctx, this.#type, { x, y, w: 0, h: 0 }),
    }
  }

  move(input: PointerInput): void {
    if (this.#state.kind === 'idle') return
    const { start, shape } = this.#state
    if (this.#state.kind === 'pressed' && !isDrag(start, input)) return
    const box = boxFromDrag(start.point, input.point, input)
    const grown: BoxShape = { ...shape, xy: [box.x, box.y], wh: [box.w, box.h] }
    this.#state = { kind: 'dragging', start, shape: grown }
    this.#ctx.draft.show([grown])
  }

  up(): void {
    if (this.#state.kind === 'idle') return
    const { kind, start, shape } = this.#state
    const { w, h } = CLICK_SIZE
    const made: BoxShape =
      kind === 'dragging'
        ? shape
        : { ...shape, xy: [start.point[0] - w / 2, start.point[1] - h / 2], wh: [w, h] }
    this.#state = { kind: 'idle' }
    this.#ctx.board.transact(`draw ${this.#type}`, edit => edit.add(made))
    this.#ctx.draft.clear()
    this.#ctx.done([made.id])
  }

  cancel(): void {
    this.#state = { kind: 'idle' }
    this.#ctx.draft.clear()
  }
}
