/** Whether one is at the board: told to the others when it changes, which is seldom. */
import type { PersonState, Presence } from '../../sync/presence.ts'

/** Nothing has been done for this long. */
export const IDLE_MS = 3 * 60_000
/** The page has not been looked at for this long. */
export const AWAY_MS = 10 * 60_000
const INPUTS = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const

export interface Signs {
  readonly lastInputAtMs: number
  /** Since when the page is not looked at. */
  readonly hiddenSinceMs: number | undefined
}

/** @returns the state now, and when it would be another one without further signs */
export function stateAt(
  nowMs: number,
  { lastInputAtMs, hiddenSinceMs }: Signs,
): { state: PersonState; untilMs: number | undefined } {
  if (hiddenSinceMs !== undefined) {
    const awayAtMs = hiddenSinceMs + AWAY_MS
    return nowMs < awayAtMs ? { state: 'idle', untilMs: awayAtMs } : { state: 'away', untilMs: undefined }
  }
  const idleAtMs = lastInputAtMs + IDLE_MS
  return nowMs < idleAtMs ? { state: 'here', untilMs: idleAtMs } : { state: 'idle', untilMs: undefined }
}

export class Idleness {
  readonly #presence: Pick<Presence, 'tell'>
  readonly #stop = new AbortController()
  #signs: Signs = { lastInputAtMs: Date.now(), hiddenSinceMs: undefined }
  #state: PersonState = 'here'
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(presence: Pick<Presence, 'tell'>) {
    this.#presence = presence
    const options = { signal: this.#stop.signal, passive: true, capture: true }
    for (const input of INPUTS) window.addEventListener(input, () => this.#active(), options)
    document.addEventListener('visibilitychange', () => this.#seen(), options)
    this.#seen()
  }

  close(): void {
    this.#stop.abort()
    clearTimeout(this.#timer)
  }

  #active(): void {
    this.#signs = { ...this.#signs, lastInputAtMs: Date.now() }
    // While one is here the timer looks again when it is time.
    if (this.#state !== 'here') this.#look()
  }

  #seen(): void {
    const nowMs = Date.now()
    const isHidden = document.visibilityState === 'hidden'
    this.#signs = isHidden
      ? { ...this.#signs, hiddenSinceMs: this.#signs.hiddenSinceMs ?? nowMs }
      : { lastInputAtMs: nowMs, hiddenSinceMs: undefined }
    this.#look()
  }

  #look(): void {
    clearTimeout(this.#timer)
    const nowMs = Date.now()
    const { state, untilMs } = stateAt(nowMs, this.#signs)
    if (untilMs !== undefined) this.#timer = setTimeout(() => this.#look(), untilMs - nowMs)
    if (state === this.#state) return
    this.#state = state
    this.#presence.tell('state', state === 'here' ? null : state)
  }
}
