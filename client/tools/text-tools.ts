/** Text and sticky note: a click puts one and the caret in it. The typing itself is the text editor's. */
import type { BoxShape } from '#shared/board/shape.ts'
import { boxFromCorners } from '#shared/geometry/box.ts'
import { shapeAt } from './hit.ts'
import { newBox } from './new-shape.ts'
import { hitTolerance, isDrag, type PointerInput, type Tool, type ToolContext } from './tool.ts'

export const NOTE_SIZE = 160
/** A narrower text box than this was not meant as one, board units. */
const MIN_TEXT_WIDTH = 40

export class TextTool implements Tool {
  readonly cursor = 'text'
  readonly #ctx: ToolContext
  #start: PointerInput | undefined
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }

  down(input: PointerInput): void {
    this.#start = input
  }
  move(input: PointerInput): void {
    if (this.#start && isDrag(this.#start, input))
      this.#ctx.chrome.brush(boxFromCorners(this.#start.point, input.point))
  }
  up(input: PointerInput): void {
    const start = this.#start
    this.cancel()
    if (!start) return
    const under = shapeAt(this.#ctx.board, start.point, hitTolerance(start, this.#ctx.zoom()))
    if (!isDrag(start, input) && under?.type === 'text' && this.#ctx.board.mayChange(under)) {
      this.#ctx.done([])
      this.#ctx.editText(under.id, false)
      return
    }
    const width = Math.abs(input.point[0] - start.point[0])
    putText(
      this.#ctx,
      start,
      isDrag(start, input) && width >= MIN_TEXT_WIDTH
        ? { left: Math.min(start.point[0], input.point[0]), width }
        : undefined,
    )
  }
  cancel(): void {
    this.#start = undefined
    this.#ctx.chrome.brush(undefined)
  }
}

/** An empty text with the caret in it: its first line is centred on the click, as one would write.
 * @param column  where a text of a set width goes */
export function putText(
  ctx: ToolContext,
  input: PointerInput,
  column?: { left: number; width: number },
): void {
  const style = ctx.styleFor('text')
  const [, height] = ctx.measureText('', style)
  const box = {
    x: column?.left ?? input.point[0],
    y: input.point[1] - height / 2,
    w: column?.width ?? 1,
    h: height,
  }
  const shape: BoxShape = { ...newBox(ctx, 'text', box), wrap: column !== undefined }
  put(ctx, shape)
}

export class NoteTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: ToolContext
  #isPressed = false
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }
  down(input: PointerInput): void {
    this.#isPressed = true
    this.move(input)
  }
  move({ point: [x, y] }: PointerInput): void {
    if (!this.#isPressed) return
    this.#ctx.draft.show([newBox(this.#ctx, 'note', noteBox(x, y))])
  }
  up({ point: [x, y] }: PointerInput): void {
    if (!this.#isPressed) return
    this.cancel()
    put(this.#ctx, newBox(this.#ctx, 'note', noteBox(x, y)))
  }
  cancel(): void {
    this.#isPressed = false
    this.#ctx.draft.clear()
  }
}

const noteBox = (x: number, y: number) => ({
  x: x - NOTE_SIZE / 2,
  y: y - NOTE_SIZE / 2,
  w: NOTE_SIZE,
  h: NOTE_SIZE,
})

function put(ctx: ToolContext, shape: BoxShape): void {
  ctx.board.transact(`draw ${shape.type}`, edit => edit.add(shape))
  ctx.done([shape.id])
  // A note may stay empty: it was placed. A text that stays empty was not meant.
  ctx.editText(shape.id, shape.type === 'text')
}
