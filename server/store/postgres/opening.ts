/** What every use of a database begins with. */
import { StoreError } from '../store.ts'
import type { Address } from './address.ts'
import { Connections, type Query } from './connections.ts'
import { migrate } from './schema.ts'

/** A migration may have to write big tables anew, and of nodes that start at once the others wait for it. */
const MIGRATION_MS = 120_000
const MIN_VERSION = 130_000

export async function migrateDatabase(address: Address): Promise<void> {
  const connections = new Connections(address, { max: 1, statementMs: MIGRATION_MS, lockMs: MIGRATION_MS })
  try {
    await connections.run(migrate)
    await connections.run(checkRights)
  } finally {
    await connections.close()
  }
}

/** @throws StoreError when this user may not write to the tables, which may be somebody else's */
async function checkRights(sql: Query): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    SELECT relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE nspname = 'drawbridge' AND relkind = 'r' AND relname <> 'schema_version'
      AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT'))
    ORDER BY relname`
  if (tables.length === 0) return
  const names = tables.map(({ name }) => `drawbridge.${name}`).join(', ')
  throw new StoreError('unusable', `its user may not read and write ${names}`)
}

/** @throws StoreError when this server or database will not do */
export async function checkServer(connections: Connections): Promise<void> {
  const [row] = await connections.run(
    sql => sql<{ version: number; encoding: string; is_standby: boolean; is_read_only: boolean }[]>`
      SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
        pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only')::boolean AS is_read_only`,
  )
  const problem =
    (row?.version ?? 0) < MIN_VERSION
      ? `the server has version ${row?.version}; expected PostgreSQL 13 or newer`
      : row?.encoding !== 'UTF8'
        ? `the database's encoding is ${row?.encoding}; expected UTF8`
        : row.is_standby
          ? 'the server is a standby, which takes no writes; point at the primary'
          : row.is_read_only
            ? 'it takes no writes (default_transaction_read_only)'
            : undefined
  if (problem !== undefined) throw new StoreError('unusable', problem)
}
