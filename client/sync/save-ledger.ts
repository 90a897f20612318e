/** Counts which of this person's changes the server has on disk. Pure bookkeeping: told what happens, asked how many wait.
 *
 * The server says "the first n document messages of this connection are saved"; the ledger remembers, for each message sent,
 * which updates had been made by then. People count steps (a drag, a text typed), so updates of one step wait as one change. */
export class SaveLedger {
  #updateCount = 0
  #savedCount = 0
  /** Unsaved steps, oldest first, each with the number of its last update. */
  #waiting: { step: number; lastUpdate: number }[] = []
  /** Changes of an earlier page life: saved with the first message that carries everything. */
  #earlierCount: number
  #messageCount = 0
  #hasSentAll = false
  #sent: { message: number; updates: number }[] = []

  /** @param earlierCount  changes of an earlier page life that were not saved when it ended */
  constructor(earlierCount = 0) {
    this.#earlierCount = earlierCount
  }

  get waitingCount(): number {
    return this.#earlierCount + this.#waiting.length
  }

  /** This person changed the document, as part of their `step`-th step. */
  changed(step: number): void {
    this.#updateCount++
    // A big step goes on while smaller ones are done.
    const known = this.#waiting.findLast(waiting => waiting.step === step)
    if (known) known.lastUpdate = this.#updateCount
    else this.#waiting.push({ step, lastUpdate: this.#updateCount })
  }

  /** A new connection counts its messages from the start. */
  connected(): void {
    this.#messageCount = 0
    this.#hasSentAll = false
    this.#sent = []
  }

  /** A document message went out on this connection.
   * @param isStep2  it answers the server's SyncStep1, so it carries everything that the server lacks */
  sent(isStep2: boolean): void {
    this.#messageCount++
    this.#hasSentAll ||= isStep2
    // An update that overtakes the answer to Step1 says nothing of what was done offline.
    if (this.#hasSentAll) this.#sent.push({ message: this.#messageCount, updates: this.#updateCount })
  }

  /** The server has the first `count` document messages of this connection on disk. */
  saved(count: number): void {
    const open = this.#sent.findIndex(({ message }) => message > count)
    const done = this.#sent.splice(0, open < 0 ? this.#sent.length : open)
    const last = done.at(-1)
    if (!last) return
    this.#earlierCount = 0
    this.#savedCount = Math.max(this.#savedCount, last.updates)
    this.#waiting = this.#waiting.filter(({ lastUpdate }) => lastUpdate > this.#savedCount)
  }
}
