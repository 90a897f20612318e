/** Tables of the SQLite store, as numbered migrations. `user_version` says how many have run; a migration that was
 * released is never changed, only followed by another. */
import type { Database } from 'better-sqlite3'
import { StoreError } from '../store.ts'

const MIGRATIONS: readonly string[] = [
  // `key` is what the big tables refer to: 1–4 bytes in every row and index entry where the id would take 22.
  `CREATE TABLE boards (
     key            INTEGER PRIMARY KEY,
     id             TEXT NOT NULL UNIQUE,
     name           TEXT NOT NULL,
     shape_count    INTEGER NOT NULL,
     last_seq       INTEGER NOT NULL DEFAULT 0,
     snapshot_bytes INTEGER NOT NULL DEFAULT 0,
     log_bytes      INTEGER NOT NULL DEFAULT 0,
     created_at_ms  INTEGER NOT NULL,
     updated_at_ms  INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE updates (
     board_key INTEGER NOT NULL REFERENCES boards (key),
     seq       INTEGER NOT NULL,
     at_ms     INTEGER NOT NULL,
     bytes     BLOB NOT NULL,
     UNIQUE (board_key, seq)
   ) STRICT;
   CREATE TABLE snapshots (
     board_key   INTEGER NOT NULL REFERENCES boards (key),
     generation  INTEGER NOT NULL,
     through_seq INTEGER NOT NULL,
     at_ms       INTEGER NOT NULL,
     raw_length  INTEGER NOT NULL,
     deflated    BLOB NOT NULL,
     UNIQUE (board_key, generation)
   ) STRICT;`,
  // Boards from before have no owner and stay open to anyone.
  `ALTER TABLE boards ADD COLUMN owner TEXT;
   ALTER TABLE boards ADD COLUMN anyone TEXT DEFAULT 'editor';
   ALTER TABLE boards ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
   CREATE TABLE links (
     board_key     INTEGER NOT NULL REFERENCES boards (key),
     id            TEXT NOT NULL,
     key_hash      TEXT NOT NULL,
     role          TEXT NOT NULL,
     name          TEXT NOT NULL,
     password_hash TEXT,
     expires_at_ms INTEGER,
     revoked_at_ms INTEGER,
     created_at_ms INTEGER NOT NULL,
     UNIQUE (board_key, id)
   ) STRICT;
   CREATE TABLE persons (
     board_key INTEGER NOT NULL REFERENCES boards (key),
     identity  TEXT NOT NULL,
     role      TEXT,
     link_ids  TEXT NOT NULL,
     UNIQUE (board_key, identity)
   ) STRICT;`,
  'ALTER TABLE boards ADD COLUMN access_version INTEGER NOT NULL DEFAULT 0;',
  `ALTER TABLE boards ADD COLUMN asset_bytes INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE assets (
     board_key     INTEGER NOT NULL REFERENCES boards (key),
     id            TEXT NOT NULL,
     type          TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     bytes         BLOB NOT NULL,
     UNIQUE (board_key, id)
   ) STRICT;`,
]

/** Refuses a database of the future before anything is changed in it.
 * @throws StoreError `unusable` when a newer Drawbridge has written it */
export function checkVersion(db: Database): void {
  if (versionOf(db) <= MIGRATIONS.length) return
  throw new StoreError(
    'unusable',
    `the database has schema ${versionOf(db)}, this version knows up to ${MIGRATIONS.length}; start the newer Drawbridge, or point DATA_DIR elsewhere`,
  )
}

/** Brings the database to the newest schema, in one transaction. */
export function migrate(db: Database): void {
  const version = versionOf(db)
  if (version === MIGRATIONS.length) return
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  }).immediate()
}

const versionOf = (db: Database): number => Number(db.pragma('user_version', { simple: true }))
