/** One Yjs update as a sequence of smaller ones that, applied in order, come to the same. Each has room for so many units of
 * work, so that a message of megabytes can be taken in between other people's.
 *
 * What a struct builds upon goes before it, wherever in the update it stands: otherwise Yjs would set the slice aside. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { StructReader } from './struct-reader.ts'
import { NO_SCAN_LIMITS, scanInTurns, type UpdateScan } from './update-scan.ts'

/** A run of structs of one client that is being worked off. */
interface Cursor {
  readonly client: number
  /** Offset and clock of its next struct. */
  at: number
  clock: number
  left: number
  /** Whether it waits on the stack for what its next struct builds upon. */
  isWaiting: boolean
}

/** A range may delete any number of structs; so many clocks of it count as a unit of work. */
const CLOCKS_PER_UNIT = 4

/** The slices of an update that was let in before, with `undefined` now and then where looking ahead takes long.
 * @param maxUnits  of work in a slice
 * @param stateOf  up to which clock the document has a client's structs
 * @throws Error for what is no update, before the first slice */
export function* sliceUpdate(
  update: Uint8Array,
  maxUnits: number,
  stateOf: (client: number) => number,
): Generator<Uint8Array | undefined, void> {
  const sliced = new SlicedUpdate(update, yield* scanInTurns(update, NO_SCAN_LIMITS))
  while (!sliced.isDone) yield sliced.next(maxUnits, stateOf).update
}

export class SlicedUpdate {
  readonly #update: Uint8Array
  readonly #reader: StructReader
  readonly #cursors: Cursor[]
  readonly #byClient = new Map<number, Cursor>()
  /** Those whose next struct waits for a struct of the one above. */
  readonly #stack: Cursor[] = []
  #cursorIndex = 0
  readonly #deletions: decoding.Decoder
  #deleterCount: number
  #deleter = 0
  #rangeCount = 0
  /** The part of a range that is still to come. */
  #range: { clock: number; end: number } | undefined

  constructor(update: Uint8Array, { runs, deletionsStart }: UpdateScan) {
    this.#update = update
    this.#reader = new StructReader(update)
    this.#cursors = runs.map(({ client, clock, structCount, start }) => ({
      client,
      at: start,
      clock,
      left: structCount,
      isWaiting: false,
    }))
    for (const cursor of this.#cursors) this.#byClient.set(cursor.client, cursor)
    this.#deletions = decoding.createDecoder(update)
    this.#deletions.pos = deletionsStart
    this.#deleterCount = decoding.readVarUint(this.#deletions)
    this.#nextRange()
  }

  get isDone(): boolean {
    return !this.#current() && !this.#range
  }

  /** @param maxUnits  of work; at least one struct or range is taken
   * @param stateOf  up to which clock the document has a client's structs */
  next(maxUnits: number, stateOf: (client: number) => number): { update: Uint8Array; units: number } {
    const structs = this.#takeStructs(maxUnits)
    const left = maxUnits - structs.units
    // Deletions come last, when all that they delete is in.
    const deletions =
      !this.#current() && (left > 0 || structs.units === 0) ? this.#takeDeletions(left, stateOf) : undefined
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, structs.taken.size)
    for (const [cursor, { count, clock, start, end }] of structs.taken) {
      encoding.writeVarUint(encoder, count)
      encoding.writeVarUint(encoder, cursor.client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeUint8Array(encoder, this.#update.subarray(start, end))
    }
    encoding.writeVarUint(encoder, deletions?.ranges.size ?? 0)
    for (const [client, ranges] of deletions?.ranges ?? []) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length / 2)
      for (const number of ranges) encoding.writeVarUint(encoder, number)
    }
    return { update: encoding.toUint8Array(encoder), units: structs.units + (deletions?.units ?? 0) }
  }

  #takeStructs(maxUnits: number) {
    const taken = new Map<Cursor, { count: number; clock: number; start: number; end: number }>()
    const reader = this.#reader
    let units = 0
    for (let cursor = this.#current(); cursor && units < maxUnits; cursor = this.#current()) {
      reader.decoder.pos = cursor.at
      const start = cursor.at
      const needed = this.#neededBy(cursor)
      if (needed) {
        cursor.isWaiting = true
        this.#stack.push(needed)
        units += 1 / 8 // reading a struct's head over and over is work, too
        continue
      }
      reader.decoder.pos = start
      const length = reader.struct()
      const slice = taken.get(cursor) ?? { count: 0, clock: cursor.clock, start, end: 0 }
      slice.count++
      slice.end = reader.decoder.pos
      taken.set(cursor, slice)
      units += reader.unitsSince(start)
      cursor.at = reader.decoder.pos
      cursor.clock += length
      cursor.left--
      // Whoever waits for it looks again.
      if (this.#stack.at(-1) === cursor) this.#stack.pop()
      const waiting = this.#stack.at(-1) ?? this.#cursors[this.#cursorIndex]
      if (waiting) waiting.isWaiting = false
    }
    return { taken, units }
  }

  /** Whose next struct is to come. */
  #current(): Cursor | undefined {
    const top = this.#stack.at(-1)
    if (top) return top
    while (this.#cursors[this.#cursorIndex]?.left === 0) this.#cursorIndex++
    return this.#cursors[this.#cursorIndex]
  }

  /** Whose structs the next struct of `cursor` builds upon and are still to come. Those who wait for each other, as no honest
   * ones do, are taken as they stand, and Yjs sets them aside. */
  #neededBy(cursor: Cursor): Cursor | undefined {
    this.#reader.header()
    const { dependencies, dependencyCount } = this.#reader
    for (let i = 0; i < dependencyCount * 2; i += 2) {
      const needed = this.#byClient.get(dependencies[i] ?? 0)
      const clock = dependencies[i + 1] ?? 0
      const isToCome = needed && needed !== cursor && needed.left > 0 && needed.clock <= clock
      if (isToCome && !needed.isWaiting) return needed
    }
    return undefined
  }

  #takeDeletions(maxUnits: number, stateOf: (client: number) => number) {
    const ranges = new Map<number, number[]>()
    let units = 0
    do {
      const range = this.#range
      if (!range) break
      const client = this.#deleter
      const state = stateOf(client)
      const { clock } = range
      // What is not there yet costs nothing, and goes in one piece.
      const most =
        clock < state ? clock + Math.max(1, Math.floor((maxUnits - units) * CLOCKS_PER_UNIT)) : range.end
      const end = most >= state && clock < state ? Math.min(range.end, state) : Math.min(range.end, most)
      const list = ranges.get(client) ?? []
      ranges.set(client, list)
      list.push(clock, end - clock)
      units += 1 + (clock < state ? (end - clock) / CLOCKS_PER_UNIT : 0)
      range.clock = end
      if (end >= range.end) this.#nextRange()
    } while (units < maxUnits)
    return { ranges, units }
  }

  #nextRange(): void {
    const decoder = this.#deletions
    this.#range = undefined
    while (this.#rangeCount === 0) {
      if (this.#deleterCount === 0) return
      this.#deleterCount--
      this.#deleter = decoding.readVarUint(decoder)
      this.#rangeCount = decoding.readVarUint(decoder)
    }
    this.#rangeCount--
    const clock = decoding.readVarUint(decoder)
    this.#range = { clock, end: clock + decoding.readVarUint(decoder) }
  }
}
