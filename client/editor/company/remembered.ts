/** Those whose connection is gone and who have not left: they are listed as away for a while, because most come back. By the clock of their
 * presence one tells the two apart (PROTOCOL.md, P6). When one's own connection goes nobody is away but oneself. */
import type { Participant, Presence } from '../../sync/presence.ts'

/** Longer than a page takes to come back through a tunnel or a restart. */
export const REMEMBERED_MS = 2 * 60_000

export interface RememberedDeps {
  readonly presence: Pick<Presence, 'others' | 'clockOf' | 'subscribe' | 'subscribeClocks'>
  readonly isConnected: () => boolean
  readonly changed: (away: readonly Participant[]) => void
}

export class Remembered {
  readonly #deps: RememberedDeps
  readonly #stops: (() => void)[]
  #here: readonly Participant[] = []
  readonly #clocks = new Map<number, number>()
  readonly #away = new Map<number, { participant: Participant; timer: ReturnType<typeof setTimeout> }>()

  constructor(deps: RememberedDeps) {
    this.#deps = deps
    const { presence } = deps
    this.#stops = [
      presence.subscribe(() => this.#heard()),
      presence.subscribeClocks(clientIds => {
        for (const clientId of clientIds) this.#clocks.set(clientId, presence.clockOf(clientId))
      }),
    ]
    this.#heard()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    for (const { timer } of this.#away.values()) clearTimeout(timer)
  }

  #heard(): void {
    const { presence, isConnected } = this.#deps
    const before = this.#here
    this.#here = presence.others()
    const here = new Set(this.#here.map(({ clientId }) => clientId))
    let hasChanged = false
    for (const clientId of here) {
      hasChanged = this.#forget(clientId) || hasChanged
      if (!this.#clocks.has(clientId)) this.#clocks.set(clientId, presence.clockOf(clientId))
    }
    for (const participant of before) {
      const { clientId } = participant
      if (here.has(clientId)) continue
      const isLost = isConnected() && presence.clockOf(clientId) === this.#clocks.get(clientId)
      this.#clocks.delete(clientId)
      if (!isLost) continue
      this.#remember(participant)
      hasChanged = true
    }
    if (hasChanged) this.#tell()
  }

  #remember(participant: Participant): void {
    const { clientId } = participant
    const timer = setTimeout(() => {
      this.#away.delete(clientId)
      this.#tell()
    }, REMEMBERED_MS)
    this.#away.set(clientId, {
      participant: { ...participant, selection: [], cursor: undefined, state: 'away' },
      timer,
    })
  }

  #forget(clientId: number): boolean {
    clearTimeout(this.#away.get(clientId)?.timer)
    return this.#away.delete(clientId)
  }

  #tell(): void {
    this.#deps.changed([...this.#away.values()].map(({ participant }) => participant))
  }
}
