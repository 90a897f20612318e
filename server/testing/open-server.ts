/** A server with two people who draw on one board, for tests of what others may do to it over real sockets. */
import WebSocket from 'ws'
import { SUBPROTOCOL } from '#shared/protocol.ts'
import { type Environment, readConfig } from '../config.ts'
import { type Clock, systemClock } from '../live/clock.ts'
import { startServer } from '../start.ts'
import { readServerFrame } from './fake-connection.ts'
import { MemoryStore } from './memory-store.ts'
import { Peer } from './peer.ts'
import { recordLog } from './quiet-log.ts'
import { RawSocket } from './raw-socket.ts'

const open: (() => unknown)[] = []

/** Closes what the test has opened; call it after each. */
export async function cleanUp(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close()
}

/** To be called by `cleanUp`. */
export const afterwards = (close: () => unknown): number => open.push(close)

/** A participant who behaves. */
export class Participant {
  readonly peer = new Peer()
  readonly socket: WebSocket
  /** Everyone's presence as it came in. */
  readonly states = new Map<number, string>()
  #edits = 0
  #checks = new Set<() => void>()

  constructor(url: string, protocols: string[]) {
    this.socket = new WebSocket(url, protocols)
    this.socket.on('message', (data: Buffer) => {
      const frame = new Uint8Array(data)
      const received = readServerFrame(frame)
      if (received.type === 'awareness')
        for (const [id, state] of Object.entries(received.states)) this.states.set(Number(id), state)
      else this.peer.receive(frame)
      for (const check of this.#checks) check()
    })
  }

  async open(): Promise<this> {
    await this.peer.open(this.socket)
    await this.until(() => this.peer.isSynced)
    return this
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const gone = (code: number): void => reject(new Error(`a participant who behaves was closed: ${code}`))
      const check = (): void => {
        if (!condition()) return
        this.#checks.delete(check)
        this.socket.off('close', gone)
        resolve()
      }
      this.#checks.add(check)
      this.socket.once('close', gone)
      check()
    })
  }

  /** @returns the key of what it drew */
  draw(value: unknown = 1): string {
    const key = `${this.peer.doc.clientID}-${this.#edits++}`
    this.peer.doc.getMap('drawn').set(key, value)
    return key
  }

  has(key: string): Promise<void> {
    return this.until(() => this.peer.doc.getMap('drawn').has(key))
  }
}

export async function openServer(env: Environment = {}, clock: Clock = systemClock) {
  const log = recordLog()
  const config = readConfig({ HOST: '127.0.0.1', PORT: '0', ...env })
  const server = await startServer(config, { log, clock, store: new MemoryStore() })
  afterwards(() => server.drain({ spreadMs: 0, deadlineMs: 5000 }))
  const http = `http://127.0.0.1:${server.port}`
  const created = await fetch(`${http}/api/boards`, { method: 'POST' })
  const { id } = (await created.json()) as { id: string }
  const path = `/live/${id}`
  const join = (protocols = [SUBPROTOCOL]): Promise<Participant> => {
    const participant = new Participant(`ws://127.0.0.1:${server.port}${path}`, protocols)
    afterwards(() => participant.socket.terminate())
    return participant.open()
  }
  const raw = async (first?: Uint8Array): Promise<RawSocket> => {
    const socket = await RawSocket.open(server.port, path, first)
    afterwards(() => socket.tcp.destroy())
    return socket
  }
  const [ann, ben] = [await join(), await join([])]
  /** Both draw, and each gets what the other drew. */
  const exchange = async (): Promise<void> => {
    await Promise.all([ben.has(ann.draw()), ann.has(ben.draw())])
  }
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${http}/metrics`)).text()
    return Number(new RegExp(`^drawbridge_${name} (.*)$`, 'm').exec(text)?.[1])
  }
  /** Codes in the log's lines of connections that have ended, when there are so many. */
  const ends = async (count: number): Promise<unknown[]> => {
    await log.until('connection.closed', count)
    return log.lines.filter(({ event }) => event === 'connection.closed').map(({ fields }) => fields.code)
  }
  return { ann, ben, exchange, join, raw, metric, ends, log, port: server.port, path }
}
