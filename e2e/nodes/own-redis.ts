/** A Redis of a test's own, which can be killed and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import type { TestCertificate } from '../../server/testing/certificates.ts'

/** Why a test cannot have one here; `undefined` when it can. Under `CI=true` tests have to be complete. */
export function whyNoRedis(): string | undefined {
  const isThere = spawnSync('redis-server', ['--version']).status === 0
  if (!isThere && process.env.CI === 'true') throw new Error('redis-server is not installed')
  return isThere ? undefined : 'redis-server is not installed'
}

export class OwnRedis {
  readonly port: number
  readonly #settings: readonly string[]
  readonly #certificate: TestCertificate | undefined
  #child: ChildProcess | undefined

  private constructor(port: number, settings: readonly string[], certificate: TestCertificate | undefined) {
    this.port = port
    this.#settings = settings
    this.#certificate = certificate
  }

  /** @param settings  further ones, as arguments of redis-server
   * @param certificate  it is to speak TLS by this, and nothing else */
  static async start(settings: readonly string[] = [], certificate?: TestCertificate): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), settings, certificate)
    await redis.start()
    return redis
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get url(): string {
    return `${this.#certificate ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const port = String(this.port)
    const args = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const line = this.#certificate ? tlsSettings(port, this.#certificate) : ['--port', port]
    const child = spawn('redis-server', [...args, ...line, ...this.#settings], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
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
    const tls = this.#certificate && { ca: this.#certificate.cert }
    const redis = new Redis(this.port, '127.0.0.1', { ...(tls && { tls }) })
    try {
      return await question(redis)
    } finally {
      redis.disconnect()
    }
  }
}

const tlsSettings = (port: string, { certPath, keyPath }: TestCertificate): string[] => [
  ...['--port', '0', '--tls-port', port, '--tls-auth-clients', 'no'],
  ...['--tls-cert-file', certPath, '--tls-key-file', keyPath, '--tls-ca-cert-file', certPath],
]

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
