/** The stores alone, without a server before them: how fast they make updates durable, and what one costs a database. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoardId } from '../../../server/shared/ids.ts'
import { openPostgresStore } from '../../../server/store/postgres/postgres-store.ts'
import { openSqliteStore } from '../../../server/store/sqlite/sqlite-store.ts'
import type { BoardStore } from '../../../server/store/store.ts'
import { TestDatabase, whyNoPostgres } from '../../../server/testing/test-database.ts'
import { percentile } from './measure.ts'

export interface AppendsOptions {
  readonly boards: number
  readonly seconds: number
}

export interface AppendsResult {
  readonly name: string
  readonly perSecond: number
  readonly ms: { p50: number; p95: number; p99: number }
  /** Of one append, where there is a database to ask. */
  readonly cost?: AppendCost
}

/** Statements are one by design; bytes are of the database's log, and on the way to it and back. */
interface AppendCost {
  readonly walBytes: number
  readonly bytesUp: number
  readonly bytesDown: number
}

/** A tick with a shape or two. */
const UPDATE_BYTES = 300
const WRITERS = [1, 2, 4, 8, 16]
const WARM_UP_SECONDS = 0.5

export async function measureAppends(options: AppendsOptions): Promise<AppendsResult[]> {
  const results = [await measureSqlite(options)]
  const why = await whyNoPostgres()
  if (why !== undefined) {
    console.log(`Without PostgreSQL: ${why}`)
    return results
  }
  for (const writers of WRITERS) results.push(await measurePostgres(writers, options))
  return results
}

async function measureSqlite(options: AppendsOptions): Promise<AppendsResult> {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-bench-'))
  const store = await openSqliteStore(dir)
  try {
    return { name: 'SQLite', ...(await appendFor(store, options)) }
  } finally {
    await store.close()
    rmSync(dir, { recursive: true })
  }
}

async function measurePostgres(writers: number, options: AppendsOptions): Promise<AppendsResult> {
  const database = await TestDatabase.create()
  const store = await openPostgresStore(database.url, { writers })
  try {
    const times = await appendFor(store, options)
    await store.close()
    return { name: `PostgreSQL, ${writers} connections`, ...times, cost: await costOf(database) }
  } finally {
    await store.close()
    await database.drop()
  }
}

/** Each board's next append begins when its last one is durable, as in a room that is busy. */
async function appendFor(store: BoardStore, { boards, seconds }: AppendsOptions) {
  const ids = await addBoards(store, boards)
  const measure = async (endMs: number): Promise<number[]> => {
    const times: number[] = []
    const write = async (id: string): Promise<void> => {
      for (let atMs = performance.now(); atMs < endMs; atMs = performance.now()) {
        await append(store, id)
        times.push(performance.now() - atMs)
      }
    }
    await Promise.all(ids.map(write))
    return times
  }
  await measure(performance.now() + WARM_UP_SECONDS * 1000)
  const times = await measure(performance.now() + seconds * 1000)
  const ms = { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) }
  return { perSecond: times.length / seconds, ms }
}

const COUNTED = 2000

/** One append after the other through a proxy that counts. */
async function costOf(database: TestDatabase): Promise<AppendCost> {
  const proxy = await CountingProxy.open(database.url)
  const store = await openPostgresStore(proxy.url)
  try {
    const [id = ''] = await addBoards(store, 1)
    // Statements are prepared once a connection.
    for (let i = 0; i < 10; i++) await append(store, id)
    const before = await database.sql`SELECT pg_current_wal_insert_lsn()::text AS lsn`
    const [up, down] = [proxy.up, proxy.down]
    for (let i = 0; i < COUNTED; i++) await append(store, id)
    const [row] = await database.sql`
      SELECT pg_current_wal_insert_lsn() - ${before[0]?.lsn}::pg_lsn AS bytes`
    return {
      walBytes: Number(row?.bytes) / COUNTED,
      bytesUp: (proxy.up - up) / COUNTED,
      bytesDown: (proxy.down - down) / COUNTED,
    }
  } finally {
    await store.close()
    proxy.close()
  }
}

class CountingProxy {
  readonly url: string
  up = 0
  down = 0
  readonly #close: () => void

  private constructor(url: string, port: number, close: () => void) {
    const proxied = new URL(url)
    proxied.host = `127.0.0.1:${port}`
    this.url = proxied.href
    this.#close = close
  }

  static async open(url: string): Promise<CountingProxy> {
    const { hostname, port } = new URL(url)
    const server = createServer(near => {
      const far = connect(Number(port || 5432), hostname)
      near.on('data', chunk => {
        proxy.up += chunk.length
        far.write(chunk)
      })
      far.on('data', chunk => {
        proxy.down += chunk.length
        near.write(chunk)
      })
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const proxy = new CountingProxy(url, (server.address() as AddressInfo).port, () => server.close())
    return proxy
  }

  close(): void {
    this.#close()
  }
}

const FACTS = { name: 'Plan', shapeCount: 100 }

async function addBoards(store: BoardStore, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, createBoardId)
  await Promise.all(ids.map(id => store.createBoard({ id, ...FACTS, initialState: Uint8Array.of(0, 0) })))
  return ids
}

const update = Uint8Array.from({ length: UPDATE_BYTES }, (_, i) => (i * 197) % 256)
const append = (store: BoardStore, id: string): Promise<number> => store.append(id, [update], FACTS)

export const APPENDS_HEAD = [
  '',
  'appends a second',
  'p50 · p95 · p99 ms',
  'an append: WAL · sent · answered, B',
]

export function appendsRow({ name, perSecond, ms, cost }: AppendsResult): string[] {
  const times = [ms.p50, ms.p95, ms.p99].map(time => time.toFixed(1)).join(' · ')
  const bytes = cost && [cost.walBytes, cost.bytesUp, cost.bytesDown].map(Math.round).join(' · ')
  return [name, perSecond.toFixed(), times, bytes ?? '']
}
