/** The boards of a folder, as an archive. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { type ArchivedAsset, type ArchivedBoard, type BoardArchive, IDS_PER_PAGE } from '../archive.ts'
import { type StoredAsset, StoreError } from '../store.ts'
import { AccessTables } from './access-tables.ts'
import { AssetTable } from './asset-table.ts'
import { type BoardRow, openDatabase, storeError } from './database.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { DATABASE_FILE } from './sqlite-store.ts'

interface SnapshotRow {
  through_seq: number
  at_ms: number
  raw_length: number
  deflated: Buffer
}

/** @param role  boards are read from a source, which is there already
 * @param secrets  of the sessions; they are not in the database
 * @throws StoreError `unusable`, also when a server runs on the folder */
export async function openSqliteArchive(
  dataDir: string,
  role: 'source' | 'target',
  secrets: Pick<BoardArchive, 'secret' | 'putSecret'>,
): Promise<BoardArchive> {
  let lock: FolderLock | undefined
  try {
    if (role === 'source' && !existsSync(join(dataDir, DATABASE_FILE))) {
      throw new StoreError('unusable', 'there are no boards in it')
    }
    await mkdir(dataDir, { recursive: true })
    lock = await lockFolder(dataDir, { waitMs: 0 })
    const tables = new ArchiveTables(openDatabase({ path: join(dataDir, DATABASE_FILE), role: 'writer' }))
    return {
      ...secrets,
      count: async () => tables.count(),
      ids: async afterId => tables.ids(afterId),
      read: async id => tables.read(id),
      add: async board => tables.add(board),
      assets: async id => tables.assets(id),
      readAsset: async (id, assetId) => tables.readAsset(id, assetId),
      addAsset: async (id, asset, atMs) => tables.addAsset(id, asset, atMs),
      async close() {
        tables.close()
        lock?.release()
      },
    }
  } catch (error) {
    lock?.release()
    throw new StoreError('unusable', `the folder ${dataDir} cannot be used: ${storeError(error).message}`)
  }
}

class ArchiveTables {
  readonly #db: Database
  readonly #access: AccessTables
  readonly #assets: AssetTable

  constructor(db: Database) {
    this.#db = db
    this.#access = new AccessTables(db)
    this.#assets = new AssetTable(db)
  }

  count(): number {
    const row = this.#db.prepare<[], { count: number }>('SELECT count(*) AS count FROM boards').get()
    return row?.count ?? 0
  }

  ids(afterId: string): string[] {
    const rows = this.#db.prepare<[string], { id: string }>(
      `SELECT id FROM boards WHERE id > ? ORDER BY id LIMIT ${IDS_PER_PAGE}`,
    )
    return rows.all(afterId).map(({ id }) => id)
  }

  read(id: string): ArchivedBoard | undefined {
    const row = this.#db.prepare<[string], BoardRow>('SELECT * FROM boards WHERE id = ?').get(id)
    const access = row && this.#access.read(row.key)
    if (!row || !access) return undefined
    const snapshots = this.#db
      .prepare<[number], SnapshotRow>(
        `SELECT through_seq, at_ms, raw_length, deflated FROM snapshots WHERE board_key = ? AND generation IN
         (SELECT max(generation) FROM snapshots GROUP BY board_key, through_seq) ORDER BY through_seq`,
      )
      .all(row.key)
    const updates = this.#db
      .prepare<[number, number], { at_ms: number; bytes: Buffer }>(
        'SELECT at_ms, bytes FROM updates WHERE board_key = ? AND seq > ? ORDER BY seq',
      )
      .all(row.key, snapshots.at(-1)?.through_seq ?? 0)
    return {
      id,
      name: row.name,
      shapeCount: row.shape_count,
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
      access,
      lastSeq: row.last_seq,
      snapshots: snapshots.map(({ through_seq, at_ms, raw_length, deflated }) => ({
        throughSeq: through_seq,
        atMs: at_ms,
        state: { rawLength: raw_length, bytes: deflated },
      })),
      updates: updates.map(({ at_ms, bytes }) => ({ atMs: at_ms, bytes })),
    }
  }

  add(board: ArchivedBoard): void {
    this.#write(() => this.#add(board))
  }

  assets(id: string): ArchivedAsset[] {
    const key = this.#keyOf(id)
    return key === undefined ? [] : this.#assets.list(key)
  }

  readAsset(id: string, assetId: string): StoredAsset | undefined {
    const key = this.#keyOf(id)
    return key === undefined ? undefined : this.#assets.read(key, assetId)
  }

  addAsset(id: string, asset: StoredAsset, atMs: number): void {
    const key = this.#keyOf(id)
    if (key === undefined) throw new StoreError('unknown-board', 'the board is not in the database')
    this.#write(() => this.#assets.put(key, asset, atMs))
  }

  close(): void {
    this.#db.close()
  }

  #keyOf(id: string): number | undefined {
    return this.#db.prepare<[string], { key: number }>('SELECT key FROM boards WHERE id = ?').get(id)?.key
  }

  #write(run: () => void): void {
    try {
      this.#db.transaction(run).immediate()
    } catch (error) {
      throw storeError(error)
    }
  }

  #add({ id, access, snapshots, updates, lastSeq, ...facts }: ArchivedBoard): void {
    const logBytes = updates.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const snapshotBytes = snapshots.at(-1)?.state.bytes.length ?? 0
    const added = this.#db
      .prepare(
        `INSERT INTO boards (id, name, shape_count, last_seq, snapshot_bytes, log_bytes, owner, created_at_ms, updated_at_ms)
         VALUES (@id, @name, @shapeCount, @lastSeq, @snapshotBytes, @logBytes, @owner, @createdAtMs, @updatedAtMs)
         ON CONFLICT (id) DO NOTHING`,
      )
      .run({ id, ...facts, lastSeq, snapshotBytes, logBytes, owner: access.owner ?? null })
    if (added.changes === 0) throw new StoreError('exists', 'a board with this id is there already')
    const key = added.lastInsertRowid
    const addSnapshot = this.#db.prepare(
      `INSERT INTO snapshots (board_key, generation, through_seq, at_ms, raw_length, deflated) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    snapshots.forEach(({ throughSeq, atMs, state }, i) => {
      addSnapshot.run(key, i + 1, throughSeq, atMs, state.rawLength, state.bytes)
    })
    const addUpdate = this.#db.prepare(
      'INSERT INTO updates (board_key, seq, at_ms, bytes) VALUES (?, ?, ?, ?)',
    )
    const firstSeq = lastSeq - updates.length + 1
    updates.forEach(({ atMs, bytes }, i) => {
      addUpdate.run(key, firstSeq + i, atMs, bytes)
    })
    this.#access.put(key, access)
  }
}
