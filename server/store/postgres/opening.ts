/** What every use of a database begins with. */
import { StoreError } from '../store.ts'
import type { Address } from './address.ts'
import { Connections } from './connections.ts'
import { migrate } from './schema.ts'

/** A migration may have to write big tables anew, and of nodes that start at once the others wait for it. */
const MIGRATION_MS = 120_000
const MIN_VERSION = 130_000

export async function migrateDatabase(address: Address): Promise<void> {
  const connections = new Connections(address, { max: 1, statementMs: MIGRATION_MS, lockMs: MIGRATION_MS })
  try {
    await connections.run(migrate)
  } finally {
    await connections.close()
  }
}

/** @throws StoreError when this server or database will not do */
export async function checkServer(connections: Connections): Promise<void> {
  const [row] = await connections.run(
    sql => sql<{ version: number; encoding: string; is_standby: boolean }[]>`
      SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
        pg_is_in_recovery() AS is_standby`,
  )
  const problem =
    (row?.version ?? 0) < MIN_VERSION
      ? `the server has version ${row?.version}; expected PostgreSQL 13 or newer`
      : row?.encoding !== 'UTF8'
        ? `the database's encoding is ${row?.encoding}; expected UTF8`
        : row.is_standby
          ? 'the server is a standby, which takes no writes; point at the primary'
          : undefined
  if (problem !== undefined) throw new StoreError('unusable', problem)
}
