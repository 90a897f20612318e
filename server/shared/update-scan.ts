/** Goes through a Yjs update (first format) before anything is made of it: whether it is one, how much work it holds, and where
 * its parts are. */
import * as decoding from 'lib0/decoding'
import { OverweightUpdate, StructReader } from './struct-reader.ts'

/** The structs that one client contributes, in the order of their clocks. */
export interface Run {
  readonly client: number
  /** Clock of its first struct. */
  readonly clock: number
  readonly structCount: number
  /** Offset of its first struct. */
  readonly start: number
}

export interface UpdateScan {
  readonly runs: readonly Run[]
  /** Offset of the delete set. */
  readonly deletionsStart: number
  /** What it costs to apply: structs, deleted ranges, and what their contents weigh. */
  readonly units: number
  /** Names of root types that it writes to. */
  readonly roots: ReadonlySet<string>
}

/** What an update may hold, see `limitsOf`. */
export interface ScanLimits {
  /** Structs and deleted ranges; a client counts as many. */
  readonly maxCount: number
}

/** For what was let in before. */
export const NO_SCAN_LIMITS: ScanLimits = { maxCount: Number.POSITIVE_INFINITY }

/** A board that was drawn has 60 bytes a struct, the tersest honest input (each key typed by another client) 12. */
const BYTES_PER_CHANGE = 8
/** A client stays on the board for ever and costs every transaction. */
const UNITS_PER_RUN = 16
/** How many structs are looked at in one turn. */
const STRUCTS_PER_TURN = 2000

/** @param maxMessageBytes  0 for no limit */
export const limitsOf = (maxMessageBytes: number): ScanLimits => ({
  maxCount:
    maxMessageBytes === 0 ? Number.POSITIVE_INFINITY : Math.max(1000, maxMessageBytes / BYTES_PER_CHANGE),
})

/** @throws OverweightUpdate for one that asks for too much; Error for what is none: a struct without length would be stored
 * where lookups by clock cannot find their way past it */
export function scanUpdate(update: Uint8Array, limits: ScanLimits): UpdateScan {
  const scanning = scanInTurns(update, limits)
  let step = scanning.next()
  while (!step.done) step = scanning.next()
  return step.value
}

/** The same, pausing now and then for who has something else to do. */
export function* scanInTurns(update: Uint8Array, { maxCount }: ScanLimits): Generator<undefined, UpdateScan> {
  const reader = new StructReader(update)
  const { decoder } = reader
  const runs: Run[] = []
  const seen = new Set<number>()
  let units = 0
  let count = 0
  const take = (moreUnits: number, more = moreUnits): void => {
    units += moreUnits
    count += more
    if (count > maxCount)
      throw new OverweightUpdate(`more than ${Math.floor(maxCount)} changes in one message`)
  }
  /** Refuses by what is announced, before it is read. */
  const announce = (more: number): void => {
    if (count + more > maxCount) take(0, more)
  }
  const runCount = decoding.readVarUint(decoder)
  for (let i = 0; i < runCount; i++) {
    const structCount = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    // Yjs would forget the first of two runs.
    if (seen.has(client)) throw new Error(`client ${client} twice`)
    seen.add(client)
    runs.push({ client, clock, structCount, start: decoder.pos })
    take(UNITS_PER_RUN)
    announce(structCount)
    for (let n = 0; n < structCount; n++) {
      const start = decoder.pos
      const length = reader.struct()
      if (length === 0 || !Number.isSafeInteger(clock + length)) {
        throw new Error(`struct ${client}:${clock} has length ${length}`)
      }
      clock += length
      take(reader.unitsSince(start), 1)
      if (n % STRUCTS_PER_TURN === STRUCTS_PER_TURN - 1) yield undefined
    }
  }
  const deletionsStart = decoder.pos
  const deleterCount = decoding.readVarUint(decoder)
  for (let i = 0; i < deleterCount; i++) {
    decoding.readVarUint(decoder)
    const rangeCount = decoding.readVarUint(decoder)
    announce(rangeCount)
    take(1)
    for (let n = 0; n < rangeCount; n++) {
      if (!Number.isSafeInteger(decoding.readVarUint(decoder) + decoding.readVarUint(decoder))) {
        throw new Error('a deletion without an end')
      }
      take(1)
    }
  }
  return { runs, deletionsStart, units, roots: reader.roots }
}
