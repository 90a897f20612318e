/** How pictures get onto a board, for who knows nothing else of them. */
import type { Point } from '#shared/board/shape.ts'
import type { AssetId, BoardId } from '#shared/ids.ts'

export interface PictureWays {
  /** Puts files on the board as pictures, side by side and selected, as one step.
   * @param at  their middle; the pointer, or the middle of the screen, unless told */
  add(files: readonly File[], at?: Point): Promise<void>
  /** Adds the pictures of the system's clipboard. */
  paste(): Promise<void>
  /** Sends pictures whose shapes are on the board, or about to be. */
  take(pictures: ReadonlyMap<AssetId, Blob>): Promise<void>
  /** Fetches pictures that were copied on another board from there, and sends them to this one. */
  bring(assets: readonly AssetId[], source: BoardId): Promise<void>
}
