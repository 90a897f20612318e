/** What is measured on whom, and how it is told. */
import { rollThrough } from '../../rolling-restart.ts'
import { SharedNodes, whyNoSharedNodes } from '../../shared-nodes.ts'
import { APPENDS_HEAD, appendsRow, measureAppends } from './appends.ts'
import {
  type Contestant,
  NO_LIMITS,
  type OurServer,
  startDrawbridge,
  startFloor,
  startHocuspocus,
  startYWebsocket,
} from './contestants.ts'
import { type FanOutResult, measureFanOut } from './fan-out.ts'
import { measureHostile } from './hostile.ts'
import { type IdleResult, measureIdle } from './idle.ts'
import { measureJoinStorm } from './join-storm.ts'
import { measureRestart } from './restart.ts'
import { measureSaved } from './saved.ts'
import { startBehindNginx, startSecure } from './secure.ts'

type Option =
  | 'seconds'
  | 'participants'
  | 'cursor-hz'
  | 'drawers'
  | 'joiners'
  | 'shapes'
  | 'big-joiners'
  | 'big-shapes'
  | 'idle'
  | 'idle-boards'
  | 'crowd'
  | 'crowd-hz'
  | 'small-boards'
  | 'small-participants'
  | 'saved-boards'
  | 'restart-participants'
  | 'rolling-boards'
  | 'victims'
type Options = (name: Option) => number

const DRAW_HZ = 30
/** A stroke is live while it lasts and one change when it ends. */
const STROKE_HZ = 1
/** As many places as a crowd on one board may look at. */
const CROWD_SCREENS = 20
const startOurs = (): Promise<OurServer> => startDrawbridge('stock')
const startOursLive = (): Promise<OurServer> => startDrawbridge('drawbridge')
const ALL = [startFloor, startOurs, startYWebsocket, startHocuspocus]

const CASES: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  'fan-out': async options => {
    const seconds = options('seconds')
    const load = {
      participants: options('participants'),
      seconds,
      cursorHz: options('cursor-hz'),
      drawers: options('drawers'),
      drawHz: DRAW_HZ,
    }
    const { participants, cursorHz, drawers } = load
    title(
      `Fan-out: ${participants} on one board, cursors at ${cursorHz} Hz, ${drawers} drawing at ${DRAW_HZ} Hz`,
    )
    const results = await inTurn(
      [startFloor, startOurs, startOursLive, startYWebsocket, startHocuspocus],
      server => measureFanOut(server, load),
    )
    const floor = results[0]?.result
    table(
      [
        '',
        'CPU, cores',
        '× floor',
        'cursor p50 · p95 ms',
        'drawing p50 · p95 ms',
        'KB/s each',
        'cursors',
        'drawing',
        'load CPU',
      ],
      results.map(({ name, result }) => [
        name,
        fixed(result.serverCores, 2),
        ratio(result.serverCores, floor?.serverCores),
        `${fixed(result.cursorMs.p50)} · ${fixed(result.cursorMs.p95)}`,
        `${fixed(result.drawMs.p50)} · ${fixed(result.drawMs.p95)}`,
        fixed(result.bytesPerParticipantPerSecond / 1000),
        percent(result.cursorsArrived),
        percent(result.drawingComplete),
        fixed(result.loadCores, 2),
      ]),
    )
  },

  join: async options => {
    const load = { joiners: options('joiners'), shapes: options('shapes') }
    title(`Join storm: ${load.joiners} fresh participants, ${load.shapes} shapes`)
    await joinTable(ALL, load)
  },

  'big-join': async options => {
    const load = { joiners: options('big-joiners'), shapes: options('big-shapes') }
    title(`Join storm: ${load.joiners} fresh participants, ${load.shapes} shapes`)
    await joinTable([startFloor, startOurs], load)
  },

  idle: async options => {
    const load = {
      connections: options('idle'),
      boards: options('idle-boards'),
      seconds: options('seconds'),
    }
    title(`Idle: ${load.connections} connections on ${load.boards} boards`)
    const results = await inTurn(ALL, server => measureIdle(server, load))
    table(
      ['', 'KB per connection', 'CPU, % of a core', 'disconnects'],
      results.map(({ name, result }) => [
        name,
        fixed(result.kbPerConnection),
        fixed(result.cores * 100, 1),
        String(result.disconnects),
      ]),
    )
  },

  thousand: async options => {
    const load = {
      participants: options('crowd'),
      seconds: options('seconds'),
      cursorHz: options('crowd-hz'),
      drawers: options('drawers'),
      drawHz: DRAW_HZ,
    }
    title(`A crowd: ${load.participants} on one board, cursors at ${load.cursorHz} Hz as live frames`)
    const together = await inTurn([startOursLive], server => measureFanOut(server, { ...load, screens: 1 }))
    const spread = await inTurn([startOursLive], server =>
      measureFanOut(server, { ...load, screens: CROWD_SCREENS }),
    )
    const results = [
      ...together.map(({ result }) => ({ name: 'all at one place', result })),
      ...spread.map(({ result }) => ({ name: `spread over ${CROWD_SCREENS} screens`, result })),
    ]
    table(
      [
        '',
        'CPU, cores',
        'cursor p50 · p95 ms',
        'drawing p50 · p95 ms',
        'KB/s each',
        'cursors',
        'drawing',
        'disconnects',
        'MB',
        'load CPU',
      ],
      results.map(({ name, result }) => [
        name,
        fixed(result.serverCores, 2),
        `${fixed(result.cursorMs.p50)} · ${fixed(result.cursorMs.p95)}`,
        `${fixed(result.drawMs.p50)} · ${fixed(result.drawMs.p95)}`,
        fixed(result.bytesPerParticipantPerSecond / 1000),
        percent(result.cursorsArrived),
        percent(result.drawingComplete),
        String(result.disconnects),
        fixed(result.rssMb),
        fixed(result.loadCores, 2),
      ]),
    )
  },

  'small-boards': async options => {
    const boards = options('small-boards')
    const load = {
      participants: options('small-participants'),
      seconds: options('seconds'),
      cursorHz: options('cursor-hz'),
      drawers: 1,
      drawHz: STROKE_HZ,
    }
    title(
      `Small boards: ${boards} with ${load.participants} people each, cursors at ${load.cursorHz} Hz, one drawing`,
    )
    const results = await inTurn([startOursLive], server =>
      Promise.all(Array.from({ length: boards }, () => measureFanOut(server, load))),
    )
    // The server's share is the same for all: they ran at the same time.
    table(
      ['', 'CPU, cores', 'cursor p95 ms, median board', 'KB/s each', 'cursors', 'drawing', 'load CPU'],
      results.map(({ name, result }) => {
        const median = result.toSorted((a, b) => a.cursorMs.p95 - b.cursorMs.p95)[boards >> 1]
        return [
          name,
          fixed(median?.serverCores ?? Number.NaN, 2),
          fixed(median?.cursorMs.p95 ?? Number.NaN),
          fixed((median?.bytesPerParticipantPerSecond ?? Number.NaN) / 1000, 1),
          percent(Math.min(...result.map(({ cursorsArrived }) => cursorsArrived))),
          percent(Math.min(...result.map(({ drawingComplete }) => drawingComplete))),
          fixed(median?.loadCores ?? Number.NaN, 2),
        ]
      }),
    )
  },

  saved: async options => {
    const load = { boards: options('saved-boards'), shapesHz: 10, seconds: options('seconds') }
    title(`Saved: ${load.boards} boards, ${load.shapesHz} shapes a second on each`)
    const results = await inTurn([startOursLive], server => measureSaved(server, load))
    table(
      ['', 'saved p50 · p95 · p99 ms', 'CPU, cores', 'never told'],
      results.map(({ name, result: { savedMs, serverCores, unsaved } }) => [
        name,
        `${fixed(savedMs.p50)} · ${fixed(savedMs.p95)} · ${fixed(savedMs.p99)}`,
        fixed(serverCores, 2),
        String(unsaved),
      ]),
    )
  },

  appends: async options => {
    const load = { boards: options('saved-boards'), seconds: options('seconds') }
    title(`The stores alone: ${load.boards} boards that append without a pause`)
    const results = await measureAppends(load)
    table(APPENDS_HEAD, results.map(appendsRow))
  },

  hostile: async options => {
    const load = {
      participants: options('victims'),
      cursorHz: options('cursor-hz'),
      seconds: options('seconds'),
    }
    title(`Under attack: ${load.participants} on one board, cursors at ${load.cursorHz} Hz`)
    const results = await measureHostile(load)
    table(
      ['attack', 'calm p50 · p95 · p99 ms', 'attacked', '× p95', 'server cores', 'MB', 'lost connections'],
      results.map(({ name, calmMs, attackedMs, serverCores, rssMb, disconnects }) => [
        name,
        `${fixed(calmMs.p50)} · ${fixed(calmMs.p95)} · ${fixed(calmMs.p99)}`,
        `${fixed(attackedMs.p50)} · ${fixed(attackedMs.p95)} · ${fixed(attackedMs.p99)}`,
        ratio(attackedMs.p95, calmMs.p95),
        fixed(serverCores, 2),
        fixed(rssMb),
        String(disconnects),
      ]),
    )
  },

  tls: async options => {
    const starts = [startOursLive, startSecure, startBehindNginx]
    const idle = {
      connections: options('idle'),
      boards: options('idle-boards'),
      seconds: options('seconds'),
    }
    const moving = {
      participants: options('participants'),
      seconds: options('seconds'),
      cursorHz: options('cursor-hz'),
      drawers: options('drawers'),
      drawHz: DRAW_HZ,
    }
    title(`TLS: ${idle.connections} idle on ${idle.boards} boards, then ${moving.participants} moving on one`)
    const results = await inTurn<Contestant, [IdleResult, FanOutResult]>(starts, async server => [
      await measureIdle(server, idle),
      await measureFanOut(server, moving),
    ])
    table(
      [
        '',
        'idle: KB per connection, server · proxy',
        'moving: cores, server · proxy',
        'cursor p50 · p95 ms',
        'load CPU',
      ],
      results.map(({ name, result: [{ kbPerConnection, proxyKbPerConnection }, moved] }) => [
        name,
        `${fixed(kbPerConnection)} · ${fixed(proxyKbPerConnection)}`,
        `${fixed(moved.serverCores, 2)} · ${fixed(moved.proxyCores, 2)}`,
        `${fixed(moved.cursorMs.p50)} · ${fixed(moved.cursorMs.p95)}`,
        fixed(moved.loadCores, 2),
      ]),
    )
  },

  restart: async options => {
    const load = { participants: options('restart-participants'), drawers: options('drawers') }
    title(`Restart: ${load.participants} stock clients on one board, ${load.drawers} drawing`)
    const results = await inTurn([startOurs], server => measureRestart(server, load))
    table(
      ['', 'drained s', 'back p50 · last s', 'boards that differ', 'all there'],
      results.map(({ name, result }) => [
        name,
        fixed(result.drainMs / 1000, 1),
        `${fixed(result.backP50Ms / 1000, 1)} · ${fixed(result.lastBackMs / 1000, 1)}`,
        String(result.different),
        result.isComplete ? 'yes' : 'NO',
      ]),
    )
  },

  rolling: async options => {
    const load = { participants: options('restart-participants'), boards: options('rolling-boards') }
    title(`Rolling restart: ${load.participants} stock clients on ${load.boards} boards, one drawing on each`)
    const why = await whyNoSharedNodes()
    if (why !== undefined) throw new Error(why)
    const shared = await SharedNodes.start(NO_LIMITS)
    try {
      const { nodes, balancer } = shared
      const { restarts, drawnCount, lostCount, differentCount } = await rollThrough({
        nodes,
        balancer,
        ...load,
      })
      table(
        ['node', 'people on it', 'ended after s', 'up after s', 'back p50 · last s', 'exit code'],
        restarts.map((restart, i) => [
          String(i + 1),
          String(restart.movedCount),
          fixed(restart.drainedMs / 1000, 1),
          fixed(restart.upMs / 1000, 1),
          `${fixed(restart.backP50Ms / 1000, 1)} · ${fixed(restart.lastBackMs / 1000, 1)}`,
          String(restart.exitCode),
        ]),
      )
      console.log(
        `${drawnCount} shapes drawn, ${lostCount} lost, ${differentCount} participants with another board\n`,
      )
    } finally {
      await shared.stop()
    }
  },
}

/** @throws Error for a case that there is not */
export async function runCases(names: readonly string[], options: Options): Promise<void> {
  for (const name of names) {
    const run = CASES[name]
    if (!run) throw new Error(`no case "${name}"; there are ${Object.keys(CASES).join(', ')}`)
    await run(options)
  }
}

/** One server at a time: they would measure each other. */
async function inTurn<S extends Contestant, R>(
  starts: readonly (() => Promise<S>)[],
  measure: (server: S) => Promise<R>,
): Promise<{ name: string; result: R }[]> {
  const results: { name: string; result: R }[] = []
  for (const start of starts) {
    const server = await start()
    try {
      results.push({ name: server.name, result: await measure(server) })
    } finally {
      await server.stop()
    }
  }
  return results
}

async function joinTable(
  starts: readonly (() => Promise<Contestant>)[],
  load: { joiners: number; shapes: number },
): Promise<void> {
  const results = await inTurn(starts, server => measureJoinStorm(server, load))
  const floor = results[0]?.result
  table(
    ['', 'board MB', 'p50 · p99 ms', 'last, ms', '× floor', 'server CPU s', '× floor', 'memory growth MB'],
    results.map(({ name, result }) => [
      name,
      fixed(result.boardMb, 1),
      `${fixed(result.joinMs.p50)} · ${fixed(result.joinMs.p99)}`,
      fixed(result.lastMs),
      ratio(result.lastMs, floor?.lastMs),
      fixed(result.serverCpuSeconds, 2),
      ratio(result.serverCpuSeconds, floor?.serverCpuSeconds),
      fixed(result.rssGrowthMb),
    ]),
  )
}

const title = (text: string): void => console.log(`### ${text}\n`)

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n'))
}

const fixed = (value: number, digits = 0): string => (Number.isFinite(value) ? value.toFixed(digits) : '–')
const percent = (share: number): string => `${fixed(share * 100)} %`
const ratio = (value: number, floor: number | undefined): string =>
  floor === undefined ? '–' : fixed(value / floor, 1)
