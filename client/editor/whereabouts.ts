/** What of this person's pointer and selection the others are told by presence, which costs them more than a live frame: where
 * the cursor rests, and what is selected when that has settled. */
import type { Point } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Presence } from '../sync/presence.ts'

/** A selection of more than so many follows this much later while a box is dragged. */
const MANY = 50
const SELECTION_MS = 100
/** A cursor that stays this long is told, for those who join later. */
const CURSOR_REST_MS = 1000

export class Whereabouts {
  readonly #presence: Pick<Presence, 'setCursor' | 'setSelection'>
  #selection: readonly ShapeId[] = []
  #told: readonly ShapeId[] = []
  #selectionTimer: ReturnType<typeof setTimeout> | undefined
  #restTimer: ReturnType<typeof setTimeout> | undefined

  constructor(presence: Pick<Presence, 'setCursor' | 'setSelection'>) {
    this.#presence = presence
  }

  pointed(at: Point | undefined): void {
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => this.#presence.setCursor(at), CURSOR_REST_MS)
  }

  /** @param settled  hears of it when it is told */
  selected(ids: readonly ShapeId[], isGesturing: boolean, settled: () => void): void {
    this.#selection = ids
    if (isGesturing && ids.length > MANY) {
      this.#selectionTimer ??= setTimeout(() => this.#tell(settled), SELECTION_MS)
    } else this.#tell(settled)
  }

  close(): void {
    clearTimeout(this.#restTimer)
    clearTimeout(this.#selectionTimer)
  }

  #tell(settled: () => void): void {
    clearTimeout(this.#selectionTimer)
    this.#selectionTimer = undefined
    settled()
    if (this.#told === this.#selection || this.#told.length + this.#selection.length === 0) return
    this.#told = this.#selection
    this.#presence.setSelection(this.#selection)
  }
}
