/** What takes most of a frame is done one thing a frame, and once, however often it was asked for meanwhile. */
export class InTurn {
  readonly #nextFrame: (turn: () => void) => void
  readonly #tasks = new Set<() => void>()

  constructor(nextFrame: (turn: () => void) => void = turn => void requestAnimationFrame(turn)) {
    this.#nextFrame = nextFrame
  }

  /** @param task  the same function for the same thing */
  ask(task: () => void): void {
    this.#tasks.add(task)
    if (this.#tasks.size === 1) this.#nextFrame(() => this.#turn())
  }

  close(): void {
    this.#tasks.clear()
  }

  #turn(): void {
    const [task] = this.#tasks
    if (!task) return
    this.#tasks.delete(task)
    if (this.#tasks.size > 0) this.#nextFrame(() => this.#turn())
    task()
  }
}
