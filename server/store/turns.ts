/** What is asked under one name, a board's for instance, is done one after the other, in the order in which it was asked: on database
 * connections of their own the second could overtake the first, and would else only wait for the lock of the board's row. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<T>(id: string, run: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id)
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.#last.set(id, done)
    try {
      await before
      return await run()
    } finally {
      if (this.#last.get(id) === done) this.#last.delete(id)
      resolve()
    }
  }
}
