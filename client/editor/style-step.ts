/** Dragging a slider sets one style many times: what follows on the same keys within a moment is one undo step. */
import type { Board } from '../board/board.ts'

const PAUSE_MS = 700

export class StyleStep {
  readonly #board: Board
  #open: { keys: string; step: { end(): void }; timer: ReturnType<typeof setTimeout> } | undefined

  constructor(board: Board) {
    this.#board = board
  }

  /** Runs `change` in the step that is open for the same keys, or in a new one. */
  run(keys: string, change: () => void): void {
    if (this.#open?.keys !== keys) {
      this.end()
      this.#open = {
        keys,
        step: this.#board.startStep('style'),
        timer: setTimeout(() => this.end(), PAUSE_MS),
      }
    }
    change()
    clearTimeout(this.#open.timer)
    this.#open.timer = setTimeout(() => this.end(), PAUSE_MS)
  }

  /** Whatever is done next is a step of its own. */
  end(): void {
    if (!this.#open) return
    clearTimeout(this.#open.timer)
    this.#open.step.end()
    this.#open = undefined
  }
}
