/** A Redis of a test's own, which can be killed and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'

/** Why a test cannot have one here; `undefined` when it can. Under `CI=true` tests have to be complete. */
export function whyNoRedis(): string | undefined {
  const isThere = spawnSync('redis-server', ['--version']).status === 0
  if (!isThere && process.env.CI === 'true') throw new Error('redis-server is not installed')
  return isThere ? undefined : 'redis-server is not installed'
}

export class OwnRedis {
  readonly port: number
  readonly #settings: readonly string[]
  #child: ChildProcess | undefined

  private constructor(port: number, settings: readonly string[]) {
    this.port = port
    this.#settings = settings
  }

  /** @param settings  further ones, as arguments of redis-server */
  static async start(settings: readonly string[] = []): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), settings)
    await redis.start()
    return redis
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', [...args, ...this.#settings], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => {
        if (line.includes('Ready to accept connections')) resolve()
      })
      child.once('exit', code => reject(new Error(`redis-server ended with ${code}`)))
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** Stands still until it goes on: connections stay, and nothing is answered. */
  standStill(): void {
    this.#child?.kill('SIGSTOP')
  }

  goOn(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Ends all connections that listen: what is published until they are back is lost to them. */
  async dropListeners(): Promise<void> {
    await this.ask(redis => redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))
  }

  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.port, '127.0.0.1')
    try {
      return await question(redis)
    } finally {
      redis.disconnect()
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
