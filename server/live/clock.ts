/** Time, passed in, so that tests step it instead of sleeping. */

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds from an arbitrary moment; never goes back. */
  nowMs(): number
  after(delayMs: number, run: () => void): Timer
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}
