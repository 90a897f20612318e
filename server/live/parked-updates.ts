/** Updates that wait for predecessors the server has not got, kept with the author who sent them. When the author leaves
 * they go too: they were never acknowledged, so the author's next SyncStep2 brings them again. */
import * as Y from 'yjs'

/** More than this of one author is given up: by then its answer to our SyncStep1 should long have filled the gap. */
const MAX_PARKED_BYTES = 1 << 20
const MAX_PARKED_COUNT = 1000

export interface ParkedStructs {
  /** Clients whose structs are missing, and up to which clock they were known. */
  readonly missing: ReadonlyMap<number, number>
  readonly update: Uint8Array
}

export interface Rest {
  readonly structs: ParkedStructs | undefined
  readonly deletions: Uint8Array | undefined
}

interface Shelf {
  structs: ParkedStructs[]
  deletions: Uint8Array[]
  bytes: number
}

export class ParkedUpdates<Author> {
  readonly #shelves = new Map<Author, Shelf>()

  authors(): Author[] {
    return [...this.#shelves.keys()]
  }

  has(author: Author): boolean {
    return this.#shelves.has(author)
  }

  isTooMuch(author: Author): boolean {
    const shelf = this.#shelves.get(author)
    if (!shelf) return false
    return shelf.bytes > MAX_PARKED_BYTES || shelf.structs.length + shelf.deletions.length > MAX_PARKED_COUNT
  }

  add(author: Author, { structs, deletions }: Rest): void {
    const shelf = this.#shelves.get(author) ?? { structs: [], deletions: [], bytes: 0 }
    this.#shelves.set(author, shelf)
    if (structs) shelf.structs.push(structs)
    if (deletions) shelf.deletions.push(deletions)
    shelf.bytes += (structs?.update.length ?? 0) + (deletions?.length ?? 0)
  }

  forget(author: Author): void {
    this.#shelves.delete(author)
  }

  /** Tries again what may fit by now. Structs say what they miss; deletions do not, so they are tried only when their
   * author was heard, whose message is what brings what they delete.
   * @param attempt  applies, and parks again by `add` what still does not fit */
  retry(doc: Y.Doc, heard: ReadonlySet<Author>, attempt: (author: Author, apply: () => void) => void): void {
    for (const [author, shelf] of [...this.#shelves]) {
      let ready = this.#takeReady(doc, author, shelf, heard.has(author))
      // What fits may be what the next one misses; every round takes something off the shelf for good or ends.
      for (let round = 0; ready.length > 0 && round <= MAX_PARKED_COUNT; round++) {
        for (const update of ready) attempt(author, () => Y.applyUpdateV2(doc, update))
        const left = this.#shelves.get(author)
        ready = left ? this.#takeReady(doc, author, left, false) : []
      }
    }
  }

  #takeReady(doc: Y.Doc, author: Author, shelf: Shelf, withDeletions: boolean): Uint8Array[] {
    const isReady = ({ missing }: ParkedStructs): boolean => {
      for (const [client, clock] of missing) if (Y.getState(doc.store, client) > clock) return true
      return false
    }
    const structs = shelf.structs.filter(isReady)
    // Deletions that came with structs are of use only when those structs are in.
    const deletions = withDeletions || structs.length > 0 ? shelf.deletions : []
    const ready = [...structs.map(({ update }) => update), ...deletions]
    if (ready.length === 0) return ready
    shelf.structs = shelf.structs.filter(parked => !structs.includes(parked))
    if (deletions.length > 0) shelf.deletions = []
    for (const update of ready) shelf.bytes -= update.length
    if (shelf.structs.length === 0 && shelf.deletions.length === 0) this.#shelves.delete(author)
    return ready
  }
}
