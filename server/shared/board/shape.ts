/** What can stand on a board, as plain immutable values. Lengths are board units (1 unit = 1 CSS px at zoom 1), angles
 * radians clockwise, opacity 0–1. How a shape lies in the document is layout.ts; how it looks is the renderer's. */
import type { AssetId, ShapeId } from '../ids.ts'

export type Point = readonly [x: number, y: number]
export type InkPoint = readonly [x: number, y: number, pressure: number]

export const BOX_TYPES = ['rectangle', 'ellipse', 'diamond', 'text', 'note'] as const
export const LINE_TYPES = ['line', 'arrow'] as const
export const SHAPE_TYPES = ['stroke', 'image', ...BOX_TYPES, ...LINE_TYPES] as const
export type BoxType = (typeof BOX_TYPES)[number]
export type LineType = (typeof LINE_TYPES)[number]
export type ShapeType = (typeof SHAPE_TYPES)[number]

export const DASHES = ['solid', 'dashed', 'dotted'] as const
export type Dash = (typeof DASHES)[number]
export const FONTS = ['hand', 'sans', 'mono'] as const
export type Font = (typeof FONTS)[number]

/** What a person can choose of a shape's look. Colours are a palette name or `#rrggbb`; a fill may be `none`. */
export interface ShapeStyle {
  readonly stroke: string
  readonly fill: string
  /** Width of the line or the pen, board units. */
  readonly size: number
  readonly dash: Dash
  readonly opacity: number
  readonly font: Font
  /** Board units. */
  readonly fontSize: number
}

export const DEFAULT_STYLE: ShapeStyle = {
  stroke: 'ink',
  fill: 'none',
  size: 2,
  dash: 'solid',
  opacity: 1,
  font: 'hand',
  fontSize: 20,
}

interface ShapeCommon extends ShapeStyle {
  readonly id: ShapeId
  /** Fractional index: the paint order; ties go by id. */
  readonly order: string
  readonly locked: boolean
  /** Group or frame. */
  readonly parent?: ShapeId
  /** Participant who made it. */
  readonly by?: string
}

/** Its box before rotation: `xy` top left, `wh` size, turned by `angle` about the box's centre. */
interface Boxed {
  readonly xy: Point
  readonly wh: Point
  readonly angle: number
}

export interface BoxShape extends ShapeCommon, Boxed {
  readonly type: BoxType
  readonly text: string
  /** A text whose width was set by hand wraps at it; otherwise it is as wide as its longest line. */
  readonly wrap: boolean
}

export interface StrokeShape extends ShapeCommon, Boxed {
  readonly type: 'stroke'
  /** Ink as ink.ts codes it, relative to `xy`. It is scaled from its natural size to `wh`. */
  readonly points: Uint8Array
}

/** One end of a line: at `xy`, or, when `shape` is there, on that shape at `anchor` (0–1 of its box); `xy` is then
 * where it last was, for when the shape is gone. */
export interface LineEnd {
  readonly xy: Point
  readonly shape?: ShapeId
  readonly anchor?: Point
}

export interface LineShape extends ShapeCommon {
  readonly type: LineType
  readonly from: LineEnd
  readonly to: LineEnd
  /** Corners between the ends, board units. */
  readonly via: readonly Point[]
}

/** A picture: what of it `crop` leaves fills the box. Of its style only `opacity` shows. */
export interface ImageShape extends ShapeCommon, Boxed {
  readonly type: 'image'
  /** Its bytes, which the server keeps beside the document. */
  readonly asset: AssetId
  /** What is shown of it, as shares of its width and height, 0–1; all of it when left out. */
  readonly crop?: Crop
  /** Mirrored, before it is turned. */
  readonly flip?: Flip
}

export type Flip = readonly [across: boolean, down: boolean]
export type Crop = readonly [x: number, y: number, w: number, h: number]

export type Shape = BoxShape | StrokeShape | ImageShape | LineShape

export const isBoxType = (type: ShapeType): type is BoxType => (BOX_TYPES as readonly string[]).includes(type)
export const isLineType = (type: ShapeType): type is LineType =>
  (LINE_TYPES as readonly string[]).includes(type)
export const isBox = (shape: Shape): shape is BoxShape => isBoxType(shape.type)
export const isLine = (shape: Shape): shape is LineShape => isLineType(shape.type)
export const isStroke = (shape: Shape): shape is StrokeShape => shape.type === 'stroke'
export const isImage = (shape: Shape): shape is ImageShape => shape.type === 'image'

/** Paint order: back to front. */
export const compareOrder = (a: Shape, b: Shape): number =>
  a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** A shape's word in the outline and for screen readers. */
export const SHAPE_NAMES: Readonly<Record<ShapeType, string>> = {
  stroke: 'Pen stroke',
  image: 'Picture',
  rectangle: 'Rectangle',
  ellipse: 'Ellipse',
  diamond: 'Diamond',
  line: 'Line',
  arrow: 'Arrow',
  text: 'Text',
  note: 'Sticky note',
}
