/** The servers that are measured, each as a process of its own: started, addressed, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerProcess } from '../../server-process.ts'
import type { Dialect } from './wire.ts'

export interface Contestant {
  readonly name: string
  readonly dialect: Dialect
  readonly pid: number
  /** Of what stands before it. */
  readonly proxyPids?: readonly number[]
  /** @returns the name of a new, empty board */
  createBoard(): Promise<string>
  urlOf(board: string): string
  stop(): Promise<void>
}

export type Start = () => Promise<Contestant>

/** Everybody comes from one address here, faster than any person. */
export const NO_LIMITS = { MESSAGES_PER_SECOND: '0', BYTES_PER_SECOND: '0', MAX_PARTICIPANTS_PER_BOARD: '0' }

export const startDrawbridge = async (dialect: 'stock' | 'drawbridge' = 'stock'): Promise<OurServer> => {
  const server = new ServerProcess(NO_LIMITS)
  await server.start()
  return new OurServer(server, dialect)
}

export class OurServer implements Contestant {
  readonly name: string
  readonly dialect: Dialect
  readonly process: ServerProcess

  constructor(process: ServerProcess, dialect: 'stock' | 'drawbridge') {
    this.process = process
    this.dialect = dialect
    this.name = dialect === 'stock' ? 'Drawbridge' : 'Drawbridge, drawbridge.v1'
  }

  get pid(): number {
    return this.process.pid
  }

  async createBoard(): Promise<string> {
    return (await this.process.createBoard()).id
  }

  urlOf(board: string): string {
    return `${this.process.url.replace('http', 'ws')}/live/${board}`
  }

  stop(): Promise<void> {
    return this.process.dispose()
  }
}

export const startFloor: Start = () =>
  startRival('floor', 'stock', port => [['servers/floor.mjs', String(port)], {}])

export const startYWebsocket: Start = () =>
  startRival('y-websocket server 2.1', 'stock', port => [
    ['node_modules/y-websocket-2/bin/server.cjs'],
    { HOST: '127.0.0.1', PORT: String(port) },
  ])

export const startHocuspocus: Start = () =>
  startRival('Hocuspocus 4.7', 'hocuspocus', port => [['servers/hocuspocus.mjs', String(port)], {}])

async function startRival(
  name: string,
  dialect: Dialect,
  command: (port: number) => [args: string[], env: Record<string, string>],
): Promise<Contestant> {
  const port = await freePort()
  const [args, env] = command(port)
  const child = spawn('node', args, {
    cwd: import.meta.dirname,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await listening(port, child)
  let boardCount = 0
  return {
    name,
    dialect,
    pid: child.pid ?? 0,
    // Rivals make a board when somebody opens it.
    createBoard: async () => `board-${boardCount++}`,
    urlOf: board => `ws://127.0.0.1:${port}${dialect === 'hocuspocus' ? '' : `/${board}`}`,
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Free a moment ago; the rivals cannot say which port they took. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`${join(...child.spawnargs)} ended with ${child.exitCode}`)
}
