/** Pages left open: what a connection costs on which nothing happens but the stock client's sign of life. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, clientIdOf, openAll } from './connection.ts'
import type { Contestant } from './contestants.ts'
import { CpuMeter, quiet, rssMb } from './measure.ts'

export interface IdleOptions {
  readonly connections: number
  readonly boards: number
  readonly seconds: number
}

export interface IdleResult {
  readonly kbPerConnection: number
  /** Of the proxy before it, if there is one. */
  readonly proxyKbPerConnection: number
  readonly cores: number
  readonly disconnects: number
}

/** y-protocols announces a client anew when it has been silent for half of its 30 s. */
const RENEWAL_MS = 15_000
const SLICE_MS = 20

export async function measureIdle(contestant: Contestant, options: IdleOptions): Promise<IdleResult> {
  const boards: string[] = []
  for (let i = 0; i < options.boards; i++) boards.push(await contestant.createBoard())
  await quiet(contestant.pid)
  const proxyMb = (): number => (contestant.proxyPids ?? []).reduce((sum, pid) => sum + rssMb(pid), 0)
  const rssBefore = rssMb(contestant.pid)
  const proxyBefore = proxyMb()
  const opened = Array.from(
    { length: options.connections },
    (_, i) => new Connection(contestant, boards[i % boards.length] ?? '', clientIdOf(i)),
  )
  await openAll(opened)
  for (const connection of opened) connection.announce(STATE)
  await quiet(contestant.pid)
  const kbPerConnection = ((rssMb(contestant.pid) - rssBefore) * 1024) / options.connections
  const proxyKbPerConnection = ((proxyMb() - proxyBefore) * 1024) / options.connections
  const stop = renew(opened)
  const meter = new CpuMeter(contestant.pid)
  await sleep(options.seconds * 1000)
  const { cores } = meter
  stop()
  const disconnects = opened.filter(({ closeCode }) => closeCode !== undefined).length
  for (const connection of opened) connection.close()
  return { kbPerConnection, proxyKbPerConnection, cores, disconnects }
}

const STATE = '{"user":{"name":"Somebody","color":"#4477aa"}}'

function renew(connections: readonly Connection[]): () => void {
  const startMs = performance.now()
  let next = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) / RENEWAL_MS) * connections.length
    for (; next < due; next++) connections[next % connections.length]?.announce(STATE)
  }, SLICE_MS)
  return () => clearInterval(timer)
}
