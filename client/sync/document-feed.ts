/** A document's updates on one road: its own changes, and those that come in from the server or from this browser's cache.
 *
 * Yjs encodes every change anew for whoever listens to `update`, also those that came in as an update just now; of a board of
 * 50,000 shapes that is a third of the time it takes to open. So listeners hear of an incoming update as the bytes it came in. */
import * as Y from 'yjs'

/** @param origin  of the transaction; what `apply` was given for what came in */
export type UpdateListener = (update: Uint8Array, origin: unknown) => void

export class DocumentFeed {
  readonly doc: Y.Doc
  readonly #listeners = new Set<UpdateListener>()
  readonly #stops: (() => void)[] = []
  #isHearing = false
  #incoming: Y.Transaction | undefined

  constructor(doc: Y.Doc) {
    this.doc = doc
    // From the end of an incoming transaction to the next one's (an observer may have begun one) there is nobody to encode for.
    const deafen = (transaction: Y.Transaction) => {
      if (transaction === this.#incoming) this.#hear(false)
    }
    const listen = () => this.#hear(true)
    doc.on('afterTransactionCleanup', deafen)
    doc.on('beforeObserverCalls', listen)
    this.#stops.push(
      () => doc.off('afterTransactionCleanup', deafen),
      () => doc.off('beforeObserverCalls', listen),
    )
    this.#hear(true)
  }

  /** @param listener  must not change the bytes */
  subscribe(listener: UpdateListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Applies what came in.
   * @throws Error when the bytes are no Yjs update; what could be read of them may be applied */
  apply(update: Uint8Array, origin: unknown): void {
    try {
      Y.transact(
        this.doc,
        transaction => {
          this.#incoming = transaction
          Y.applyUpdate(this.doc, update, origin)
        },
        origin,
        false,
      )
    } finally {
      this.#incoming = undefined
      this.#hear(true)
    }
    this.#tell(update, origin)
  }

  close(): void {
    this.#hear(false)
    for (const stop of this.#stops) stop()
    this.#listeners.clear()
  }

  #hear(isHearing: boolean): void {
    if (isHearing === this.#isHearing) return
    this.#isHearing = isHearing
    if (isHearing) this.doc.on('update', this.#tell)
    else this.doc.off('update', this.#tell)
  }

  readonly #tell = (update: Uint8Array, origin: unknown): void => {
    for (const listener of [...this.#listeners]) listener(update, origin)
  }
}
