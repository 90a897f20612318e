/** Looks after members who read too slowly, as long as there are any (PROTOCOL.md, W12). */
import { CLOSE } from '#shared/protocol.ts'
import type { Clock, Timer } from './clock.ts'
import type { Member } from './member.ts'
import type { Answer } from './state-frames.ts'

const CHECK_MS = 100

export interface LagWatchDeps {
  readonly clock: Clock
  readonly members: ReadonlySet<Member>
  /** What brings somebody with that state vector up to date. */
  readonly catchUp: (stateVector: Uint8Array) => Answer
  readonly caughtUp: (member: Member) => void
}

export class LagWatch {
  readonly #deps: LagWatchDeps
  #timer: Timer | undefined

  constructor(deps: LagWatchDeps) {
    this.#deps = deps
  }

  get laggingCount(): number {
    let count = 0
    for (const { outbox } of this.#deps.members) if (outbox.isLagging) count++
    return count
  }

  /** Call after everything that may make a member lag. */
  watch(): void {
    if (this.#timer) return
    for (const { outbox } of this.#deps.members) {
      if (!outbox.isLagging) continue
      this.#timer = this.#deps.clock.after(CHECK_MS, () => {
        this.#timer = undefined
        this.#check()
      })
      return
    }
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #check(): void {
    const { members, catchUp, caughtUp } = this.#deps
    for (const member of members) {
      if (!member.outbox.isLagging) continue
      const outcome = member.outbox.check(catchUp)
      if (outcome === 'caught-up') caughtUp(member)
      if (outcome === 'too-slow') member.connection.close(CLOSE.tooSlow, 'reads too slowly')
    }
    this.watch()
  }
}
