/** Dragging one end of a line; an arrow's end attaches to the shape it lies on. */
import type { LineShape } from '#shared/board/shape.ts'
import { linePath } from '#shared/geometry/shape-geometry.ts'
import { attachedEnd } from '../line-tool.ts'
import { snapAngle } from '../new-shape.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import { commitGeometry, type Drag, showGeometry } from './drag.ts'

export class LineEndDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #end: 'from' | 'to'
  readonly #original: LineShape
  #line: LineShape

  constructor(ctx: ToolContext, line: LineShape, end: 'from' | 'to') {
    this.#ctx = ctx
    this.#original = line
    this.#line = line
    this.#end = end
  }

  move(input: PointerInput): void {
    const path = linePath(this.#line, id => this.#ctx.board.get(id))
    const fixed = (this.#end === 'from' ? path.at(-1) : path[0]) ?? input.point
    const point = input.shift ? snapAngle(fixed, input.point) : input.point
    const end =
      this.#line.type === 'arrow' ? attachedEnd(this.#ctx, input, point, this.#line.id) : { xy: point }
    this.#line = { ...this.#line, [this.#end]: end }
    this.#ctx.chrome.target(end.shape)
    showGeometry(this.#ctx, [this.#original], [this.#line])
  }

  commit(): void {
    commitGeometry(this.#ctx, 'move end', [this.#original], () => this.#line)
    this.#ctx.chrome.target(undefined)
  }
}
