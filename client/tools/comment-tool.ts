/** Comment: a click says where, and what is meant there. What is written then is somebody else's. A drag pans, so that a finger finds its
 * way. */
import type { Point } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import { attachableAt, shapeAt } from './hit.ts'
import { hitTolerance, isDrag, type PointerInput, type Tool, type ToolContext } from './tool.ts'

type CommentContext = Pick<ToolContext, 'board' | 'chrome' | 'zoom' | 'panBy'>

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pressed'; readonly from: PointerInput }
  | { readonly kind: 'panning'; readonly last: Point }

export class CommentTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: CommentContext
  readonly #place: (point: Point, shape: ShapeId | undefined) => void
  #state: State = { kind: 'idle' }

  constructor(ctx: CommentContext, place: (point: Point, shape: ShapeId | undefined) => void) {
    this.#ctx = ctx
    this.#place = place
  }

  hover(input: PointerInput): void {
    this.#ctx.chrome.target(this.#meantBy(input))
  }
  down(input: PointerInput): void {
    this.#state = { kind: 'pressed', from: input }
    this.hover(input)
  }
  move(input: PointerInput): void {
    const state = this.#state
    if (state.kind === 'pressed' && isDrag(state.from, input)) {
      this.#ctx.chrome.target(undefined)
      this.#ctx.chrome.cursor('grabbing')
      this.#state = { kind: 'panning', last: state.from.screenPx }
      this.move(input)
    } else if (state.kind === 'panning') {
      const [x, y] = input.screenPx
      this.#ctx.panBy([x - state.last[0], y - state.last[1]])
      this.#state = { kind: 'panning', last: input.screenPx }
    }
  }
  up(input: PointerInput): void {
    const { kind } = this.#state
    const meant = this.#meantBy(input)
    this.cancel()
    if (kind === 'pressed') this.#place(input.point, meant)
  }
  cancel(): void {
    this.#state = { kind: 'idle' }
    this.#ctx.chrome.target(undefined)
    this.#ctx.chrome.cursor(undefined)
  }

  /** Within an empty rectangle, the rectangle is meant. */
  #meantBy(input: PointerInput): ShapeId | undefined {
    const { board, zoom } = this.#ctx
    const tolerance = hitTolerance(input, zoom())
    return (shapeAt(board, input.point, tolerance) ?? attachableAt(board, input.point))?.id
  }
}
