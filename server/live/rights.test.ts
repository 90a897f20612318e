/** Rights where another node changes the same board, and where they run out. */
import { describe, expect, it } from 'vitest'
import { CLOSE, type CloseCode } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
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

describe('a right that runs out', () => {
  /** @param now  wall clock, ms */
  async function openBoard(now: () => number) {
    const store = new MemoryStore()
    const board = newBoard('Plan')
    await store.createBoard(board)
    const clock = new ManualClock()
    const here = new Map<FakeConnection, Role>()
    const room = {
      recheck(answerOf: (connection: FakeConnection) => Role | { code: CloseCode; reason: string }) {
        for (const connection of [...here.keys()]) {
          const answer = answerOf(connection)
          if (typeof answer === 'string') continue
          connection.close(answer.code)
          here.delete(connection)
        }
      },
    }
    const rights = new Rights({
      store,
      registry: { peek: () => room as never, rosterOf: async () => [] },
      clock,
      log: recordLog(),
      now,
      secret: 'test',
    })
    const join = async (expiresAtMs: number) => {
      const connection = new FakeConnection()
      const token = { role: 'editor', expiresAtMs } as const
      expect(await rights.enter(board.id, connection, { ...NO_CLAIMS, token })).toBeUndefined()
      here.set(connection, 'editor')
      return connection
    }
    return { clock, join }
  }

  it('ends the connection though its timer came too early and the time is up right after', async () => {
    const times = [0]
    const { clock, join } = await openBoard(() => (times.length > 1 ? times.shift() : times[0]) ?? 0)
    const kim = await join(1000)
    // Timers and the wall clock are two clocks: everybody is looked at a moment before, and is still in.
    times.splice(0, 1, 999, 1000)
    clock.advance(1000)
    expect(kim.closedWith).toBeUndefined()
    clock.advance(1)
    expect(kim.closedWith).toBe(CLOSE.unauthorized)
  })

  it('ends the connection though somebody else comes just then', async () => {
    let nowMs = 0
    const { clock, join } = await openBoard(() => nowMs)
    const kim = await join(1000)
    nowMs = 1000
    const ada = await join(5000)
    clock.advance(1)
    expect(kim.closedWith).toBe(CLOSE.unauthorized)
    expect(ada.closedWith).toBeUndefined()
    nowMs = 5000
    clock.advance(4000)
    expect(ada.closedWith).toBe(CLOSE.unauthorized)
  })
})
