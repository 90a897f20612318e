/** Who uses how much CPU: the nodes, PostgreSQL with its children, Redis, and this process, which is the load. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Fleet } from '../../nodes/fleet.ts'

/** Cores. */
export interface CpuShares {
  readonly nodes: number
  readonly postgres: number
  readonly redis: number
  readonly load: number
}

/** @returns tells the shares since it was called */
export function watchCpu(fleet: Fleet): () => CpuShares {
  const startMs = performance.now()
  const before = secondsOf(fleet)
  return () => {
    const after = secondsOf(fleet)
    const seconds = (performance.now() - startMs) / 1000
    const share = (key: keyof CpuShares): number => (after[key] - before[key]) / seconds
    return { nodes: share('nodes'), postgres: share('postgres'), redis: share('redis'), load: share('load') }
  }
}

export const toldOf = ({ nodes, postgres, redis, load }: CpuShares): string =>
  [nodes, postgres, redis, load].map(cores => cores.toFixed(2)).join(' · ')

function secondsOf(fleet: Fleet): CpuShares {
  const { user, system } = process.cpuUsage()
  const { postgres, redis, nodes } = fleet
  return {
    nodes: nodes.reduce((sum, { server }) => sum + timesOf(server.pid).own, 0),
    postgres: postgres ? ofFamily(postgres.pid) : Number.NaN,
    redis: timesOf(redis.pid).own,
    load: (user + system) / 1e6,
  }
}

/** Of a process, its children, and its children that have ended. */
function ofFamily(pid: number): number {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => timesOf(Number(name)))
  const { own, ofEnded } = timesOf(pid)
  return all.filter(({ parent }) => parent === pid).reduce((sum, each) => sum + each.own, own + ofEnded)
}

/** User and system time, s; nothing of a process that has just ended. */
function timesOf(pid: number): { own: number; ofEnded: number; parent: number } {
  let stat = ''
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // Its time is its parent's by now.
  }
  const fields = stat.split(') ')[1]?.split(' ').map(Number) ?? []
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    i => fields[i],
  )
  return { own: (user + system) / 100, ofEnded: (endedUser + endedSystem) / 100, parent }
}
