/** Finds dead connections and keeps quiet ones alive. One timer walks all connections, a part of them each second, so that
 * ten thousand of them are not pinged in one instant. */
import type { Clock, Timer } from './clock.ts'

export interface Beating {
  /** Sends a ping, or ends itself when the last two were not answered. */
  ping(): void
  /** `[W7]` Sends the keepalive frame if nothing was sent since the visit before the last. */
  keepAlive(): void
}

const STEP_MS = 1000
/** A connection is visited every so many steps: a silence is noticed after 10 to 15 s, well before the stock client's 30 s. */
const STEPS_PER_VISIT = 5
/** A ping goes out every 15 s. */
const VISITS_PER_PING = 3

export class Heartbeat {
  readonly #clock: Clock
  readonly #slots: Set<Beating>[] = Array.from({ length: STEPS_PER_VISIT }, () => new Set<Beating>())
  #nextSlot = 0
  #step = 0
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#schedule()
  }

  /** @returns takes it out again */
  add(beating: Beating): () => void {
    const slot = this.#slots[this.#nextSlot++ % STEPS_PER_VISIT]
    slot?.add(beating)
    return () => slot?.delete(beating)
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #schedule(): void {
    this.#timer = this.#clock.after(STEP_MS, () => {
      this.#visit()
      this.#schedule()
    })
  }

  #visit(): void {
    const isPing = Math.floor(this.#step / STEPS_PER_VISIT) % VISITS_PER_PING === 0
    for (const beating of this.#slots[this.#step % STEPS_PER_VISIT] ?? []) {
      beating.keepAlive()
      if (isPing) beating.ping()
    }
    this.#step++
  }
}
