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
  /** @param seq  of the last of them
   * @param numbers  by which other nodes know what is in them
   * @param isAllOurs  whether nothing of other nodes is among them */
  appended(seq: number, updates: readonly Uint8Array[], numbers: readonly number[], isAllOurs: boolean): void
  /** Once, when an append fails or is late after one that was neither. */
  failing(error: unknown): void
  /** An append went well again. */
  recovered(): void
}

/** Where other nodes append to the same log: nothing may be in it before what it builds upon. */
export interface SaverGate {
  /** Stands for everything of other nodes that is in the document now. */
  mark(): number
  /** Whether all that a mark stands for is durable. */
  isOpen(mark: number): boolean
}

const NO_GATE: SaverGate = { mark: () => 0, isOpen: () => true }

type State = { kind: 'idle' } | { kind: 'writing'; late: Timer } | { kind: 'waiting'; retry: Timer }

interface Entry<Author> {
  readonly update: Uint8Array | undefined
  readonly counts: ReadonlyMap<Author, number>
  /** When the oldest message of the update came in. */
  readonly sinceMs: number
  readonly numbers: readonly number[]
  readonly mark: number
  /** Whether something of another node is in it. */
  readonly isAdopted: boolean
}

export class Saver<Author> {
  readonly #id: BoardId
  readonly #store: Pick<BoardStore, 'append'>
  readonly #clock: Clock
  readonly #meters: Pick<Meters, 'saved' | 'append' | 'appendFailureCount'>
  readonly #facts: () => BoardFacts
  readonly #events: SaverEvents<Author>
  readonly #gate: SaverGate
  #state: State = { kind: 'idle' }
  #isFailing = false
  #queue: Entry<Author>[] = []
  #whenClean: (() => void)[] = []

  constructor(
    id: BoardId,
    deps: {
      store: Pick<BoardStore, 'append'>
      clock: Clock
      meters: Pick<Meters, 'saved' | 'append' | 'appendFailureCount'>
      facts: () => BoardFacts
      gate?: SaverGate | undefined
    },
    events: SaverEvents<Author>,
  ) {
    this.#id = id
    this.#store = deps.store
    this.#clock = deps.clock
    this.#meters = deps.meters
    this.#facts = deps.facts
    this.#gate = deps.gate ?? NO_GATE
    this.#events = events
  }

  get isClean(): boolean {
    return this.#state.kind === 'idle' && this.#queue.length === 0
  }

  get isFailing(): boolean {
    return this.#isFailing
  }

  /** @param update  `undefined` when nothing changed and only what came before is waited for
   * @param counts  document messages of each author that are in everything given so far
   * @param sinceMs  when the oldest message of the update came in
   * @param number  by which other nodes know the update */
  add(
    update: Uint8Array | undefined,
    counts: ReadonlyMap<Author, number>,
    sinceMs: number,
    number?: number,
  ): void {
    if (!update && counts.size === 0) return
    const numbers = number === undefined ? [] : [number]
    this.#queue.push({ update, counts, sinceMs, numbers, mark: this.#gate.mark(), isAdopted: false })
    this.proceed()
    if (this.#queue.filter(entry => entry.update).length > MAX_UNSAVED_UPDATES) {
      this.#queue = [merged(this.#queue)]
    }
  }

  /** What another node did not get into the log goes where it was applied: before what may build upon it.
   * @param mark  of what was applied before it */
  adopt(update: Uint8Array, mark: number): void {
    const entry = {
      update,
      counts: new Map(),
      sinceMs: this.#clock.nowMs(),
      numbers: [],
      mark,
      isAdopted: true,
    }
    const after = this.#queue.findIndex(other => other.mark > mark)
    this.#queue.splice(after < 0 ? this.#queue.length : after, 0, entry)
  }

  /** The gate may have opened. */
  proceed(): void {
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
    const shutAt = this.#queue.findIndex(({ mark }) => !this.#gate.isOpen(mark))
    const due = shutAt < 0 ? this.#queue : this.#queue.slice(0, shutAt)
    if (due.some(({ update }) => update)) {
      // Taken before the write: what is added during it belongs to the next.
      this.#queue = this.#queue.slice(due.length)
      void this.#write(due, attempt)
      return
    }
    this.#queue = this.#queue.slice(due.length)
    const counts = countsOf(due)
    if (counts.size > 0) this.#events.saved(counts)
    if (this.#queue.length > 0) return
    const waiting = this.#whenClean
    this.#whenClean = []
    for (const resolve of waiting) resolve()
  }

  async #write(entries: readonly Entry<Author>[], attempt: number): Promise<void> {
    const updates = entries.flatMap(({ update }) => (update ? [update] : []))
    const startMs = this.#clock.nowMs()
    const sinceMs = Math.min(...entries.flatMap(({ update, sinceMs }) => (update ? [sinceMs] : [])))
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
      this.#queue = [...entries, ...this.#queue]
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
    this.#events.saved(countsOf(entries))
    const numbers = entries.flatMap(entry => entry.numbers)
    const isAllOurs = entries.every(({ isAdopted }) => !isAdopted)
    this.#events.appended(seq, updates, numbers, isAllOurs)
    this.#advance()
  }

  #fail(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#events.failing(error)
  }
}

/** The newest of each author. */
const countsOf = <Author>(entries: readonly Entry<Author>[]): Map<Author, number> =>
  new Map(entries.flatMap(({ counts }) => [...counts]))

const merged = <Author>(entries: readonly Entry<Author>[]): Entry<Author> => ({
  update: Y.mergeUpdates(entries.flatMap(({ update }) => (update ? [update] : []))),
  counts: countsOf(entries),
  sinceMs: Math.min(...entries.map(({ sinceMs }) => sinceMs)),
  numbers: entries.flatMap(({ numbers }) => numbers),
  mark: Math.max(...entries.map(({ mark }) => mark)),
  isAdopted: entries.some(({ isAdopted }) => isAdopted),
})
