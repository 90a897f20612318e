/** When what has failed is tried again: after a second, and twice as long after each further try, up to half a minute, or
 * as long as one says. Up to a fifth sooner, so that not all pages of a board come at once. */

const FIRST_MS = 1000
const MOST_MS = 30_000
const JITTER = 0.2

export class Retries {
  readonly #again: () => void
  readonly #held = new Set<string>()
  readonly #tries = new Map<string, { count: number; timer: ReturnType<typeof setTimeout> | undefined }>()

  /** @param again  called when something is due */
  constructor(again: () => void) {
    this.#again = again
  }

  isDue(key: string): boolean {
    return !this.#held.has(key) && this.#tries.get(key)?.timer === undefined
  }

  /** @param mostMs  it is tried again after this at the latest */
  failed(key: string, mostMs = MOST_MS): void {
    const count = (this.#tries.get(key)?.count ?? 0) + 1
    const tried = {
      count,
      timer: setTimeout(
        () => {
          tried.timer = undefined
          this.#again()
        },
        Math.min(mostMs, FIRST_MS * 2 ** (count - 1)) * (1 - JITTER * Math.random()),
      ) as ReturnType<typeof setTimeout> | undefined,
    }
    this.#tries.set(key, tried)
  }

  /** It is not due before `hurry` or `done`. */
  hold(key: string): void {
    this.#held.add(key)
  }

  done(key: string): void {
    this.#held.delete(key)
    clearTimeout(this.#tries.get(key)?.timer)
    this.#tries.delete(key)
  }

  /** Everything is due at once, and counts as never tried. */
  hurry(): void {
    this.close()
    this.#again()
  }

  close(): void {
    for (const { timer } of this.#tries.values()) clearTimeout(timer)
    this.#tries.clear()
    this.#held.clear()
  }
}
