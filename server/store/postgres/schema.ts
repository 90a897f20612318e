/** Tables of the PostgreSQL store, as numbered migrations in a schema of their own. A migration that was released is never
 * changed, only followed by another. */
import { StoreError } from '../store.ts'
import type { Sql } from './connections.ts'
import { LOCK } from './locks.ts'

const MIGRATIONS: readonly string[] = [
  // `key` is what the big tables refer to: 8 bytes in every row and index entry where the id would take 23. A board's row is
  // written at every append: the free half of its page takes the new version, and no index has to know.
  `CREATE TABLE drawbridge.boards (
     key            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id             text COLLATE "C" NOT NULL UNIQUE,
     name           text NOT NULL,
     shape_count    bigint NOT NULL,
     last_seq       bigint NOT NULL DEFAULT 0,
     log_bytes      bigint NOT NULL DEFAULT 0,
     owner          text,
     anyone         text DEFAULT 'editor',
     state          text NOT NULL DEFAULT 'open',
     access_version bigint NOT NULL DEFAULT 0,
     created_at_ms  bigint NOT NULL,
     updated_at_ms  bigint NOT NULL
   ) WITH (fillfactor = 50);
   CREATE TABLE drawbridge.updates (
     board_key bigint NOT NULL REFERENCES drawbridge.boards (key),
     seq       bigint NOT NULL,
     at_ms     bigint NOT NULL,
     bytes     bytea NOT NULL,
     PRIMARY KEY (board_key, seq)
   );
   CREATE TABLE drawbridge.snapshots (
     board_key   bigint NOT NULL REFERENCES drawbridge.boards (key),
     through_seq bigint NOT NULL,
     at_ms       bigint NOT NULL,
     raw_length  bigint NOT NULL,
     deflated    bytea NOT NULL,
     PRIMARY KEY (board_key, through_seq)
   );
   -- Deflated already.
   ALTER TABLE drawbridge.snapshots ALTER COLUMN deflated SET STORAGE EXTERNAL;
   CREATE TABLE drawbridge.links (
     position      bigint GENERATED ALWAYS AS IDENTITY,
     board_key     bigint NOT NULL REFERENCES drawbridge.boards (key),
     id            text NOT NULL,
     key_hash      text NOT NULL,
     role          text NOT NULL,
     name          text NOT NULL,
     password_hash text,
     expires_at_ms bigint,
     revoked_at_ms bigint,
     created_at_ms bigint NOT NULL,
     PRIMARY KEY (board_key, id)
   );
   CREATE TABLE drawbridge.persons (
     position  bigint GENERATED ALWAYS AS IDENTITY,
     board_key bigint NOT NULL REFERENCES drawbridge.boards (key),
     identity  text NOT NULL,
     role      text,
     link_ids  jsonb NOT NULL,
     PRIMARY KEY (board_key, identity)
   );
   CREATE TABLE drawbridge.secrets (
     name  text PRIMARY KEY,
     value text NOT NULL
   );`,
  `CREATE TABLE drawbridge.assets (
     board_key     bigint NOT NULL REFERENCES drawbridge.boards (key),
     id            text COLLATE "C" NOT NULL,
     type          text NOT NULL,
     created_at_ms bigint NOT NULL,
     bytes         bytea NOT NULL,
     PRIMARY KEY (board_key, id)
   );
   -- Compressed already, most of them; and so their lengths are known without reading them.
   ALTER TABLE drawbridge.assets ALTER COLUMN bytes SET STORAGE EXTERNAL;`,
]

/** Brings the database to the newest schema, in one transaction; of nodes that start at once one does it.
 * @throws StoreError `unusable` when a newer Drawbridge has written it, and then nothing is changed */
export async function migrate(sql: Sql): Promise<void> {
  if ((await versionOf(sql)) === MIGRATIONS.length) return
  await sql.begin(async transaction => {
    await transaction.unsafe(`SELECT pg_advisory_xact_lock(${LOCK.space}, ${LOCK.migration})`)
    const version = await versionOf(transaction)
    if (version === undefined) {
      await transaction.unsafe(
        `CREATE SCHEMA IF NOT EXISTS drawbridge;
         CREATE TABLE drawbridge.schema_version (version integer NOT NULL);
         INSERT INTO drawbridge.schema_version VALUES (0)`,
      )
    }
    for (const migration of MIGRATIONS.slice(version ?? 0)) await transaction.unsafe(migration)
    await transaction`UPDATE drawbridge.schema_version SET version = ${MIGRATIONS.length}`
  })
}

/** @returns `undefined` for a database without any table of ours
 * @throws StoreError `unusable` when a newer Drawbridge has written it */
async function versionOf(sql: Pick<Sql, 'unsafe'>): Promise<number | undefined> {
  // Not `to_regclass`, which may still believe what was so before the lock was waited for.
  const tables = await sql.unsafe(
    `SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'drawbridge' AND c.relname = 'schema_version'`,
  )
  if (tables.length === 0) return undefined
  const [row] = await sql.unsafe('SELECT version FROM drawbridge.schema_version')
  const version = Number(row?.version ?? 0)
  if (version <= MIGRATIONS.length) return version
  throw new StoreError(
    'unusable',
    `the database has schema ${version}, this version knows up to ${MIGRATIONS.length}; start the newer Drawbridge, or point DATABASE_URL elsewhere`,
  )
}
