/** What can happen to several nodes, each while people draw through all of them; and what must be true afterwards: nothing that was said
 * to be saved is lost, everybody has the same, nobody is shown who is not there. */
import { setTimeout as sleep } from 'node:timers/promises'
import { hashOf } from '#shared/document-hash.ts'
import { Fleet } from './fleet.ts'
import { Guest } from './guest.ts'
import type { StopMode } from './own-postgres.ts'

export interface Fault {
  readonly name: string
  /** Makes it happen, for so long, and ends it.
   * @param told  resolves when somebody is told that nothing is saved */
  happen(fleet: Fleet, ms: number, told: () => Promise<void>): Promise<void>
  /** How long it lasts in a soak, and in a test, ms. */
  readonly soakMs: number
  readonly testMs: number
  /** It is done to a PostgreSQL that nobody else uses, and people are to be told that nothing is saved meanwhile. */
  readonly stopsPostgres?: boolean
}

export interface FaultResult {
  readonly fault: string
  readonly edits: number
  readonly saved: number
  /** What was said to be saved and is not in the database, or not with everybody. */
  readonly lost: readonly string[]
  readonly areEqual: boolean
  /** People who were told that nothing is saved, and afterwards that it is. */
  readonly toldNotSaving: number
  /** From one person to another while it happened, ms: median, and the longest. */
  readonly duringP50Ms: number
  readonly duringMaxMs: number
  /** From the fault's end until everybody had what everybody drew then, and it was saved. */
  readonly recoveryMs: number
  /** Until every node counted just those who are there. */
  readonly peopleMs: number
  /** Times that the log was read again, all nodes. */
  readonly heals: number
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a node killed with kill -9',
    soakMs: 1000,
    testMs: 500,
    async happen(fleet, ms) {
      const [node] = fleet.running
      if (node) await fleet.kill(node)
      await sleep(ms)
    },
  },
  {
    name: 'Redis killed and started again',
    soakMs: 3000,
    testMs: 1000,
    async happen({ redis }, ms) {
      await redis.kill()
      await sleep(ms)
      await redis.start()
    },
  },
  {
    name: 'Redis cut off from one node',
    soakMs: 30_000,
    testMs: 7000,
    async happen(fleet, ms) {
      const [node] = fleet.running
      node?.toRedis.die()
      await sleep(ms)
      node?.toRedis.revive()
    },
  },
  {
    name: 'PostgreSQL restarted (fast)',
    soakMs: 5000,
    testMs: 500,
    stopsPostgres: true,
    happen: (fleet, ms, told) => restartPostgres(fleet, 'fast', ms, told),
  },
  {
    name: 'PostgreSQL restarted (immediate)',
    soakMs: 5000,
    testMs: 500,
    stopsPostgres: true,
    happen: (fleet, ms, told) => restartPostgres(fleet, 'immediate', ms, told),
  },
  {
    name: 'PostgreSQL killed with kill -9',
    soakMs: 5000,
    testMs: 500,
    stopsPostgres: true,
    happen: (fleet, ms, told) => restartPostgres(fleet, 'kill', ms, told),
  },
  {
    name: 'PostgreSQL slow: 250 ms each way',
    soakMs: 20_000,
    testMs: 3000,
    async happen(fleet, ms) {
      for (const { toDatabase } of fleet.running) toDatabase.delayMs = 250
      await sleep(ms)
      for (const { toDatabase } of fleet.running) toDatabase.delayMs = 0
    },
  },
  {
    name: 'a node stands still (SIGSTOP)',
    soakMs: 20_000,
    testMs: 7000,
    async happen(fleet, ms) {
      const [node] = fleet.running
      if (!node) return
      process.kill(node.server.pid, 'SIGSTOP')
      await sleep(ms)
      process.kill(node.server.pid, 'SIGCONT')
    },
  },
  {
    name: 'messages lost: every line that listens dropped three times a second',
    soakMs: 15_000,
    testMs: 3000,
    async happen({ redis }, ms) {
      const untilMs = performance.now() + ms
      while (performance.now() < untilMs) {
        await redis.dropListeners()
        await sleep(333)
      }
    },
  },
]

export const PEOPLE = 6
const EDIT_EVERY_MS = 20
const LIMIT_MS = 90_000

/** @param ms  how long it lasts */
export async function runFault(fault: Fault, ms: number): Promise<FaultResult> {
  const fleet = await Fleet.start(3, { hasOwnPostgres: fault.stopsPostgres === true })
  try {
    return await watch(fleet, fault, ms)
  } finally {
    await fleet.dispose()
  }
}

async function watch(fleet: Fleet, fault: Fault, ms: number): Promise<FaultResult> {
  const { id } = await (fleet.running[0] as Fleet['nodes'][number]).server.createBoard()
  const guests = Array.from({ length: PEOPLE }, (_, i) => new Guest(`p${i}`, id, () => fleet.nextUrl()))
  try {
    await until('everybody is in', () => guests.every(({ isIn }) => isIn))
    await until('the nodes know of everybody', async () => areAll(await fleet.participants(id), PEOPLE))
    let edits = 0
    const drawing = setInterval(() => {
      const guest = guests[edits++ % guests.length]
      guest?.draw()
      guest?.point()
    }, EDIT_EVERY_MS)
    await sleep(500)
    const startMs = performance.now()
    await fault.happen(fleet, ms, () =>
      until('somebody is told that nothing is saved', () =>
        guests.some(({ toldNotSavingCount }) => toldNotSavingCount > 0),
      ),
    )
    clearInterval(drawing)
    const endMs = performance.now()
    const last = guests.map(guest => guest.draw())
    const hasAll = ({ marks }: Guest): boolean => last.every(key => marks.has(key))
    const counted = until('ghosts are gone', async () => areAll(await fleet.participants(id), PEOPLE)).then(
      () => performance.now() - endMs,
    )
    await until('everybody has what everybody drew, saved', () =>
      guests.every(guest => guest.isSaved && hasAll(guest)),
    )
    const recoveryMs = performance.now() - endMs
    const peopleMs = await counted
    await until('all replicas are equal', () => new Set(guests.map(hashText)).size === 1)
    // A node that starts now knows nothing but what the database has.
    const late = await fleet.add()
    const reader = new Guest('reader', id, () => late.server.url)
    await until('a new node has the board', () => reader.isIn)
    const saved = guests.flatMap(guest => [...guest.saved])
    await until('and shows it', () => hashText(reader) === hashText(guests[0] as Guest)).catch(
      () => undefined,
    )
    const everybody = [...guests, reader]
    const lost = saved.filter(key => everybody.some(({ marks }) => !marks.has(key)))
    const areEqual = new Set(everybody.map(hashText)).size === 1
    reader.leave()
    const delays = guests
      .flatMap(({ arrivals, marks }) => arrivals.map(({ key, atMs }) => atMs - (marks.get(key) ?? atMs)))
      .sort((a, b) => a - b)
    const heals = await Promise.all(fleet.running.map(node => fleet.metric(node, 'log_reads_total')))
    return {
      fault: `${fault.name}, ${Math.round((endMs - startMs) / 100) / 10} s`,
      edits,
      saved: saved.length,
      lost,
      areEqual,
      toldNotSaving: guests.filter(guest => guest.toldNotSavingCount > 0 && guest.isSaved).length,
      duringP50Ms: delays[Math.floor(delays.length / 2)] ?? Number.NaN,
      duringMaxMs: delays.at(-1) ?? Number.NaN,
      recoveryMs,
      peopleMs,
      heals: heals.reduce((sum, count) => sum + count, 0),
    }
  } finally {
    for (const guest of guests) guest.leave()
  }
}

async function restartPostgres(
  { postgres }: Fleet,
  mode: StopMode,
  ms: number,
  told: () => Promise<void>,
): Promise<void> {
  if (!postgres) throw new Error('the PostgreSQL is everybody’s')
  await postgres.stop(mode)
  await Promise.all([sleep(ms), told()])
  await postgres.start()
}

const hashText = ({ peer }: Guest): string => Buffer.from(hashOf(peer.doc)).toString('hex')
const areAll = (counts: readonly number[], count: number): boolean => counts.every(each => each === count)

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`)
    await sleep(10)
  }
}
