/** What a held key or a dragged slider asks for again and again, of so many shapes that the last time is still coming onto the board:
 * all that is asked for meanwhile is done in one go after it. */
export class Repeated<T> {
  readonly #run: (value: T, shown: () => void) => void
  readonly #join: (before: T, after: T) => T
  #isUnderWay = false
  #next: T | undefined

  /** @param run  calls `shown` when the board shows it: before it returns, if it can
   * @param join  what two are together */
  constructor(run: (value: T, shown: () => void) => void, join: (before: T, after: T) => T) {
    this.#run = run
    this.#join = join
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  do(value: T): void {
    if (this.#isUnderWay) {
      this.#next = this.#next === undefined ? value : this.#join(this.#next, value)
      return
    }
    this.#isUnderWay = true
    try {
      this.#run(value, () => this.#shown())
    } catch (error) {
      this.#isUnderWay = false
      throw error
    }
  }

  #shown(): void {
    const next = this.#next
    this.#isUnderWay = false
    this.#next = undefined
    if (next !== undefined) this.do(next)
  }
}
