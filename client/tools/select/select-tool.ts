/** Select: click, shift-click and box to select; drag to move, size, turn, or bend a line's end.
 *
 *   idle → pressed (on a handle, a shape or nothing) → dragging → idle
 *
 * What a press means is decided at once, what a release without a drag means is decided then. */
import type { LineShape, Point, Shape } from '#shared/board/shape.ts'
import { isBox, isLine } from '#shared/board/shape.ts'
import { centreOf, containsPoint, expandBox } from '#shared/geometry/box.ts'
import { FRAME_PADDING_PX, type Frame, frameOf, type Handle, handlePoints } from '#shared/geometry/frame.ts'
import { linePath } from '#shared/geometry/shape-geometry.ts'
import { distance, distanceToSegment, rotate } from '#shared/geometry/vec.ts'
import type { ShapeId } from '#shared/ids.ts'
import { shapeAt } from '../hit.ts'
import { putText } from '../text-tools.ts'
import { hitTolerance, isDrag, type PointerInput, type Tool, type ToolContext } from '../tool.ts'
import { BrushDrag } from './brush.ts'
import type { Drag } from './drag.ts'
import { LineEndDrag } from './line-end.ts'
import { ResizeDrag } from './resize.ts'
import { RotateDrag } from './rotate.ts'
import { TranslateDrag } from './translate.ts'

type SelectState =
  | { kind: 'idle' }
  /** `click` says what a release without a drag does. */
  | { kind: 'pressed'; start: PointerInput; drag: Drag; click: () => void }
  | { kind: 'dragging'; drag: Drag; before: readonly ShapeId[] }

type Grip =
  | { kind: 'handle'; handle: Handle; frame: Frame }
  | { kind: 'end'; line: LineShape; end: 'from' | 'to' }

const GRIP_REACH_PX = { mouse: 8, pen: 12, touch: 18 } as const
/** Frames smaller than this on the screen have no edge grips, so that the inside can still be grabbed. */
const MIN_EDGE_PX = 24

export class SelectTool implements Tool {
  readonly cursor = 'default'
  readonly #ctx: ToolContext
  #state: SelectState = { kind: 'idle' }
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }

  hover(input: PointerInput): void {
    const grip = this.#gripAt(input)
    const shape = grip ? undefined : shapeAt(this.#ctx.board, input.point, this.#tolerance(input))
    this.#ctx.chrome.cursor(
      grip ? gripCursor(grip) : shape && this.#ctx.board.mayChange(shape) ? 'move' : undefined,
    )
  }

  down(input: PointerInput): void {
    const { selection } = this.#ctx
    const grip = this.#gripAt(input)
    if (grip) {
      this.#press(input, this.#dragOf(grip, input), () => {})
      return
    }
    const shape = shapeAt(this.#ctx.board, input.point, this.#tolerance(input))
    const { board } = this.#ctx
    if (shape && !shape.locked && !board.mayChange(shape)) this.#ctx.notYours()
    if (shape && board.mayChange(shape)) this.#pressShape(input, shape)
    else if (this.#isInsideFrame(input.point) && !input.shift) {
      // Between the shapes of a selection of several: a drag moves them, a click lets go.
      this.#press(input, this.#translate(input), () => selection.set([]))
    } else {
      if (!input.shift) selection.set([])
      this.#press(input, new BrushDrag(this.#ctx, input.point, selection.ids), () => {})
    }
  }

  move(input: PointerInput): void {
    if (this.#state.kind === 'pressed') {
      if (!isDrag(this.#state.start, input)) return
      this.#state = { kind: 'dragging', drag: this.#state.drag, before: this.#ctx.selection.ids }
    }
    if (this.#state.kind === 'dragging') this.#state.drag.move(input)
  }

  up(): void {
    const state = this.#state
    this.#state = { kind: 'idle' }
    if (state.kind === 'pressed') state.click()
    if (state.kind === 'dragging') state.drag.commit()
  }

  cancel(): void {
    if (this.#state.kind === 'dragging') this.#ctx.selection.set(this.#state.before)
    this.#state = { kind: 'idle' }
    this.#ctx.draft.clear()
    this.#ctx.chrome.brush(undefined)
    this.#ctx.chrome.target(undefined)
  }

  doubleClick(input: PointerInput): void {
    const shape = shapeAt(this.#ctx.board, input.point, this.#tolerance(input))
    if (!shape) putText(this.#ctx, input)
    else if (isBox(shape) && this.#ctx.board.mayChange(shape)) this.#ctx.editText(shape.id, false)
  }

  #pressShape(input: PointerInput, shape: Shape): void {
    const { selection } = this.#ctx
    const wasSelected = selection.ids.includes(shape.id)
    if (!wasSelected) selection.set(input.shift ? [...selection.ids, shape.id] : [shape.id])
    this.#press(input, this.#translate(input), () => {
      if (!wasSelected) return
      selection.set(input.shift ? selection.ids.filter(id => id !== shape.id) : [shape.id])
    })
  }

  #press(start: PointerInput, drag: Drag, click: () => void): void {
    this.#state = { kind: 'pressed', start, drag, click }
  }

  #translate(input: PointerInput): Drag {
    return new TranslateDrag(this.#ctx, input.point, this.#selected())
  }

  #dragOf(grip: Grip, { point }: PointerInput): Drag {
    if (grip.kind === 'end') return new LineEndDrag(this.#ctx, grip.line, grip.end)
    const { frame, handle } = grip
    if (handle === 'rotate') return new RotateDrag(this.#ctx, point, frame, this.#selected())
    return new ResizeDrag(this.#ctx, point, frame, handle, this.#selected())
  }

  #selected(): readonly Shape[] {
    return this.#ctx.selection.ids
      .map(id => this.#ctx.board.get(id))
      .filter(shape => shape !== undefined)
      .filter(shape => this.#ctx.board.mayChange(shape))
  }

  #gripAt(input: PointerInput): Grip | undefined {
    const zoom = this.#ctx.zoom()
    const reach = GRIP_REACH_PX[input.pointerType] / zoom
    const shapes = this.#selected()
    const [only] = shapes
    if (only && shapes.length === 1 && isLine(only)) {
      const path = linePath(only, id => this.#ctx.board.get(id))
      const isAt = (point: Point | undefined) => point !== undefined && distance(point, input.point) <= reach
      if (isAt(path.at(-1))) return { kind: 'end', line: only, end: 'to' }
      return isAt(path[0]) ? { kind: 'end', line: only, end: 'from' } : undefined
    }
    const frame = frameOf(shapes, id => this.#ctx.board.get(id))
    const handle = frame && handleAt(frame, input.point, zoom, reach)
    return handle && { kind: 'handle', handle, frame }
  }

  #isInsideFrame(point: Point): boolean {
    const shapes = this.#selected()
    const frame = shapes.length > 1 ? frameOf(shapes, id => this.#ctx.board.get(id)) : undefined
    return frame !== undefined && containsPoint(frame.box, point)
  }

  #tolerance(input: PointerInput): number {
    return hitTolerance(input, this.#ctx.zoom())
  }
}

/** The handle at `point`: corners and the rotate handle are points, the edges between them are grips too. */
export function handleAt(frame: Frame, point: Point, zoom: number, reach: number): Handle | undefined {
  const at = handlePoints(frame, zoom)
  for (const handle of ['rotate', 'se', 'nw', 'ne', 'sw'] as const) {
    if (distance(at[handle], point) <= reach) return handle
  }
  const { w, h } = expandBox(frame.box, FRAME_PADDING_PX / zoom)
  const edges: [Handle, Point, Point, number][] = [
    ['n', at.nw, at.ne, h],
    ['s', at.sw, at.se, h],
    ['w', at.nw, at.sw, w],
    ['e', at.ne, at.se, w],
  ]
  const local = rotate(point, centreOf(frame.box), -frame.angle)
  // Grips reach outwards and only a little inwards: the inside belongs to the shape.
  if (containsPoint(frame.box, local)) return undefined
  return edges.find(
    ([, a, b, across]) => across * zoom >= MIN_EDGE_PX && distanceToSegment(point, a, b) <= reach,
  )?.[0]
}

const CURSORS = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'] as const
/** Direction of each handle in eighths of a turn from the top. */
const DIRECTION: Readonly<Record<Exclude<Handle, 'rotate'>, number>> = {
  n: 0,
  ne: 1,
  e: 2,
  se: 3,
  s: 4,
  sw: 5,
  w: 6,
  nw: 7,
}

function gripCursor(grip: Grip): string {
  if (grip.kind === 'end') return 'pointer'
  if (grip.handle === 'rotate') return 'grab'
  // The cursor turns with the frame.
  const eighths = Math.round((grip.frame.angle / Math.PI) * 4) + DIRECTION[grip.handle]
  return CURSORS[((eighths % 4) + 4) % 4] ?? 'default'
}
