/** What the renderer is told to show besides the board. All lengths are board units unless named `…Px`. */
import type { InkPoint, Point, Shape, ShapeStyle } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Handle } from '#shared/geometry/frame.ts'
import type { ShapeId } from '#shared/ids.ts'

export interface Camera {
  /** Board point at the top left corner of the screen. */
  readonly x: number
  readonly y: number
  /** Screen px per board unit. */
  readonly zoom: number
}

/** Somebody's uncommitted picture. Shapes that are on the board under the same id are not painted meanwhile. */
export interface Draft {
  readonly shapes: readonly Shape[]
  /** Shapes as they are on the board, all of them elsewhere. */
  readonly moved?: { readonly shapes: readonly Shape[]; readonly by: Point }
  /** A stroke while it is drawn: grows by appending, `points` is the same array until it ends. */
  readonly ink?: DraftInk
}
/** Fewer are painted one by one, each in its place in the paint order. */
export const MIN_MOVED_AS_ONE = 24
export interface DraftInk {
  readonly id: ShapeId
  readonly style: ShapeStyle
  readonly points: readonly InkPoint[]
  readonly hasPressure: boolean
}

export type { Handle }

/** Chrome over the board, painted in screen units. */
export interface Overlay {
  /** Frame, outlines and ends stand this far from where they are told to be, because their shapes are moved as one. */
  readonly shift?: Point
  /** Frame around the selection: box before rotation by `angle` about its centre. */
  readonly frame?: { readonly box: Box; readonly angle: number; readonly handles: readonly Handle[] }
  /** Thin outline around each selected shape of several. */
  readonly selected: readonly ShapeId[]
  /** Draggable ends of one selected line. */
  readonly ends: readonly Point[]
  /** Selection rectangle being dragged. */
  readonly brush?: Box
  /** Shape that a line's end would attach to. */
  readonly target?: ShapeId
  /** The eraser's trail. */
  readonly trail: readonly Point[]
  /** What others have selected. */
  readonly others: readonly { readonly color: string; readonly ids: readonly ShapeId[] }[]
}
export const EMPTY_OVERLAY: Overlay = { selected: [], ends: [], trail: [], others: [] }

/** Painted differently on the board itself. */
export interface Emphasis {
  /** About to be erased: painted at a fifth of their opacity. */
  readonly faded: ReadonlySet<ShapeId>
  /** Whose text stands in a DOM editor: the shape is painted without its text. */
  readonly textHidden?: ShapeId
}

/** A participant's pointer. */
export interface Cursor {
  readonly clientId: number
  readonly name: string
  /** CSS colour. */
  readonly color: string
  readonly at: Point
  /** What they say just now. */
  readonly words: string
}
