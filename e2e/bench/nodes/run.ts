/** `npm run bench:nodes [-- --nodes 3 --part delay]`: what nodes cost and gain, over a PostgreSQL and a Redis of the run's own. The same people draw as
 * much on one, two and three nodes: on many boards, each on one node as behind a proxy that hashes the board's address; and on one
 * board that is spread over all of them. First few changes, for what each takes and costs; then as many as are taken (throughput.ts). Everything shares this
 * machine's cores, so what is told is cost and delay, not how much more a second machine takes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Fleet } from '../../nodes/fleet.ts'
import { Guest } from '../../nodes/guest.ts'
import { toldOf, watchCpu } from './cpu.ts'
import { measureThroughput, THROUGHPUT_HEADER } from './throughput.ts'

const PEOPLE = 12
const BOARDS = 4
const EDITS_PER_SECOND = 40
const RUN_MS = 10_000
const WARM_UP_MS = 2000
/** PostgreSQL's own counts lag behind by as much. */
const COUNTS_MS = 1500

const { values } = parseArgs({
  options: { nodes: { type: 'string', default: '1,2,3' }, part: { type: 'string', default: 'delay,most' } },
})
const nodeCounts = values.nodes.split(',').map(Number)

interface Counts {
  readonly transactions: number
  readonly walBytes: number
  readonly publishes: number
  readonly redisBytes: number
}

if (values.part.includes('delay')) {
  console.log(
    '| nodes | boards | changes/s | to others on the node, median · p95 | on other nodes, median · p95 | CPU, cores: nodes · PostgreSQL · Redis · load | PostgreSQL: transactions, WAL bytes a change | Redis: messages, bytes in and out a change |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const nodeCount of nodeCounts) {
    const fleet = await Fleet.start(nodeCount, { isDirect: true, hasOwnPostgres: true })
    try {
      for (const boardCount of [BOARDS, 1]) console.log(await measure(fleet, nodeCount, boardCount))
    } finally {
      await fleet.dispose()
    }
  }
}
if (values.part.includes('most')) {
  console.log(THROUGHPUT_HEADER.join('\n'))
  for (const nodeCount of nodeCounts) console.log((await measureThroughput(nodeCount)).join('\n'))
}
process.exit(0)

async function measure(fleet: Fleet, nodeCount: number, boardCount: number): Promise<string> {
  const { nodes } = fleet
  const urlOf = (i: number): string => nodes[i % nodeCount]?.server.url ?? ''
  const boards = await Promise.all(
    Array.from({ length: boardCount }, () => (nodes[0] as (typeof nodes)[number]).server.createBoard()),
  )
  const people = Array.from({ length: PEOPLE }, (_, i) => {
    const home = boardCount === 1 ? i : i % boardCount
    const board = boards[i % boardCount]?.id ?? ''
    return { home: home % nodeCount, guest: new Guest(`n${home % nodeCount}-${i}`, board, () => urlOf(home)) }
  })
  while (!people.every(({ guest }) => guest.isIn)) await sleep(10)
  let edits = 0
  const drawing = setInterval(() => people[edits++ % PEOPLE]?.guest.draw(), 1000 / EDITS_PER_SECOND)
  await sleep(WARM_UP_MS)
  for (const { guest } of people) guest.arrivals.length = 0
  const before = await count(fleet)
  const cpu = watchCpu(fleet)
  const editsBefore = edits
  const startMs = performance.now()
  await sleep(RUN_MS)
  const made = edits - editsBefore
  const seconds = (performance.now() - startMs) / 1000
  const shares = cpu()
  clearInterval(drawing)
  await sleep(COUNTS_MS)
  const after = await count(fleet)
  const delays = (isNear: boolean): string => {
    const all = people
      .flatMap(({ home, guest }) =>
        guest.arrivals
          .filter(({ key }) => key.startsWith(`n${home}-`) === isNear)
          .map(({ key, atMs }) => atMs - (guest.marks.get(key) ?? atMs)),
      )
      .sort((a, b) => a - b)
    const at = (share: number): string => (all[Math.floor(all.length * share)] ?? Number.NaN).toFixed(1)
    return all.length === 0 ? '–' : `${at(0.5)} · ${at(0.95)} ms`
  }
  for (const { guest } of people) guest.leave()
  const each = (key: keyof Counts): number => (after[key] - before[key]) / made
  return [
    '',
    nodeCount,
    boardCount,
    Math.round(made / seconds),
    delays(true),
    delays(false),
    toldOf(shares),
    `${each('transactions').toFixed(2)} · ${Math.round(each('walBytes'))}`,
    `${each('publishes').toFixed(2)} · ${Math.round(each('redisBytes'))}`,
    '',
  ]
    .join(' | ')
    .trim()
}

async function count(fleet: Fleet): Promise<Counts> {
  const [stats] = await fleet.database.sql`
    SELECT xact_commit::int AS transactions, (pg_current_wal_lsn() - '0/0')::bigint::text AS wal
    FROM pg_stat_database WHERE datname = current_database()`
  const { commands, net } = await fleet.redis.ask(async redis => ({
    commands: await redis.info('commandstats'),
    net: await redis.info('stats'),
  }))
  const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0)
  return {
    transactions: Number(stats?.transactions),
    walBytes: Number(stats?.wal),
    publishes: number(commands, /cmdstat_publish:calls=(\d+)/),
    redisBytes: number(net, /total_net_input_bytes:(\d+)/) + number(net, /total_net_output_bytes:(\d+)/),
  }
}
