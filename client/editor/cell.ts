/** One value that can be watched. The editor keeps its state in cells; the app turns a cell into a Solid signal
 * (`app/from-cell.ts`), so that neither the editor nor the tools know Solid. */
export interface ReadonlyCell<T> {
  readonly value: T
  /** Calls `listener` after every change, not at once. @returns the unsubscribe */
  subscribe(listener: (value: T) => void): () => void
}

export class Cell<T> implements ReadonlyCell<T> {
  #value: T
  readonly #listeners = new Set<(value: T) => void>()
  constructor(value: T) {
    this.#value = value
  }
  get value(): T {
    return this.#value
  }
  /** Listeners hear of it only when the value is another one (`Object.is`). */
  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener(value)
  }
  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
