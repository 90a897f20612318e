/** Where a step that comes in pieces has changed the board: told a few times a second and not with each piece, because each time costs
 * whole tiles, and the frames are needed for the pieces. */
import type { Box } from '#shared/geometry/box.ts'

const INTERVAL_MS = 200

export class GatheredBoxes {
  #boxes: Box[] = []
  #takenAtMs = -Infinity

  get isEmpty(): boolean {
    return this.#boxes.length === 0
  }

  add(boxes: readonly Box[]): void {
    // One after the other: a spread of thousands may not fit the stack.
    for (const box of boxes) this.#boxes.push(box)
  }

  /** Whether nothing has come for a while. */
  isOver(nowMs: number): boolean {
    return this.isEmpty && this.#isTime(nowMs)
  }

  /** @param nowMs  the frame's time
   * @returns all that has come since the last time, if it is time */
  take(nowMs: number): readonly Box[] {
    if (this.isEmpty || !this.#isTime(nowMs)) return []
    const boxes = this.#boxes
    this.#boxes = []
    this.#takenAtMs = nowMs
    return boxes
  }

  #isTime(nowMs: number): boolean {
    return nowMs >= this.#takenAtMs + INTERVAL_MS
  }
}
