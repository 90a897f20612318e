/** When a room ticks. The first request in a quiet room runs at once, so that a lone stroke is not delayed; after that at
 * most one tick an interval, which widens with what a tick costs, so that a busy room gets slower instead of drowning. */
import type { Clock, Timer } from './clock.ts'

export const TICK_MS = 16
export const MAX_TICK_MS = 50
/** A room may take about a third of the process: the interval is three times what a tick lately cost. */
const COST_FACTOR = 3
/** Share of the newest tick in the average cost. */
const SMOOTHING = 0.2

export class Ticker {
  readonly #clock: Clock
  readonly #run: () => void
  #timer: Timer | undefined
  #notBeforeMs = 0
  #costMs = 0

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  /** Asks for a tick: now, or when the interval is over. */
  request(): void {
    if (this.#timer) return
    const waitMs = this.#notBeforeMs - this.#clock.nowMs()
    if (waitMs > 0) this.#timer = this.#clock.after(waitMs, () => this.#tick())
    else this.#tick()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #tick(): void {
    const startMs = this.#clock.nowMs()
    // Set before the run, so that what the run itself asks for waits its turn.
    this.#timer = undefined
    this.#notBeforeMs = startMs + TICK_MS
    this.#run()
    this.#costMs += (this.#clock.nowMs() - startMs - this.#costMs) * SMOOTHING
    this.#notBeforeMs = startMs + Math.min(MAX_TICK_MS, Math.max(TICK_MS, this.#costMs * COST_FACTOR))
  }
}
