/** Which entries of a board's log are in its document, where several nodes append to the log: news of an entry may come before that
 * of the one before it. */

/** Whole numbers, as runs of them that do not touch. */
export class NumberSet {
  #runs: [from: number, through: number][] = []

  add(from: number, through: number): void {
    const before = this.#runs.filter(run => run[1] < from - 1)
    const after = this.#runs.filter(run => run[0] > through + 1)
    const touched = this.#runs.slice(before.length, this.#runs.length - after.length)
    const start = Math.min(from, touched[0]?.[0] ?? from)
    const end = Math.max(through, touched.at(-1)?.[1] ?? through)
    this.#runs = [...before, [start, end], ...after]
  }

  /** Takes all up to and with a number out. */
  dropThrough(through: number): void {
    this.#runs = this.#runs
      .filter(run => run[1] > through)
      .map(run => [Math.max(run[0], through + 1), run[1]])
  }

  has(from: number, through: number): boolean {
    return this.#runs.some(run => run[0] <= from && through <= run[1])
  }

  /** The last of the run that holds a number. */
  endOf(number: number): number | undefined {
    return this.#runs.find(run => run[0] <= number && number <= run[1])?.[1]
  }

  get runs(): readonly (readonly [from: number, through: number])[] {
    return this.#runs
  }
}

export class Coverage {
  #through: number
  #known: number
  readonly #beyond = new NumberSet()

  /** @param through  the document was read from the log up to here */
  constructor(through: number) {
    this.#through = through
    this.#known = through
  }

  /** Every entry up to this one is in the document. */
  get through(): number {
    return this.#through
  }

  /** The same: here nothing of it waits. */
  get throughSeq(): number {
    return this.#through
  }

  /** Whether nothing is missing, as far as is known. */
  get isWhole(): boolean {
    return this.#through >= this.#known
  }

  /** These entries are in the document. */
  add(from: number, through: number): void {
    this.#known = Math.max(this.#known, through)
    if (from > this.#through + 1) {
      this.#beyond.add(from, through)
      return
    }
    this.#through = Math.max(this.#through, through)
    this.#through = this.#beyond.endOf(this.#through + 1) ?? this.#through
    this.#beyond.dropThrough(this.#through)
  }

  /** So many entries up to this one are. */
  appended(count: number, lastSeq: number): void {
    this.add(lastSeq - count + 1, lastSeq)
  }

  /** The log goes up to here. */
  note(lastSeq: number): void {
    this.#known = Math.max(this.#known, lastSeq)
  }
}
