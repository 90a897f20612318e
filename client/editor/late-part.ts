/** A part of the editor that comes after the board. What is asked of it before is done when it is there, in order, unless it is about
 * something else by then. */
export class LatePart<T> {
  readonly #load: () => Promise<T>
  readonly #subject: () => unknown
  #part: T | undefined
  #coming: Promise<void> | undefined

  /** @param subject  what it is asked to do something with */
  constructor(load: () => Promise<T>, subject: () => unknown) {
    this.#load = load
    this.#subject = subject
  }

  use(ask: (part: T) => void): void {
    const subject = this.#subject()
    if (this.#part) ask(this.#part)
    else
      void this.come()
        .then(() => {
          if (this.#part && this.#subject() === subject) ask(this.#part)
        })
        .catch(error => reportError(error))
  }

  /** @throws what `load` threw; the next time it is tried again */
  come(): Promise<void> {
    this.#coming ??= this.#load().then(
      part => {
        this.#part = part
      },
      error => {
        this.#coming = undefined
        throw error
      },
    )
    return this.#coming
  }
}
