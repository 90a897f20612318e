/** Keeps the board outline true to what is in view, at leisure: it is for reading, and a full view takes a while to list. */
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../board/board.ts'
import type { CameraControl } from './camera.ts'
import { Cell } from './cell.ts'
import { outlineOf } from './outline.ts'
import type { OutlineItem } from './view.ts'

/** The outline follows the board this much later, once for a burst of changes, and the camera when it rests. */
const LATER_MS = 100
/** Of all time, at most one part in so many goes into the outline of a full view. */
const SHARE = 20
/** But never so late: one slow moment of the machine is no reason to keep a reader waiting. */
const MAX_LATER_MS = 1500

export class OutlineState {
  readonly cell = new Cell<readonly OutlineItem[]>([])
  readonly #board: BoardReader
  readonly #camera: Pick<CameraControl, 'viewport'>
  readonly #selected: () => readonly ShapeId[]
  #timer: ReturnType<typeof setTimeout> | undefined
  #laterMs = LATER_MS

  constructor(
    board: BoardReader,
    camera: Pick<CameraControl, 'viewport'>,
    selected: () => readonly ShapeId[],
  ) {
    this.#board = board
    this.#camera = camera
    this.#selected = selected
  }

  boardChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const startMs = performance.now()
      this.cell.set(outlineOf(this.#board, this.#camera.viewport, this.#selected()))
      this.#laterMs = Math.min(MAX_LATER_MS, Math.max(LATER_MS, (performance.now() - startMs) * SHARE))
    }, this.#laterMs)
  }

  cameraMoved(): void {
    this.close()
    this.boardChanged()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
