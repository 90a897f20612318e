/** Something that is told again and again, at most so often: the first time at once, then the latest when its time has come. */
export class Pace {
  readonly #intervalMs: () => number
  readonly #tell: () => number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param intervalMs  the shortest time between two   @param tell  what it takes to tell it, ms; `undefined`: there was nothing new */
  constructor(intervalMs: () => number, tell: () => number | undefined) {
    this.#intervalMs = intervalMs
    this.#tell = tell
  }

  /** There may be something new. */
  wake(): void {
    if (this.#timer !== undefined) return
    const costMs = this.#tell()
    if (costMs === undefined) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.wake()
      },
      Math.max(this.#intervalMs(), costMs),
    )
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
