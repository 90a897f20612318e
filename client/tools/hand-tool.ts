/** Hand: drags the paper. */
import type { Point } from '#shared/board/shape.ts'
import type { PointerInput, Tool, ToolContext } from './tool.ts'

export class HandTool implements Tool {
  readonly cursor = 'grab'
  readonly #ctx: ToolContext
  #last: Point | undefined
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }
  down({ screenPx }: PointerInput): void {
    this.#last = screenPx
    this.#ctx.chrome.cursor('grabbing')
  }
  move({ screenPx }: PointerInput): void {
    if (!this.#last) return
    this.#ctx.panBy([screenPx[0] - this.#last[0], screenPx[1] - this.#last[1]])
    this.#last = screenPx
  }
  up(): void {
    this.cancel()
  }
  cancel(): void {
    this.#last = undefined
    this.#ctx.chrome.cursor(undefined)
  }
}
