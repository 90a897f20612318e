/** What goes between the page and the worker that paints its tiles. */
import type { Theme } from '#shared/board/palette.ts'
import type { Font } from '#shared/board/shape.ts'
import type { PackedShapes, ShapeNumber } from './packed-shapes.ts'

/** One tile, whole. */
export interface TileJob {
  readonly job: number
  readonly col: number
  readonly row: number
  /** Device px per board unit. */
  readonly scale: number
  readonly theme: Theme
  /** In paint order. Numbers below zero are only for this job. */
  readonly shapes: Float64Array<ArrayBuffer>
  readonly faded: readonly ShapeNumber[]
  readonly textHidden: ShapeNumber | undefined
}

/** Shapes come before the job that names them. `forget`: no shape that was sent so far is asked for any more. */
export type ToWorker = PackedShapes | TileJob | { readonly font: Font } | 'forget'

export interface PaintedTile {
  readonly job: number
  readonly bitmap: ImageBitmap
  readonly paintedCount: number
  /** Shapes that could not be painted. */
  readonly skippedCount: number
}

/** `ready`: its code has come. */
export type FromWorker = PaintedTile | { readonly font: Font } | 'ready'
