/** What a tool is and what it may touch. Tools take board units and know nothing of DOM, Konva, Yjs or the editor, so they are
 * tested without a canvas. One gesture runs from `down` to `up` or `cancel`; every way a gesture can be interrupted (Escape,
 * blur, a second finger, another tool) arrives as `cancel`. */
import type { InkPoint, Point, Shape, ShapeStyle } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import type { ToolId } from './tool-table.ts'

export interface PointerInput {
  /** Board units. */
  readonly point: Point
  /** Relative to the canvas. */
  readonly screenPx: Point
  /** Every sample since the last input, board units with pressure 0–1; the last one is `point`. */
  readonly samples: readonly InkPoint[]
  readonly pointerType: 'mouse' | 'pen' | 'touch'
  readonly shift: boolean
  readonly alt: boolean
  /** Ctrl, on a Mac Cmd. */
  readonly mod: boolean
}

export interface Tool {
  /** CSS cursor while nothing is pressed. */
  readonly cursor: string
  down(input: PointerInput): void
  /** While pressed. */
  move(input: PointerInput): void
  up(input: PointerInput): void
  cancel(): void
  /** While not pressed. */
  hover?(input: PointerInput): void
  doubleClick?(input: PointerInput): void
}

/** A picture of what the gesture would do; others see it too. */
export interface DraftSink {
  show(shapes: readonly Shape[]): void
  /** All that happens is that these shapes move: much shorter to tell, and thousands can be shown.
   * @param shapes  as they are on the board; the same array throughout a gesture */
  move(shapes: readonly Shape[], by: Point): void
  /** A stroke being drawn. `points` is one array that grows; or, with `isWhole`, it is another array than before. */
  ink(ink: {
    readonly id: ShapeId
    readonly style: ShapeStyle
    readonly points: readonly InkPoint[]
    readonly hasPressure: boolean
    readonly isWhole: boolean
  }): void
  clear(): void
}

export interface ChromeSink {
  brush(box: Box | undefined): void
  trail(points: readonly Point[]): void
  target(id: ShapeId | undefined): void
  faded(ids: ReadonlySet<ShapeId>): void
  /** CSS cursor during a hover or gesture, `undefined` for the tool's own. */
  cursor(cursor: string | undefined): void
}

export interface SelectionSink {
  readonly ids: readonly ShapeId[]
  set(ids: readonly ShapeId[]): void
}

export interface ToolContext {
  readonly board: Board
  readonly draft: DraftSink
  readonly chrome: ChromeSink
  readonly selection: SelectionSink
  /** Screen px per board unit. */
  readonly zoom: () => number
  /** Board units of one pixel of the screen's own: whatever is moved by whole ones looks the same after it. */
  readonly pixel: () => number
  /** For the next shape of this type. */
  readonly styleFor: (tool: ToolId) => ShapeStyle
  /** Stands for this participant in `by`. */
  readonly by: () => string
  /** Size of a text, board units. */
  readonly measureText: (text: string, style: ShapeStyle, width?: number) => Point
  /** What was pressed is not this person's to change: says so. */
  readonly notYours: () => void
  /** A shape was drawn: back to select, unless the tool is kept. */
  readonly done: (made: readonly ShapeId[]) => void
  /** @param isNew  the shape was made for this text: it goes again if it stays empty */
  readonly editText: (id: ShapeId, isNew: boolean) => void
  readonly panBy: (byPx: Point) => void
}

/** How far a pointer may stray before a click is a drag, screen px. */
export const DRAG_THRESHOLD_PX = { mouse: 3, pen: 4, touch: 8 } as const
/** How far off a click may be and still hit, screen px. */
export const HIT_TOLERANCE_PX = { mouse: 6, pen: 8, touch: 14 } as const

export const hitTolerance = (input: PointerInput, zoom: number): number =>
  HIT_TOLERANCE_PX[input.pointerType] / zoom

export const isDrag = (from: PointerInput, to: PointerInput): boolean =>
  Math.hypot(to.screenPx[0] - from.screenPx[0], to.screenPx[1] - from.screenPx[1]) >
  DRAG_THRESHOLD_PX[from.pointerType]
