/** Which comments this person has read, in this browser: there is no account that could know it elsewhere. By id and not by time, because a
 * comment that was written offline comes with an old time. Tabs of one browser share it. */
import type { SafeStorage } from '../../safe-storage.ts'

/** Of 12 random characters so many tell a board's comments apart, and a few thousand of them fit the browser's store. */
const MARK_LENGTH = 8
/** The newest marks are kept. Longer boards than that are read by search, and their oldest comments come back as unread. */
const MAX_MARKS = 20_000

export class ReadMarks {
  readonly #storage: SafeStorage
  readonly #key: string
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void
  #marks: Set<string>

  /** @param otherTabs  hears what other tabs keep: the window */
  constructor(
    storage: SafeStorage,
    boardId: string,
    otherTabs: Pick<Window, 'addEventListener' | 'removeEventListener'>,
  ) {
    this.#storage = storage
    this.#key = readKey(boardId)
    this.#marks = this.#load()
    const heard = (event: StorageEvent) => {
      if (event.key !== this.#key) return
      this.#marks = new Set([...this.#load(), ...this.#marks])
      for (const listener of [...this.#listeners]) listener()
    }
    otherTabs.addEventListener('storage', heard)
    this.#stop = () => otherTabs.removeEventListener('storage', heard)
  }

  has(id: string): boolean {
    return this.#marks.has(markOf(id))
  }

  /** @returns whether any of them was not read before */
  add(ids: Iterable<string>): boolean {
    const fresh = [...ids].map(markOf).filter(mark => !this.#marks.has(mark))
    if (fresh.length === 0) return false
    // Another tab may have kept more meanwhile.
    this.#marks = new Set([...this.#load(), ...this.#marks, ...fresh].slice(-MAX_MARKS))
    this.#storage.setItem(this.#key, [...this.#marks].join(''))
    return true
  }

  /** Called when another tab has marked some. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  /** Storage may hold anything. */
  #load(): Set<string> {
    return new Set((this.#storage.getItem(this.#key) ?? '').match(/[\w-]{8}/g))
  }
}

const readKey = (boardId: string): string => `drawbridge.read.${boardId}`

/** Ids of other makers may be shorter, or of other letters. */
const markOf = (id: string): string =>
  id
    .replaceAll(/[^\w-]/g, '_')
    .padEnd(MARK_LENGTH, '_')
    .slice(0, MARK_LENGTH)
