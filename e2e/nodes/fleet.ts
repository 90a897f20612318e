/** Nodes as processes of their own, over one database and one Redis, each with lines of its own to both. */
import { TestDatabase } from '../../server/testing/test-database.ts'
import { ServerProcess } from '../server-process.ts'
import { OwnPostgres } from './own-postgres.ts'
import { OwnRedis } from './own-redis.ts'
import { Wire } from './wire.ts'

export interface FleetNode {
  readonly server: ServerProcess
  readonly toRedis: Wire
  readonly toDatabase: Wire
  isRunning: boolean
}

export interface FleetOptions {
  /** Without the lines that can be cut, which take time themselves. */
  readonly isDirect?: boolean
  /** With a PostgreSQL of its own instead of the one that all tests share. */
  readonly hasOwnPostgres?: boolean
  /** Further variables of the nodes' environment. */
  readonly env?: Readonly<Record<string, string>>
}

const SECRET = 'for-nodes-of-a-test-for-nodes-of-a-test'

export class Fleet {
  readonly redis: OwnRedis
  readonly database: TestDatabase
  /** If it has one of its own. */
  readonly postgres: OwnPostgres | undefined
  readonly nodes: FleetNode[] = []
  #next = 0

  private constructor(redis: OwnRedis, database: TestDatabase, postgres: OwnPostgres | undefined) {
    this.redis = redis
    this.database = database
    this.postgres = postgres
  }

  static async start(count: number, options: FleetOptions = {}): Promise<Fleet> {
    const postgres = options.hasOwnPostgres ? await OwnPostgres.start() : undefined
    const fleet = new Fleet(await OwnRedis.start(), await TestDatabase.create(postgres?.url), postgres)
    await Promise.all(Array.from({ length: count }, () => fleet.add(options)))
    return fleet
  }

  async add({ isDirect = false, env = {} }: FleetOptions = {}): Promise<FleetNode> {
    const databaseUrl = new URL(this.database.url)
    const toRedis = await Wire.open('127.0.0.1', this.redis.port)
    const toDatabase = await Wire.open(databaseUrl.hostname, Number(databaseUrl.port || 5432))
    if (!isDirect) {
      databaseUrl.hostname = '127.0.0.1'
      databaseUrl.port = String(toDatabase.port)
    }
    const server = new ServerProcess({
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: `redis://127.0.0.1:${isDirect ? this.redis.port : toRedis.port}`,
      SESSION_SECRET: SECRET,
      ...env,
    })
    await server.start()
    const node = { server, toRedis, toDatabase, isRunning: true }
    this.nodes.push(node)
    return node
  }

  get running(): FleetNode[] {
    return this.nodes.filter(({ isRunning }) => isRunning)
  }

  /** Of the running nodes in turn, as a load balancer would. */
  nextUrl(): string {
    const { running } = this
    const node = running[this.#next++ % running.length]
    if (!node) throw new Error('no node is running')
    return node.server.url
  }

  async kill(node: FleetNode): Promise<void> {
    node.isRunning = false
    await node.server.stop('SIGKILL')
  }

  /** People who are on a board, as each running node counts them. */
  participants(boardId: string): Promise<number[]> {
    return Promise.all(this.running.map(async ({ server }) => (await server.readBoard(boardId)).participants))
  }

  /** What a node's metric is. */
  async metric({ server }: FleetNode, name: string): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const values = [...text.matchAll(new RegExp(`^drawbridge_${name}(?:\\{[^}]*\\})? (.*)$`, 'gm'))]
    return values.reduce((sum, [, value]) => sum + Number(value), 0)
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.dispose()))
    await Promise.all(this.nodes.flatMap(({ toRedis, toDatabase }) => [toRedis.close(), toDatabase.close()]))
    await this.redis.kill()
    await this.database.drop()
    await this.postgres?.dispose()
  }
}
