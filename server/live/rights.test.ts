/** Rights where another node changes the same board. */
import { expect, it } from 'vitest'
import { NO_CLAIMS } from '../access/judge.ts'
import type { AccessChange, AccessRecord } from '../store/access-record.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { newBoard } from './new-board.ts'
import { Rights } from './rights.ts'

it('a change that was decided on what another node has changed meanwhile is decided again, and neither is lost', async () => {
  const store = new MemoryStore()
  const board = newBoard('Plan')
  await store.createBoard(board)
  const openNode = () =>
    new Rights({
      store,
      registry: { peek: () => undefined, rosterOf: async () => [] },
      clock: new ManualClock(),
      log: recordLog(),
      now: () => 0,
      secret: 'test',
    })
  const [left, right] = [openNode(), openNode()]
  // Somebody is on the board, so the node has its record in memory.
  await left.enter(board.id, new FakeConnection(), NO_CLAIMS)
  await right.change(board.id, () => [{ kind: 'settings', anyone: 'viewer', state: 'open' }])
  const seen: number[] = []
  const lock = ({ version, anyone }: AccessRecord): AccessChange[] => {
    seen.push(version)
    return [{ kind: 'settings', anyone, state: 'locked' }]
  }
  expect(await left.change(board.id, lock)).toMatchObject({ version: 2, anyone: 'viewer', state: 'locked' })
  expect(seen).toEqual([0, 1])
})
