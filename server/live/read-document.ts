/** Makes the Y.Doc of a stored board. A big one takes a second of the process; it is made in pieces, so that other boards get their
 * turns. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as Y from 'yjs'
import { SlicedUpdate } from '#shared/sliced-update.ts'
import { NO_SCAN_LIMITS, scanInTurns, type UpdateScan } from '#shared/update-scan.ts'
import type { Clock } from './clock.ts'
import { takeParked } from './parked-updates.ts'

/** A board as the store has it: what it was read from is its encoded state. */
export interface Stored {
  readonly snapshot: Uint8Array
  readonly updates: readonly Uint8Array[]
  /** The snapshot as a raw DEFLATE stream, where it is kept as one. */
  readonly deflated?: Uint8Array
}

export interface ReadDocument {
  readonly doc: Y.Doc
  /** State vector of the snapshot alone, without the log since. */
  readonly snapshotVector: Uint8Array
  /** Whether the log lacked something that a part of it was built upon; that part was left out. */
  readonly hasGap: boolean
}

/** Units of work in a slice, a few milliseconds' worth. */
const SLICE_UNITS = 1000
/** A transaction costs a look at each client that ever wrote, so where they are many the slices are longer. */
const UNITS_PER_CLIENT = 1 / 8
/** How long others wait, ms. */
const TURN_MS = 4

/** Letting others have their turns.
 * @param clock  by which turns are measured
 * @throws Error when the stored bytes are not Yjs updates */
export async function readDocument(stored: Stored, clock: Clock): Promise<ReadDocument> {
  const reading = reads(stored)
  let endMs = clock.nowMs() + TURN_MS
  for (let step = reading.next(); ; step = reading.next()) {
    if (step.done) return step.value
    if (clock.nowMs() < endMs) continue
    await nextTurn()
    endMs = clock.nowMs() + TURN_MS
  }
}

/** In one go.
 * @throws Error when the stored bytes are not Yjs updates */
export function readDocumentNow(stored: Stored): ReadDocument {
  const reading = reads(stored)
  let step = reading.next()
  while (!step.done) step = reading.next()
  return step.value
}

function* reads({ snapshot, updates }: Stored): Generator<undefined, ReadDocument> {
  const doc = new Y.Doc()
  yield* apply(doc, [snapshot])
  const snapshotVector = Y.encodeStateVector(doc)
  yield* apply(doc, updates)
  return { doc, snapshotVector, hasGap: takeParked(doc, 0) !== undefined }
}

/** What is small goes in together, what is large in slices. */
function* apply(doc: Y.Doc, updates: readonly Uint8Array[]): Generator<undefined, void> {
  let group: Uint8Array[] = []
  let groupUnits = 0
  const applyGroup = (): void => {
    const due = group
    group = []
    groupUnits = 0
    doc.transact(() => {
      for (const update of due) Y.applyUpdate(doc, update)
    })
  }
  for (const update of updates) {
    const scan = yield* scanStored(update)
    const { clients } = doc.store
    const maxUnits = SLICE_UNITS + (clients.size + (scan?.runs.length ?? 0)) * UNITS_PER_CLIENT
    if (scan && scan.units > maxUnits) {
      applyGroup()
      const sliced = new SlicedUpdate(update, scan)
      while (!sliced.isDone) {
        Y.applyUpdate(doc, sliced.next(maxUnits, client => Y.getState(doc.store, client)).update)
        yield undefined
      }
      continue
    }
    group.push(update)
    groupUnits += scan?.units ?? maxUnits
    if (groupUnits < maxUnits) continue
    applyGroup()
    yield undefined
  }
  applyGroup()
}

/** @returns `undefined` for what cannot be looked through: whether it can be read, Yjs says */
function* scanStored(update: Uint8Array): Generator<undefined, UpdateScan | undefined> {
  try {
    return yield* scanInTurns(update, NO_SCAN_LIMITS)
  } catch {
    return undefined
  }
}
