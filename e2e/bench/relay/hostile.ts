/** What one address that attacks costs everybody else: people with cursors on their own board, measured calm and under each attack
 * in turn. The attacker is a process of its own (`attacker.ts`), from another address of this machine, and always comes back. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeLivePayload, encodeCursor } from '../../../server/shared/live.ts'
import { ServerProcess } from '../../server-process.ts'
import { ATTACKS, type AttackName } from './attacks.ts'
import { Connection, clientIdOf, openAll } from './connection.ts'
import { OurServer } from './contestants.ts'
import { CpuMeter, percentile, rssMb } from './measure.ts'

export interface HostileOptions {
  readonly participants: number
  readonly cursorHz: number
  /** Of each measurement. */
  readonly seconds: number
}

interface Times {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface HostileResult {
  readonly name: AttackName
  /** Cursors on the honest board just before, and under attack, ms. */
  readonly calmMs: Times
  readonly attackedMs: Times
  readonly serverCores: number
  readonly rssMb: number
  /** Honest participants who lost their connection. */
  readonly disconnects: number
}

const READERS = 8
const WARM_UP_MS = 1500
const SLICE_MS = 4

export async function measureHostile(options: HostileOptions): Promise<HostileResult[]> {
  const { participants, cursorHz, seconds } = options
  // The limits are the defaults: they are what is measured. Only the log is silent.
  const server = new ServerProcess({ MAX_CONNECTIONS_PER_IP: '500', LOG_LEVEL: 'info' })
  await server.start()
  try {
    const contestant = new OurServer(server, 'drawbridge')
    const board = await contestant.createBoard()
    const honest = new Honest(contestant, board, participants)
    await openAll(honest.connections)
    for (const connection of honest.connections) connection.announce('{"user":{"name":"Ann"}}')
    await sleep(500)
    const stop = honest.move(cursorHz)
    await sleep(WARM_UP_MS)
    const results: HostileResult[] = []
    for (const name of Object.keys(ATTACKS) as AttackName[]) {
      const calmMs = await honest.measure(seconds)
      const target = ATTACKS[name].isOnTheirBoard ? board : await contestant.createBoard()
      const attacker = attack(name, server.port, target)
      const ended = once(attacker, 'exit')
      await sleep(WARM_UP_MS)
      const meter = new CpuMeter(server.pid)
      const attackedMs = await honest.measure(seconds)
      const serverCores = meter.cores
      results.push({
        name,
        calmMs,
        attackedMs,
        serverCores,
        rssMb: rssMb(server.pid),
        disconnects: honest.connections.filter(({ closeCode }) => closeCode !== undefined).length,
      })
      // It does not end by itself: an attack that did would have measured nothing.
      if (!attacker.kill('SIGKILL'))
        throw new Error(`the attacker of "${name}" ended with ${attacker.exitCode}`)
      await ended
      await sleep(WARM_UP_MS)
    }
    stop()
    for (const connection of honest.connections) connection.close()
    return results
  } finally {
    await server.dispose()
  }
}

function attack(name: AttackName, port: number, board: string): ChildProcess {
  return spawn('node', [join(import.meta.dirname, 'attacker.ts'), name, String(port), board], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

class Honest {
  readonly connections: readonly Connection[]
  #times: number[] = []

  constructor(contestant: OurServer, board: string, participants: number) {
    this.connections = Array.from({ length: participants }, (_, i) => {
      const reader = {
        live: (_clientId: number, payload: Uint8Array) => {
          const message = decodeLivePayload(payload)
          if (message?.kind === 'cursor' && message.at)
            this.#times.push(performance.now() - (message.at[0] ?? 0))
        },
      }
      return new Connection(contestant, board, clientIdOf(i), i < READERS ? reader : undefined)
    })
  }

  /** Each moves at its own phase.
   * @returns how to stop */
  move(hz: number): () => void {
    const periodMs = 1000 / hz
    const due = this.connections.map((_, i) => performance.now() + (i / this.connections.length) * periodMs)
    const timer = setInterval(() => {
      const nowMs = performance.now()
      this.connections.forEach((connection, i) => {
        const dueMs = due[i] ?? 0
        if (dueMs > nowMs) return
        // The time is the x: as much on the wire as a position, and readable at the other end.
        connection.live(encodeCursor([nowMs, 0]))
        due[i] = Math.max(dueMs + periodMs, nowMs - 1000)
      })
    }, SLICE_MS)
    return () => clearInterval(timer)
  }

  async measure(seconds: number): Promise<Times> {
    this.#times = []
    await sleep(seconds * 1000)
    const times = this.#times
    return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) }
  }
}
