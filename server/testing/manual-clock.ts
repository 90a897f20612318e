/** A clock that stands still until a test moves it. */
import type { Clock, Timer } from '../live/clock.ts'

interface Waiting {
  readonly atMs: number
  run(): void
}

export class ManualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<Waiting>()

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** Runs what falls due within the time, in order, each at its own moment. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.run()
    }
    this.#nowMs = endMs
  }
}

/** Lets promises that are settled by now run their continuations. */
export const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
