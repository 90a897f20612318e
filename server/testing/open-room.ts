/** A room over a store in memory, with a clock that stands still. */
import * as Y from 'yjs'
import { createBoardId } from '#shared/ids.ts'
import { encodeSync, SYNC } from '#shared/protocol.ts'
import { newBoard } from '../live/new-board.ts'
import { Room, type RoomDeps } from '../live/room.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryStore } from './memory-store.ts'
import { recordLog } from './quiet-log.ts'

/** What the server's wall clock shows. */
export const SERVER_TIME_MS = 1_700_000_000_000
export const NO_LIMITS = { maxBoardBytes: 0, maxMessageBytes: 0, maxParticipantsPerBoard: 0 }

export async function openRoom(limits: Partial<RoomDeps['limits']> = {}, shapes: Y.Doc = new Y.Doc()) {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const log = recordLog()
  const board = { ...newBoard('Test'), id: createBoardId() }
  const initialState = Y.mergeUpdates([board.initialState, Y.encodeStateAsUpdate(shapes)])
  await store.createBoard({ ...board, initialState })
  const stored = await store.load(board.id)
  if (!stored) throw new Error('the board was just made')
  const happened: string[] = []
  const room = new Room(
    stored,
    {
      store,
      clock,
      log,
      serverVersion: 'test',
      now: () => SERVER_TIME_MS,
      limits: { ...NO_LIMITS, ...limits },
    },
    {
      emptied: () => happened.push('emptied'),
      saving: isFailing => happened.push(isFailing ? 'failing' : 'recovered'),
    },
  )
  return { room, clock, store, log, happened, id: board.id }
}

/** An edit of a fresh document as an Update frame. */
export const updateFrame = (update: Uint8Array): Uint8Array => encodeSync(SYNC.update, update)

/** Collects the updates that `edit` causes, one for each transaction. */
export function updatesOf(doc: Y.Doc, edit: () => void): Uint8Array[] {
  const updates: Uint8Array[] = []
  const collect = (update: Uint8Array): void => {
    updates.push(update)
  }
  doc.on('update', collect)
  edit()
  doc.off('update', collect)
  return updates
}
