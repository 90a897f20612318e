/** Connections to one PostgreSQL, opened as they are needed; each does one thing at a time, and what finds none free waits in
 * line. Many of them are what makes commits of different boards share their flushes.
 *
 * Every one is a `postgres` of its own, which connects when it is used and prepares each statement once. What it does not do is done
 * here. A connection that has failed is thrown away and another put in its place: what is asked of the old one before its socket has
 * closed would never be answered. And a server that has gone without a word (its machine, its network) is noticed: it promises an
 * answer within its own time-outs, and a connection that is silent for longer is thrown away too. */
import postgres from 'postgres'
import { StoreError } from '../store.ts'
import type { Address } from './address.ts'
import { storeError } from './errors.ts'
import { socketOpener } from './socket.ts'

export type Sql = postgres.Sql<{ bigint: number }>
/** A connection, or a transaction on one. */
export type Query = postgres.ISql<{ bigint: number }>

export interface ConnectionsOptions {
  readonly max: number
  /** The server gives up a statement after this. */
  readonly statementMs: number
  /** The server gives up waiting for a row or a lock after this. */
  readonly lockMs: number
}

const CONNECT_SECONDS = 5
/** What an answer may take on its way, and a connection before it. */
const WAY_MS = CONNECT_SECONDS * 1000
/** A process that was stopped finds its time is up before it finds the answer that has come meanwhile. */
const LOOK_AGAIN_MS = 250
/** The system asks a silent peer every second from then on, ten times. */
const KEEP_ALIVE_SECONDS = 5
const IDLE_SECONDS = 300
const NEXT_HOST_SECONDS = 0.1

export class Connections {
  readonly #address: Address
  readonly #options: ConnectionsOptions
  #free: Sql[] = []
  #count = 0
  readonly #waiting: ((connection: Sql) => void)[] = []
  #isClosed = false
  #whenDone: (() => void) | undefined

  constructor(address: Address, options: ConnectionsOptions) {
    this.#address = address
    this.#options = options
  }

  /** @throws StoreError */
  async run<T>(query: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new StoreError('closed', 'the store is closed')
    const connection = await this.#take()
    try {
      const value = await answered(query(connection), this.#options.statementMs + WAY_MS)
      this.#put(connection)
      return value
    } catch (error) {
      if (isAlive(error)) this.#put(connection)
      else this.#giveUp(connection)
      throw storeError(error)
    }
  }

  /** When all that was asked before is done. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      if (this.#free.length < this.#count) await new Promise<void>(resolve => (this.#whenDone = resolve))
    }
    await Promise.all(this.#free.splice(0).map(connection => connection.end()))
  }

  #take(): Sql | Promise<Sql> {
    // The one that was used last, so that no more stay open than are needed.
    const free = this.#free.pop()
    if (free) return free
    if (this.#count === this.#options.max) return new Promise(resolve => this.#waiting.push(resolve))
    this.#count++
    return connect(this.#address, this.#options)
  }

  #put(connection: Sql): void {
    const next = this.#waiting.shift()
    if (next) {
      next(connection)
      return
    }
    this.#free.push(connection)
    if (this.#free.length === this.#count) this.#whenDone?.()
  }

  #giveUp(connection: Sql): void {
    void connection.end({ timeout: 0 })
    this.#put(connect(this.#address, this.#options))
  }
}

/** Whether the error is the answer to a statement, and not the end of the connection. */
const isAlive = (error: unknown): boolean =>
  error instanceof postgres.PostgresError
    ? error.severity === 'ERROR'
    : error instanceof StoreError && !(error instanceof Silence)

/** The server has not answered within the time in which it should have given up itself. */
export class Silence extends StoreError {
  constructor(ms: number) {
    super('io', `the database has not answered for ${ms} ms`)
  }
}

/** @throws Silence when there is no answer in time */
export async function answered<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  let timer = setTimeout(() => {
    timer = setTimeout(() => reject(new Silence(withinMs)), LOOK_AGAIN_MS)
  }, withinMs)
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** The driver's types lack it. */
const socketsOf = (withinMs: number): object => ({ socket: socketOpener(withinMs) })

/** One connection, opened when it is first used.
 * @param onClose  when it was lost, or has been idle for long */
export function connect(
  { url, ssl, hasSeveralHosts }: Address,
  { statementMs, lockMs }: Pick<ConnectionsOptions, 'statementMs' | 'lockMs'>,
  more: { onclose?: () => void; idle_timeout?: number; max_lifetime?: number | null } = {},
): Sql {
  return postgres(url, {
    max: 1,
    ssl,
    ...socketsOf(WAY_MS),
    ...(hasSeveralHosts && { target_session_attrs: 'primary' }),
    // Arrays go as text: no need to ask for their types first.
    fetch_types: false,
    connect_timeout: CONNECT_SECONDS,
    keep_alive: KEEP_ALIVE_SECONDS,
    idle_timeout: IDLE_SECONDS,
    // Whoever asks again waits before that; but who looks for the primary goes from host to host.
    backoff: () => (hasSeveralHosts ? NEXT_HOST_SECONDS : 0),
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    onnotice: () => undefined,
    connection: {
      application_name: 'drawbridge',
      // Whatever the database's default is: a commit is on its disk when it is reported.
      synchronous_commit: 'on',
      statement_timeout: statementMs,
      lock_timeout: lockMs,
      // A node that is stopped in the middle of a transaction keeps nobody waiting for longer.
      idle_in_transaction_session_timeout: statementMs,
      // The other way round: the server notices that a node is gone.
      tcp_keepalives_idle: KEEP_ALIVE_SECONDS,
      tcp_keepalives_interval: 1,
      tcp_keepalives_count: 10,
      // Every statement looks up by an index, whatever the planner believes of tables that it has not seen yet.
      enable_seqscan: 'off',
      plan_cache_mode: 'force_generic_plan',
      jit: 'off',
    },
    ...more,
  })
}
