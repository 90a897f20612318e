/** Updates that wait for predecessors the server has not got, kept with the author who sent them. When the author leaves
 * they go too: they were never acknowledged, so the author's next SyncStep2 brings them again. */
import * as Y from 'yjs'

/** More than this of one author is given up: by then its answer to our SyncStep1 should long have filled the gap. */
const MAX_PARKED_BYTES = 1 << 20
const MAX_PARKED_COUNT = 1000
/** Yjs keeps it in a format in which a few bytes may be any number of structs; when it fits, all is applied at once. */
const MAX_PARKED_UNITS = 10_000

export interface ParkedStructs {
  /** Clients whose structs are missing, and up to which clock they were known. */
  readonly missing: ReadonlyMap<number, number>
  readonly update: Uint8Array
}

export interface Rest {
  readonly structs: ParkedStructs | undefined
  readonly deletions: Uint8Array | undefined
  /** What it costs to apply them, as `update-scan.ts` counts. */
  readonly units: number
}

interface Parked {
  /** Undefined for deletions. */
  readonly missing: ReadonlyMap<number, number> | undefined
  readonly update: Uint8Array
  readonly units: number
}

interface Shelf {
  parked: Parked[]
  bytes: number
  units: number
}

/** Takes out what Yjs has set aside for missing predecessors: updates in its second format, as it keeps them.
 * @param units  what it costs to apply them */
export function takeParked(doc: Y.Doc, units: number): Rest | undefined {
  const { pendingStructs, pendingDs } = doc.store
  if (!pendingStructs && !pendingDs) return undefined
  doc.store.pendingStructs = null
  doc.store.pendingDs = null
  return { structs: pendingStructs ?? undefined, deletions: pendingDs ?? undefined, units }
}

function isReady(doc: Y.Doc, { missing }: Parked): boolean {
  for (const [client, clock] of missing ?? []) if (Y.getState(doc.store, client) > clock) return true
  return false
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
    const { parked, bytes, units } = shelf
    return bytes > MAX_PARKED_BYTES || parked.length > MAX_PARKED_COUNT || units > MAX_PARKED_UNITS
  }

  add(author: Author, { structs, deletions, units }: Rest): void {
    if (structs) this.#put(author, { ...structs, units })
    if (deletions) this.#put(author, { missing: undefined, update: deletions, units: structs ? 0 : units })
  }

  forget(author: Author): void {
    this.#shelves.delete(author)
  }

  /** Tries again what may fit by now. Structs say what they miss; deletions do not, so they are tried only when their
   * author was heard, whose message is what brings what they delete.
   * @param attempt  applies an update of the second format, and parks again by `add` what still does not fit
   * @param isTimeUp  asked after each; what is ready and not tried stays */
  retry(
    doc: Y.Doc,
    heard: ReadonlySet<Author>,
    attempt: (author: Author, units: number, update: Uint8Array) => void,
    isTimeUp: () => boolean,
  ): void {
    for (const [author, shelf] of [...this.#shelves]) {
      let ready = this.#takeReady(doc, author, shelf, heard.has(author))
      // What fits may be what the next one misses; every round takes something off the shelf for good or ends.
      for (let round = 0; ready.length > 0 && round <= MAX_PARKED_COUNT; round++) {
        for (const parked of ready) {
          if (isTimeUp()) this.#put(author, parked)
          else attempt(author, parked.units, parked.update)
        }
        const left = this.#shelves.get(author)
        ready = left && !isTimeUp() ? this.#takeReady(doc, author, left, false) : []
      }
    }
  }

  hasReady(doc: Y.Doc): boolean {
    for (const { parked } of this.#shelves.values()) if (parked.some(each => isReady(doc, each))) return true
    return false
  }

  #put(author: Author, parked: Parked): void {
    const shelf = this.#shelves.get(author) ?? { parked: [], bytes: 0, units: 0 }
    this.#shelves.set(author, shelf)
    shelf.parked.push(parked)
    shelf.bytes += parked.update.length
    shelf.units += parked.units
  }

  #takeReady(doc: Y.Doc, author: Author, shelf: Shelf, withDeletions: boolean): Parked[] {
    const structs = new Set(shelf.parked.filter(parked => isReady(doc, parked)))
    // Deletions that came with structs are of use only when those structs are in.
    const areDeletionsReady = withDeletions || structs.size > 0
    const ready: Parked[] = []
    const left: Parked[] = []
    for (const parked of shelf.parked) {
      const isTaken = parked.missing ? structs.has(parked) : areDeletionsReady
      if (isTaken) ready.push(parked)
      else left.push(parked)
    }
    if (ready.length === 0) return ready
    shelf.parked = left
    for (const { update, units } of ready) {
      shelf.bytes -= update.length
      shelf.units -= units
    }
    if (left.length === 0) this.#shelves.delete(author)
    // What deletes comes after what it may delete.
    return ready.toSorted((a, b) => Number(!a.missing) - Number(!b.missing))
  }
}
