/** The Y.Doc of one open board. Takes a tick's updates in one transaction and says what came of each; knows nothing of
 * sockets, frames or the store.
 *
 * Yjs keeps an update whose predecessors are missing inside the document and says nothing. Here it is taken out again and
 * parked with its author: it is not acknowledged, it is bounded, and it delays nobody else. */
import * as Y from 'yjs'
import { metaOf, readName, shapesOf } from '#shared/board/layout.ts'
import { hashOf } from '#shared/document-hash.ts'
import { MAX_ROOTS } from '#shared/struct-reader.ts'
import { NO_SCAN_LIMITS, scanUpdate, type UpdateScan } from '#shared/update-scan.ts'
import { errorText } from '../log.ts'
import type { BoardFacts } from '../store/store.ts'
import { mend, type Repair } from './authority.ts'
import type { Inbound } from './inbox.ts'
import { MAX_NESTING, trimNesting } from './nesting.ts'
import { ParkedUpdates, type Rest, takeParked } from './parked-updates.ts'
import { readDocumentNow, type Stored } from './read-document.ts'
import type { DecodedUpdate } from './struct-places.ts'
import { WriteGate, type WriteGateOptions } from './write-gate.ts'
import type { Objection } from './write-rules.ts'

export interface Change {
  /** Everything that the batch changed, as one update. */
  readonly update: Uint8Array
  /** The state vector before it, for readers who will not get it now. */
  before(): Uint8Array
}

export interface Applied<Author> {
  readonly change: Change | undefined
  /** Who has made all of the change, and so has it. */
  readonly sole: Author | undefined
  /** Authors of updates that are no updates. */
  readonly broken: ReadonlyMap<Author, string>
  /** Authors whose updates the board has no room for. */
  readonly tooBig: ReadonlySet<Author>
  /** Authors of what is not theirs to do, and why not. */
  readonly refused: ReadonlyMap<Author, Objection>
  /** Authors of whom something was newly parked. */
  readonly parked: ReadonlySet<Author>
  /** Authors of whom nothing is parked any more. */
  readonly unparked: ReadonlySet<Author>
  /** Authors who have parked more than is kept. */
  readonly parkedTooMuch: ReadonlySet<Author>
  /** Authors of what broke the schema and was mended, with the first thing that was. */
  readonly repaired: ReadonlyMap<Author, Repair['what']>
}

/** Below this share of new bytes a measured size is not measured again, because encoding a big board is slow. */
const REMEASURE_SHARE = 1 / 8
/** Each page that ever wrote is one Yjs client, and Yjs goes through all of them in every transaction: some 15 ms for these. */
const MAX_CLIENTS = 50_000

export class BoardDocument<Author> {
  /** Whether the stored log lacked something that a part of it was built upon; that part was left out. */
  readonly hasGap: boolean
  readonly #doc: Y.Doc
  readonly #maxBytes: number
  readonly #parked = new ParkedUpdates<Author>()
  readonly #parkedElsewhere = new ParkedUpdates<'elsewhere'>()
  readonly #gate: WriteGate<Author>
  #change: Change | undefined
  /** Both as of the last change, made when asked for. */
  #hash: Uint8Array | undefined
  #snapshot: Y.Snapshot | undefined
  #shapeCount: number
  #name: string
  /** Bytes of the whole state when last encoded, and of the updates since: their sum is never too small. */
  #measuredBytes: number
  #sinceBytes = 0
  /** A few bytes may have deleted much since it was measured. */
  #hasDeleted = false

  /** State vector of the snapshot that it was read from. */
  readonly snapshotVector: Uint8Array

  /** @param maxBytes  0 for no limit
   * @param gate  what authors may do; everything unless given
   * @param read  what `stored` comes to
   * @throws Error when the stored bytes are not Yjs updates */
  constructor(
    stored: Stored,
    maxBytes: number,
    gate: WriteGateOptions<Author> = { writerOf: () => undefined, nowMs: () => 0 },
    { doc, hasGap, snapshotVector } = readDocumentNow(stored),
  ) {
    this.hasGap = hasGap
    this.snapshotVector = snapshotVector
    this.#doc = doc
    this.#gate = new WriteGate(doc, gate)
    this.#maxBytes = maxBytes
    this.#measuredBytes = stored.snapshot.length
    for (const update of stored.updates) this.#sinceBytes += update.length
    this.#shapeCount = shapesOf(doc).size
    this.#name = readName(doc)
    doc.on('update', (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      this.#hash = undefined
      this.#snapshot = undefined
      this.#hasDeleted ||= transaction.deleteSet.clients.size > 0
      this.#change = { update, before: () => Y.encodeStateVector(transaction.beforeState) }
    })
    // Y.Map's own size walks every key there ever was.
    shapesOf(doc).observe(event => {
      for (const { action } of event.keys.values()) {
        if (action === 'add') this.#shapeCount++
        else if (action === 'delete') this.#shapeCount--
      }
    })
  }

  get facts(): BoardFacts {
    return { name: this.#name, shapeCount: this.#shapeCount }
  }

  /** How large the whole state is at most, bytes. */
  get bytes(): number {
    return this.#measuredBytes + this.#sinceBytes
  }

  /** Applies updates in one transaction. One that is broken changes at most what could be read of it, and nothing of the
   * others'.
   * @param batch  is asked for one at a time; the next when the last one is in
   * @param isTimeUp  asked before something parked is tried again */
  apply(batch: Iterable<Inbound<Author>>, isTimeUp = () => false): Applied<Author> {
    const broken = new Map<Author, string>()
    const tooBig = new Set<Author>()
    const refused = new Map<Author, Objection>()
    const parked = new Set<Author>()
    const authorOf = new Map<number, Author>()
    const tried = new Set<Author>()
    let isTrimmed = false
    let repairs: readonly Repair[] = []
    const wereParked = this.#parked.authors()
    this.#change = undefined
    const attempt = (
      author: Author,
      units: number,
      update: Uint8Array,
      format: Format,
      roots?: ReadonlySet<string>,
    ): void => {
      let rest: Rest | undefined
      tried.add(author)
      try {
        const check = this.#gate.check(author, roots, () => format.decode(update))
        if (check?.kind === 'refused') refused.set(author, check.objection)
        // All of it waits: what is left out of an update is not what was looked at.
        else if (check?.kind === 'incomplete') rest = restOf(update, format, check.missing, units)
        else format.apply(this.#doc, update)
      } catch (error) {
        broken.set(author, errorText(error))
      }
      rest ??= takeParked(this.#doc, units)
      if (!rest) return
      this.#parked.add(author, rest)
      parked.add(author)
    }
    this.#doc.transact(transaction => {
      const heard = new Set<Author>()
      for (const { author, update, scan: known, messageBytes } of batch) {
        heard.add(author)
        if (isEmptyUpdate(update) || broken.has(author)) continue
        let scan: UpdateScan
        try {
          // To its end before any of it is applied: Yjs reads the deletions last, when the rest is already in.
          // What a message may hold is the inbox's to say.
          scan = known ?? scanUpdate(update, NO_SCAN_LIMITS)
        } catch (error) {
          broken.set(author, errorText(error))
          continue
        }
        if (!this.#hasRoomFor(update, messageBytes ?? update.length, scan)) {
          tooBig.add(author)
          continue
        }
        for (const { client } of scan.runs) authorOf.set(client, author)
        attempt(author, scan.units, update, V1, scan.roots)
      }
      this.#parked.retry(
        this.#doc,
        heard,
        (author, units, update) => attempt(author, units, update, V2),
        isTimeUp,
      )
      for (const client of trimNesting(transaction)) {
        isTrimmed = true
        const author = authorOf.get(client)
        if (author !== undefined) broken.set(author, `types nested more than ${MAX_NESTING} deep`)
      }
      repairs = mend(this.#doc, transaction, this.#shapeCount)
    })
    const change = this.#takeChange()
    const unparked = new Set([...wereParked].filter(author => !this.#parked.has(author)))
    const parkedTooMuch = new Set([...parked].filter(author => this.#parked.isTooMuch(author)))
    const repaired = new Map<Author, Repair['what']>()
    for (const { client, what } of repairs) {
      const author = authorOf.get(client)
      if (author !== undefined && !repaired.has(author)) repaired.set(author, what)
    }
    const [sole] = tried.size === 1 && repairs.length === 0 && !isTrimmed ? tried : []
    return { change, sole, broken, tooBig, refused, parked, unparked, parkedTooMuch, repaired }
  }

  /** Takes in what other nodes have taken, in one transaction: it is on the board already, so nothing of it is refused or mended.
   * @param batch  is asked for one at a time, see `apply`
   * @returns what of it was no update, too */
  merge(
    batch: Iterable<Pick<Inbound<unknown>, 'update' | 'scan'>>,
    isTimeUp = () => false,
  ): { change: Change | undefined; broken: readonly string[] } {
    const broken: string[] = []
    this.#change = undefined
    const attempt = (units: number, update: Uint8Array, format: Format): void => {
      try {
        format.apply(this.#doc, update)
      } catch (error) {
        broken.push(errorText(error))
      }
      const rest = takeParked(this.#doc, units)
      if (rest) this.#parkedElsewhere.add('elsewhere', rest)
    }
    this.#doc.transact(() => {
      for (const { update, scan } of batch) {
        if (!isEmptyUpdate(update)) attempt(scan?.units ?? 0, update, V1)
      }
      this.#parkedElsewhere.retry(
        this.#doc,
        new Set(['elsewhere'] as const),
        (_author, units, update) => attempt(units, update, V2),
        isTimeUp,
      )
    })
    return { change: this.#takeChange(), broken }
  }

  /** @returns what changed, if that is another name than before */
  rename(name: string): Change | undefined {
    this.#change = undefined
    if (name !== this.#name) this.#doc.transact(() => metaOf(this.#doc).set('name', name))
    return this.#takeChange()
  }

  /** Whether something that other nodes have taken waits for what it builds upon: then the document lacks a part of the log. */
  get hasParkedElsewhere(): boolean {
    return this.#parkedElsewhere.has('elsewhere')
  }

  /** Whether more of it waits than should. */
  get hasParkedTooMuchElsewhere(): boolean {
    return this.#parkedElsewhere.isTooMuch('elsewhere')
  }

  forgetElsewhere(): void {
    this.#parkedElsewhere.forget('elsewhere')
  }

  /** Whether applying it would change anything.
   * @returns true for what is no update, too: applying it says what is wrong with it */
  isNews(update: Uint8Array): boolean {
    if (isEmptyUpdate(update)) return false
    try {
      // Linear in the structs of the document, like the hash.
      this.#snapshot ??= Y.snapshot(this.#doc)
      return !Y.snapshotContainsUpdate(this.#snapshot, update)
    } catch {
      return true
    }
  }

  /** Whether something parked fits now, and waits only for a tick with time for it. */
  get hasReady(): boolean {
    return this.#parked.hasReady(this.#doc)
  }

  /** The same of what other nodes have taken. */
  get hasReadyElsewhere(): boolean {
    return this.#parkedElsewhere.hasReady(this.#doc)
  }

  hasParked(author: Author): boolean {
    return this.#parked.has(author)
  }

  forget(author: Author): void {
    this.#parked.forget(author)
    this.#gate.forget(author)
  }

  /** Up to which clock it has the structs of a Yjs client. */
  stateOf(client: number): number {
    return Y.getState(this.#doc.store, client)
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#doc)
  }

  /** What it comes to, see document-hash.ts. Counted once until the next change. */
  hash(): Uint8Array {
    this.#hash ??= hashOf(this.#doc)
    return this.#hash
  }

  /** The whole state as one update. */
  encode(): Uint8Array {
    const bytes = Y.encodeStateAsUpdate(this.#doc)
    this.#measured(bytes.length)
    return bytes
  }

  /** The same in the pieces it is made in: joining them takes as much memory again. */
  encodeInPieces(): readonly Uint8Array[] {
    const encoder = new PieceEncoder()
    Y.encodeStateAsUpdateV2(this.#doc, EMPTY_STATE_VECTOR, encoder)
    this.#measured(encoder.pieces.reduce((sum, { length }) => sum + length, 0))
    return encoder.pieces
  }

  /** What somebody with that state vector lacks.
   * @param stateVector  one that `isStateVector` */
  diff(stateVector: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc, stateVector)
  }

  destroy(): void {
    this.#doc.destroy()
  }

  #measured(bytes: number): void {
    this.#measuredBytes = bytes
    this.#sinceBytes = 0
    this.#hasDeleted = false
  }

  #takeChange(): Change | undefined {
    const change = this.#change
    this.#change = undefined
    if (change) {
      this.#sinceBytes += change.update.length
      this.#name = readName(this.#doc)
    }
    return change
  }

  /** Updates that only delete are always let in: they are how a full board becomes smaller. */
  #hasRoomFor(update: Uint8Array, bytes: number, { runs, roots }: UpdateScan): boolean {
    if (this.#maxBytes === 0 || update[0] === 0) return true
    const { clients } = this.#doc.store
    const newCount = runs.reduce((count, { client }) => count + (clients.has(client) ? 0 : 1), 0)
    if (newCount > 0 && clients.size + newCount > MAX_CLIENTS) return false
    const { share } = this.#doc
    if (share.size + roots.size > MAX_ROOTS && [...roots].some(name => !share.has(name))) return false
    if (this.bytes + bytes <= this.#maxBytes) return true
    if (this.#hasDeleted || this.#sinceBytes > this.#measuredBytes * REMEASURE_SHARE) this.encode()
    return this.bytes + bytes <= this.#maxBytes
  }
}

/** Yjs' two formats of an update: the wire's, and the one it parks in. */
interface Format {
  apply(doc: Y.Doc, update: Uint8Array): void
  decode(update: Uint8Array): DecodedUpdate
  toV2(update: Uint8Array): Uint8Array
}
const V1: Format = { apply: Y.applyUpdate, decode: Y.decodeUpdate, toV2: Y.convertUpdateFormatV1ToV2 }
const V2: Format = {
  apply: Y.applyUpdateV2,
  decode: update => Y.decodeUpdateV2(update),
  toV2: update => update,
}

const restOf = (
  update: Uint8Array,
  format: Format,
  missing: ReadonlyMap<number, number>,
  units: number,
): Rest => ({ structs: { missing, update: format.toV2(update) }, deletions: undefined, units })

const EMPTY_STATE_VECTOR = Uint8Array.of(0)

/** Yjs asks its encoder for one array at the end; here that one is not made. */
class PieceEncoder extends Y.UpdateEncoderV1 {
  pieces: Uint8Array[] = []

  override toUint8Array(): Uint8Array {
    const { bufs, cbuf, cpos } = this.restEncoder
    this.pieces = [...bufs, cbuf.subarray(0, cpos)]
    return EMPTY_STATE_VECTOR
  }
}

export function isStateVector(bytes: Uint8Array): boolean {
  try {
    Y.decodeStateVector(bytes)
    return true
  } catch {
    return false // bytes that end early: untrusted like everything that comes in
  }
}

/** A SyncStep2 of somebody who has nothing new. */
export const EMPTY_UPDATE: Uint8Array = Uint8Array.of(0, 0)

const isEmptyUpdate = (update: Uint8Array): boolean =>
  update.length === 2 && update[0] === 0 && update[1] === 0
