/** Line and arrow: drag from end to end. An arrow's ends attach to the shapes they lie on, unless Ctrl is held.
 * idle → pressed → dragging → idle */
import type { LineEnd, LineShape, LineType, Point, Shape } from '#shared/board/shape.ts'
import { isLine } from '#shared/board/shape.ts'
import { anchorAt } from '#shared/geometry/shape-geometry.ts'
import { attachableAt } from './hit.ts'
import { newLine, snapAngle } from './new-shape.ts'
import { isDrag, type PointerInput, type Tool, type ToolContext } from './tool.ts'

type LineState = { kind: 'idle' } | { kind: 'pressed' | 'dragging'; start: PointerInput; line: LineShape }

export class LineTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: ToolContext
  readonly #type: LineType
  #state: LineState = { kind: 'idle' }
  constructor(ctx: ToolContext, type: LineType) {
    this.#ctx = ctx
    this.#type = type
  }

  hover(input: PointerInput): void {
    if (this.#type === 'arrow') this.#ctx.chrome.target(targetOf(this.#ctx, input)?.id)
  }

  down(input: PointerInput): void {
    const end = this.#endAt(input, input.point)
    this.#state = { kind: 'pressed', start: input, line: newLine(this.#ctx, this.#type, end, end) }
  }

  move(input: PointerInput): void {
    if (this.#state.kind === 'idle') return
    const { start } = this.#state
    if (this.#state.kind === 'pressed' && !isDrag(start, input)) return
    const point = input.shift ? snapAngle(start.point, input.point) : input.point
    const line: LineShape = { ...this.#state.line, to: this.#endAt(input, point) }
    this.#state = { kind: 'dragging', start, line }
    this.#ctx.chrome.target(line.to.shape)
    this.#ctx.draft.show([line])
  }

  up(): void {
    if (this.#state.kind !== 'dragging') {
      this.cancel()
      return
    }
    const { line } = this.#state
    this.#state = { kind: 'idle' }
    this.#ctx.board.transact(`draw ${this.#type}`, edit => edit.add(line))
    this.#ctx.draft.clear()
    this.#ctx.chrome.target(undefined)
    this.#ctx.done([line.id])
  }

  cancel(): void {
    this.#state = { kind: 'idle' }
    this.#ctx.draft.clear()
    this.#ctx.chrome.target(undefined)
  }

  #endAt(input: PointerInput, point: Point): LineEnd {
    return this.#type === 'arrow' ? attachedEnd(this.#ctx, input, point) : { xy: point }
  }
}

const targetOf = (
  ctx: ToolContext,
  input: PointerInput,
  point = input.point,
  except?: string,
): Shape | undefined => (input.mod ? undefined : attachableAt(ctx.board, point, except))

/** An arrow's end at `point`: on the shape under it, if there is one. */
export function attachedEnd(ctx: ToolContext, input: PointerInput, point: Point, except?: string): LineEnd {
  const target = targetOf(ctx, input, point, except)
  return target && !isLine(target)
    ? { xy: point, shape: target.id, anchor: anchorAt(target, point) }
    : { xy: point }
}
