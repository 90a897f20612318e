/** A class opens one link at once: fresh participants, one filled board, the time until the last of them has all of it. */
import { SYNC } from '../../../server/shared/protocol.ts'
import { makeBoard } from './board.ts'
import { Connection, clientIdOf } from './connection.ts'
import type { Contestant } from './contestants.ts'
import { CpuMeter, percentile, quiet, rssMb } from './measure.ts'

export interface JoinStormOptions {
  readonly joiners: number
  readonly shapes: number
}

export interface JoinStormResult {
  readonly boardMb: number
  readonly lastMs: number
  readonly joinMs: { p50: number; p99: number }
  readonly serverCpuSeconds: number
  /** At its highest, over what it was with the board open and one connection. */
  readonly rssGrowthMb: number
}

/** A part of the state would make any server look fast. */
const WHOLE_SHARE = 0.95
const RSS_EVERY_MS = 50

export async function measureJoinStorm(
  contestant: Contestant,
  { joiners, shapes }: JoinStormOptions,
): Promise<JoinStormResult> {
  const board = await contestant.createBoard()
  const updates = makeBoard(shapes)
  const boardBytes = updates.reduce((sum, update) => sum + update.length, 0)
  const seeder = await new Connection(contestant, board, clientIdOf(0)).open()
  for (const update of updates) seeder.update(update)
  await quiet(contestant.pid)

  const rssBefore = rssMb(contestant.pid)
  let rssPeak = rssBefore
  const rssTimer = setInterval(() => {
    rssPeak = Math.max(rssPeak, rssMb(contestant.pid))
  }, RSS_EVERY_MS)
  const meter = new CpuMeter(contestant.pid)
  const startMs = performance.now()
  const joins = Array.from({ length: joiners }, (_, i) =>
    join(contestant, board, clientIdOf(i + 1), boardBytes),
  )
  const joined = await Promise.all(joins)
  const result = {
    boardMb: boardBytes / 1e6,
    lastMs: performance.now() - startMs,
    joinMs: {
      p50: percentile(
        joined.map(({ ms }) => ms),
        0.5,
      ),
      p99: percentile(
        joined.map(({ ms }) => ms),
        0.99,
      ),
    },
    serverCpuSeconds: meter.seconds,
    rssGrowthMb: rssPeak - rssBefore,
  }
  clearInterval(rssTimer)
  for (const { connection } of joined) connection.close()
  seeder.close()
  return result
}

/** Resolves when a SyncStep2 has come and the whole board is there. */
async function join(contestant: Contestant, board: string, clientId: number, boardBytes: number) {
  const startMs = performance.now()
  const { promise: whole, resolve } = Promise.withResolvers<void>()
  let bytes = 0
  let isSynced = false
  const connection = new Connection(contestant, board, clientId, {
    sync: (step, update) => {
      if (step === SYNC.step1) return
      bytes += update.length
      isSynced ||= step === SYNC.step2
      if (isSynced && bytes > boardBytes * WHOLE_SHARE) resolve()
    },
  })
  await connection.open()
  await whole
  return { connection, ms: performance.now() - startMs }
}
