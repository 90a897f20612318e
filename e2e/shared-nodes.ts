/** Nodes over one PostgreSQL and one Redis, behind nginx, as README's "More than one node" has them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate, whyNoCertificates } from '../server/testing/certificates.ts'
import { TestDatabase, whyNoPostgres } from '../server/testing/test-database.ts'
import { whyNoProxy } from './find-proxy.ts'
import { ProxyProcess } from './proxy-process.ts'
import { ServerProcess } from './server-process.ts'

const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

/** Why there can be none here; under CI there must be. */
export async function whyNoSharedNodes(): Promise<string | undefined> {
  return (await whyNoPostgres()) ?? (await whyNoRedis()) ?? whyNoProxy('nginx') ?? whyNoCertificates()
}

async function whyNoRedis(): Promise<string | undefined> {
  const { hostname, port } = new URL(REDIS_URL)
  const socket = connect(Number(port || 6379), hostname)
  const isThere = await new Promise<boolean>(resolve => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  if (isThere || process.env.CI === 'true') return undefined
  return `there is no Redis at ${hostname}:${port}; name one in TEST_REDIS_URL`
}

export class SharedNodes {
  readonly nodes: readonly ServerProcess[]
  readonly balancer: ProxyProcess
  readonly #database: TestDatabase
  readonly #dir: string

  private constructor(
    nodes: readonly ServerProcess[],
    balancer: ProxyProcess,
    database: TestDatabase,
    dir: string,
  ) {
    this.nodes = nodes
    this.balancer = balancer
    this.#database = database
    this.#dir = dir
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<SharedNodes> {
    const database = await TestDatabase.create()
    const dir = mkdtempSync(join(tmpdir(), 'drawbridge-nodes-'))
    const shared = { DATABASE_URL: database.url, REDIS_URL, TRUST_PROXY: '1', ...env }
    const nodes = [1, 2, 3].map(() => new ServerProcess(shared))
    await Promise.all(nodes.map(node => node.start()))
    const balancer = await ProxyProcess.start('nginx', {
      dir: join(dir, 'nginx'),
      nodePorts: nodes.map(({ port }) => port),
      certificate: makeCertificate(dir),
    })
    return new SharedNodes(nodes, balancer, database, dir)
  }

  /** nginx's log of who asked what and went where. */
  readLog(): string {
    return readFileSync(join(this.#dir, 'nginx', 'access.log'), 'utf8')
  }

  async stop(): Promise<void> {
    await this.balancer.stop()
    await Promise.all(this.nodes.map(node => node.dispose()))
    await this.#database.drop()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
