/** Pictures go to the database one at a time, so that the other connections stay for what is drawn. */
import { StoreError } from '../store.ts'
import { Turns } from '../turns.ts'

export class AssetLine {
  readonly #turns = new Turns()
  #failure: { readonly error: unknown; readonly atMs: number } | undefined

  /** A database that does not answer one does not answer those that wait behind it either: they fail with it, and need not each wait
   * until that is certain, with their bytes in memory. Who asks later has it tried anew. */
  take<T>(write: () => Promise<T>): Promise<T> {
    const askedAtMs = performance.now()
    return this.#turns.take('', async () => {
      if (this.#failure && this.#failure.atMs > askedAtMs) throw this.#failure.error
      try {
        return await write()
      } catch (error) {
        const isOfThisOne = error instanceof StoreError && error.kind === 'unknown-board'
        if (!isOfThisOne) this.#failure = { error, atMs: performance.now() }
        throw error
      }
    })
  }
}
