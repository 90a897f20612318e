/** A PostgreSQL database of a test's own, on a server that is there: `TEST_DATABASE_URL` (of somebody who may create databases), or
 * the one on this machine. */
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

const ADDRESS = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** Why a test cannot have one here; `undefined` when it can. Where tests have to be complete, as under `CI=true`, there is no such
 * excuse. */
export async function whyNoPostgres(): Promise<string | undefined> {
  const sql = connect(ADDRESS)
  try {
    await sql`SELECT 1`
    return undefined
  } catch (error) {
    if (process.env.CI === 'true' || process.env.TEST_DATABASE_URL) throw error
    return 'there is no PostgreSQL at 127.0.0.1:5432, nor a TEST_DATABASE_URL'
  } finally {
    await sql.end()
  }
}

export class TestDatabase {
  readonly url: string
  /** For looking at it and for disturbing it, as its administrator. */
  readonly sql: postgres.Sql
  readonly #address: string
  readonly #name: string

  private constructor(address: string, name: string) {
    this.#address = address
    this.#name = name
    const url = new URL(address)
    url.pathname = name
    this.url = url.href
    this.sql = connect(this.url)
  }

  /** @param address  of a server other than that which all tests share, as somebody who may create databases */
  static async create(address = ADDRESS): Promise<TestDatabase> {
    const name = `drawbridge_test_${randomBytes(6).toString('hex')}`
    await asAdministrator(address, sql =>
      sql.unsafe(`CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`),
    )
    return new TestDatabase(address, name)
  }

  /** Ends the connections of everybody else to it, as a restart of the server would. */
  async cutConnections(): Promise<number> {
    const cut = await this.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = ${this.#name} AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
    return cut.length
  }

  async drop(): Promise<void> {
    await this.sql.end()
    await asAdministrator(this.#address, sql =>
      sql.unsafe(`DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`),
    )
  }
}

const connect = (url: string): postgres.Sql => postgres(url, { max: 1, onnotice: () => undefined })

async function asAdministrator(address: string, run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = connect(address)
  try {
    await run(sql)
  } finally {
    await sql.end()
  }
}
