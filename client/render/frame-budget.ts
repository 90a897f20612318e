/** How long painting may take out of a frame. Canvas work is recorded now and rastered later, so the clock alone cannot tell
 * what a slice costs: when frames come late after slices, slices get shorter, and grow again while frames come in time. */

const MIN_MS = 1.5
const MAX_MS = 7
/** A frame this long after the one before was late (60 Hz has 16.7 ms). */
const LATE_MS = 22
/** A gap beyond this is no late frame but a pause: a tab in the background, no frame asked for. */
const PAUSE_MS = 250

export class FrameBudget {
  #ms = 5
  #lastFrameAtMs = -Infinity
  #spent = false

  get ms(): number {
    return this.#ms
  }

  /** Call at the start of every frame. @param nowMs  the frame's time */
  frame(nowMs: number): void {
    const gapMs = nowMs - this.#lastFrameAtMs
    this.#lastFrameAtMs = nowMs
    if (!this.#spent || gapMs > PAUSE_MS) return
    this.#ms = gapMs > LATE_MS ? Math.max(MIN_MS, this.#ms * 0.6) : Math.min(MAX_MS, this.#ms + 0.4)
    this.#spent = false
  }

  /** Runs `step` until it says that nothing is left, or the budget is used up. One step always runs.
   * @param step  does one small piece of work; false when there is none left
   * @returns whether work is left */
  spend(step: () => boolean, clock: () => number, ms = this.#ms): boolean {
    const endAtMs = clock() + ms
    while (step()) {
      if (clock() < endAtMs) continue
      this.#spent = true
      return true
    }
    return false
  }
}
