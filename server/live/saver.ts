/** Brings a room's changes to the store, in order, and says when they are there.
 *
 *   idle → writing → idle            one append at a time; what comes meanwhile goes together in the next
 *            ↓  ↑
 *          waiting                   after a failure, for longer each time; nothing is ever dropped
 *
 * One at a time, because an append that failed must not be overtaken: the log would have a hole under what came later. One that
 * takes long is not given up, for it may yet succeed; but people are told, since for them it is the same. */
import * as Y from 'yjs'
import type { BoardId } from '#shared/ids.ts'
import type { BoardFacts, BoardStore } from '../store/store.ts'
import type { Clock, Timer } from './clock.ts'
import type { Meters } from './meters.ts'

export const RETRY_MIN_MS = 100
export const RETRY_MAX_MS = 5000
/** An append that takes longer counts as failing. A busy disk with a checkpoint to write needs a second or two. */
export const LATE_MS = 3000
/** While the store fails, more updates than this are merged into one. */
const MAX_UNSAVED_UPDATES = 256

export interface SaverEvents<Author> {
  /** What these authors sent, up to and with that many messages, is durable. */
  saved(counts: ReadonlyMap<Author, number>): void
  appended(seq: number, updates: readonly Uint8Array[]): void
  /** Once, when an append fails or is late after one that was neither. */
  failing(error: unknown): void
  /** An append went well again. */
  recovered(): void
}

type State = { kind: 'idle' } | { kind: 'writing'; late: Timer } | { kind: 'waiting'; retry: Timer }

export class Saver<Author> {
  readonly #id: BoardId
  readonly #store: Pick<BoardStore, 'append'>
  readonly #clock: Clock
  readonly #meters: Pick<Meters, 'saved' | 'append' | 'appendFailureCount'>
  readonly #facts: () => BoardFacts
  readonly #events: SaverEvents<Author>
  #state: State = { kind: 'idle' }
  #isFailing = false
  #updates: Uint8Array[] = []
  #counts = new Map<Author, number>()
  /** When the oldest message of what is not given to the store came in. */
  #sinceMs: number | undefined
  #whenClean: (() => void)[] = []

  constructor(
    id: BoardId,
    deps: {
      store: Pick<BoardStore, 'append'>
      clock: Clock
      meters: Pick<Meters, 'saved' | 'append' | 'appendFailureCount'>
      facts: () => BoardFacts
    },
    events: SaverEvents<Author>,
  ) {
    this.#id = id
    this.#store = deps.store
    this.#clock = deps.clock
    this.#meters = deps.meters
    this.#facts = deps.facts
    this.#events = events
  }

  get isClean(): boolean {
    return this.#state.kind === 'idle' && this.#updates.length === 0
  }

  get isFailing(): boolean {
    return this.#isFailing
  }

  /** @param update  `undefined` when nothing changed and only what came before is waited for
   * @param counts  document messages of each author that are in everything given so far
   * @param sinceMs  when the oldest message of the update came in */
  add(update: Uint8Array | undefined, counts: ReadonlyMap<Author, number>, sinceMs: number): void {
    if (update) {
      this.#updates.push(update)
      this.#sinceMs ??= sinceMs
    }
    for (const [author, count] of counts) this.#counts.set(author, count)
    if (this.#state.kind !== 'idle' && this.#updates.length > MAX_UNSAVED_UPDATES) {
      this.#updates = [Y.mergeUpdates(this.#updates)]
    }
    this.#advance()
  }

  /** Resolves when everything given so far is durable, however long that takes. */
  flush(): Promise<void> {
    if (this.isClean) return Promise.resolve()
    return new Promise(resolve => this.#whenClean.push(resolve))
  }

  /** Ends its timers, when the room is thrown away. */
  abandon(): void {
    if (this.#state.kind === 'waiting') this.#state.retry.cancel()
    if (this.#state.kind === 'writing') this.#state.late.cancel()
  }

  #advance(attempt = 0): void {
    if (this.#state.kind !== 'idle') return
    if (this.#updates.length > 0) {
      void this.#write(attempt)
      return
    }
    const counts = this.#takeCounts()
    if (counts.size > 0) this.#events.saved(counts)
    const waiting = this.#whenClean
    this.#whenClean = []
    for (const resolve of waiting) resolve()
  }

  async #write(attempt: number): Promise<void> {
    // Taken before the write: what is added during it belongs to the next.
    const updates = this.#updates
    const counts = this.#takeCounts()
    const startMs = this.#clock.nowMs()
    const sinceMs = this.#sinceMs ?? startMs
    this.#updates = []
    this.#sinceMs = undefined
    const late = this.#clock.after(LATE_MS, () =>
      this.#fail(new Error(`the disk has not answered for ${LATE_MS} ms`)),
    )
    this.#state = { kind: 'writing', late }
    let seq: number
    try {
      seq = await this.#store.append(this.#id, updates, this.#facts())
    } catch (error) {
      late.cancel()
      this.#meters.appendFailureCount++
      this.#sinceMs = sinceMs
      this.#updates = [...updates, ...this.#updates]
      this.#counts = new Map([...counts, ...this.#counts])
      const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt)
      const retry = this.#clock.after(delayMs, () => {
        this.#state = { kind: 'idle' }
        this.#advance(attempt + 1)
      })
      this.#state = { kind: 'waiting', retry }
      this.#fail(error)
      return
    }
    late.cancel()
    this.#state = { kind: 'idle' }
    const nowMs = this.#clock.nowMs()
    this.#meters.append.observe(nowMs - startMs)
    this.#meters.saved.observe(nowMs - sinceMs)
    if (this.#isFailing) {
      this.#isFailing = false
      this.#events.recovered()
    }
    this.#events.saved(counts)
    this.#events.appended(seq, updates)
    this.#advance()
  }

  #fail(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#events.failing(error)
  }

  #takeCounts(): Map<Author, number> {
    const counts = this.#counts
    this.#counts = new Map()
    return counts
  }
}
