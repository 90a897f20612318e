/** How long painting may take out of a frame. Canvas work is recorded now and rastered later, so the clock alone cannot tell
 * what a slice costs: when frames come late after slices, slices get shorter, and grow again while frames come in time, quickly up to
 * near what was too long and then slowly. */

const MIN_MS = 1.5
const MAX_MS = 7
/** What was too long, times this, may do. */
const CEILING_SHARE = 0.8
/** A frame: after some seconds it is tried again. */
const CEILING_GROWTH_MS = 0.02
/** Less than this is what late frames have left. */
const TIGHT_MS = 4.5
/** While frames come late whatever slices take. */
const IN_VAIN_MS = 5
/** A frame this long after the one before was late (60 Hz has 16.7 ms). */
const LATE_MS = 22
/** A gap beyond this is no late frame but a pause: a tab in the background, no frame asked for. */
const PAUSE_MS = 250

export class FrameBudget {
  #ms = 5
  #ceilingMs = MAX_MS
  #isInVain = false
  #lastFrameAtMs = -Infinity
  #spent = false

  get ms(): number {
    return this.#ms
  }

  /** Frames have come late: what the browser does with a slice's outcome counts too. */
  get isTight(): boolean {
    return this.#ms < TIGHT_MS
  }

  /** Call at the start of every frame. @param nowMs  the frame's time */
  frame(nowMs: number): void {
    const gapMs = nowMs - this.#lastFrameAtMs
    this.#lastFrameAtMs = nowMs
    if (!this.#spent || gapMs > PAUSE_MS) return
    this.#spent = false
    const isLate = gapMs > LATE_MS
    // The shortest slices have not helped: something else is late, and waiting for it would leave the picture unpainted.
    this.#isInVain = isLate && (this.#isInVain || this.#ms <= MIN_MS)
    if (this.#isInVain) {
      this.#ms = IN_VAIN_MS
      this.#ceilingMs = MAX_MS
      return
    }
    if (isLate) {
      this.#ceilingMs = Math.max(MIN_MS, this.#ms * CEILING_SHARE)
      this.#ms = Math.max(MIN_MS, this.#ms * 0.6)
      return
    }
    this.#ceilingMs = Math.min(MAX_MS, this.#ceilingMs + CEILING_GROWTH_MS)
    this.#ms = Math.min(this.#ceilingMs, this.#ms + 0.4)
  }

  /** Runs `step` until it says that nothing is left, or the budget is used up. One step always runs.
   * @param step  does one small piece of work; false when there is none left
   * @param isEnough  asked after each step, whether the frame has had what it can take
   * @returns whether work is left */
  spend(step: () => boolean, clock: () => number, ms = this.#ms, isEnough = () => false): boolean {
    const endAtMs = clock() + ms
    while (step()) {
      if (clock() < endAtMs && !isEnough()) continue
      // What was longer on purpose says nothing about what a slice may be.
      this.#spent = ms <= this.#ms
      return true
    }
    return false
  }
}
