/** The SQL of the store: one open database, synchronous, inside a worker thread. Knows nothing of threads. */
import { inflateRawSync } from 'node:zlib'
import Database, { SqliteError, type Statement } from 'better-sqlite3'
import { inflateLimit } from '../deflated.ts'
import {
  ACCESS_CHANGED,
  type BoardRecord,
  LOG_TAIL_BYTES,
  type LogTail,
  SNAPSHOTS_KEPT,
  type StoredBoard,
  StoreError,
  type StoreErrorKind,
  type Watermark,
} from '../store.ts'
import { AccessTables } from './access-tables.ts'
import { AssetTable } from './asset-table.ts'
import type { Answers, Outcome, ReadRequest, WorkerOptions, WriteRequest } from './requests.ts'
import { checkVersion, migrate } from './schema.ts'

/** A checkpoint copies the write-ahead log into the database and costs two more fsyncs; 16 MiB keeps it rare. */
const CHECKPOINT_PAGES = 4096
/** How long a statement waits for another process that holds the database, a backup tool for instance. */
const BUSY_TIMEOUT_MS = 2000

export interface BoardRow {
  key: number
  id: string
  name: string
  shape_count: number
  last_seq: number
  snapshot_bytes: number
  log_bytes: number
  asset_bytes: number
  created_at_ms: number
  updated_at_ms: number
  access_version: number
}

interface SnapshotRow {
  through_seq: number
  raw_length: number
  deflated: Buffer
}

/** @throws StoreError when the file cannot be used */
export function openDatabase({ path, role, maxPages }: WorkerOptions): Database.Database {
  try {
    const db = new Database(path, { readonly: role === 'reader', timeout: BUSY_TIMEOUT_MS })
    if (role === 'reader') return db
    checkVersion(db)
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new StoreError('unusable', 'its file system does not support the write-ahead log (WAL)')
    }
    db.pragma('synchronous = FULL')
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    db.pragma('foreign_keys = ON')
    if (maxPages) db.pragma(`max_page_count = ${maxPages}`)
    migrate(db)
    return db
  } catch (error) {
    const { kind, message } = storeError(error)
    throw new StoreError(kind === 'busy' ? 'busy' : 'unusable', message)
  }
}

export class BoardDatabase {
  readonly #db: Database.Database
  readonly #board: Statement<[string], BoardRow>
  readonly #addBoard: Statement
  readonly #addUpdate: Statement
  readonly #touch: Statement
  readonly #addSnapshot: Statement
  readonly #cutLog: Statement
  readonly #cutSnapshots: Statement
  readonly #recount: Statement
  readonly #latest: Statement<[number], SnapshotRow>
  readonly #log: Statement<[number, number], { bytes: Buffer }>
  readonly #reach: Statement<[number], { through_seq: number }>
  readonly #marks: Statement<[string], Pick<BoardRow, 'id' | 'last_seq' | 'access_version'>>
  readonly #access: AccessTables
  readonly #assets: AssetTable

  constructor(db: Database.Database) {
    this.#db = db
    this.#access = new AccessTables(db)
    this.#assets = new AssetTable(db)
    this.#board = db.prepare('SELECT * FROM boards WHERE id = ?')
    this.#addBoard = db.prepare(
      `INSERT INTO boards (id, name, shape_count, snapshot_bytes, owner, created_at_ms, updated_at_ms)
       VALUES (@id, @name, @shapeCount, @snapshotBytes, @owner, @atMs, @atMs)`,
    )
    this.#addUpdate = db.prepare('INSERT INTO updates (board_key, seq, at_ms, bytes) VALUES (?, ?, ?, ?)')
    this.#touch = db.prepare(
      `UPDATE boards SET last_seq = @seq, log_bytes = log_bytes + @added, name = @name, shape_count = @shapeCount,
       updated_at_ms = @atMs WHERE key = @key`,
    )
    this.#addSnapshot = db.prepare(
      `INSERT INTO snapshots (board_key, generation, through_seq, at_ms, raw_length, deflated)
       SELECT @key, coalesce(max(generation), 0) + 1, @throughSeq, @atMs, @rawLength, @bytes
       FROM snapshots WHERE board_key = @key`,
    )
    this.#cutLog = db.prepare('DELETE FROM updates WHERE board_key = ? AND seq <= ?')
    this.#cutSnapshots = db.prepare(
      `DELETE FROM snapshots WHERE board_key = @key AND generation NOT IN
       (SELECT generation FROM snapshots WHERE board_key = @key ORDER BY generation DESC LIMIT ${SNAPSHOTS_KEPT})`,
    )
    this.#recount = db.prepare(
      `UPDATE boards SET snapshot_bytes = @snapshotBytes,
       log_bytes = (SELECT coalesce(sum(length(bytes)), 0) FROM updates WHERE board_key = @key) WHERE key = @key`,
    )
    this.#latest = db.prepare(
      'SELECT through_seq, raw_length, deflated FROM snapshots WHERE board_key = ? ORDER BY generation DESC LIMIT 1',
    )
    this.#log = db.prepare('SELECT bytes FROM updates WHERE board_key = ? AND seq > ? ORDER BY seq')
    this.#reach = db.prepare('SELECT max(through_seq) AS through_seq FROM snapshots WHERE board_key = ?')
    this.#marks = db.prepare(
      'SELECT id, last_seq, access_version FROM boards WHERE id IN (SELECT value FROM json_each(?))',
    )
  }

  /** Group commit: all requests in one transaction, hence one fsync. A request that fails alone is undone alone;
   * when the commit fails, all have failed. */
  write(requests: readonly WriteRequest[]): Outcome[] {
    const outcomes: Outcome[] = []
    try {
      this.#db
        .transaction(() => {
          // Nested, so each request has its savepoint.
          const one = this.#db.transaction((request: WriteRequest) => this.#write(request))
          for (const request of requests) outcomes.push(this.#attempt(() => one(request)))
        })
        .immediate()
    } catch (error) {
      return requests.map(() => failure(error))
    }
    return outcomes
  }

  read(request: ReadRequest): Outcome {
    try {
      // One transaction, so that snapshot and log are of the same moment.
      const value = this.#db.transaction(() => this.#read(request))()
      return { ok: true, value }
    } catch (error) {
      return failure(error)
    }
  }

  close(): void {
    this.#db.close()
  }

  #attempt(run: () => Answers[WriteRequest['kind']]): Outcome {
    try {
      return { ok: true, value: run() }
    } catch (error) {
      // On a full disk SQLite may roll the whole transaction back; then nothing of this batch is there any more.
      if (!this.#db.inTransaction) throw error
      return failure(error)
    }
  }

  #write(request: WriteRequest): Answers[WriteRequest['kind']] {
    const row = this.#board.get(request.id)
    if (request.kind === 'create') {
      if (row) throw new StoreError('exists', 'a board with this id is there already')
      const { id, facts, owner = null, state, atMs } = request
      const { lastInsertRowid: key } = this.#addBoard.run({
        id,
        ...facts,
        snapshotBytes: state.bytes.length,
        owner,
        atMs,
      })
      this.#addSnapshot.run({ key, throughSeq: 0, atMs, rawLength: state.rawLength, bytes: state.bytes })
      return { id, ...facts, bytes: state.bytes.length, assetBytes: 0, createdAtMs: atMs, updatedAtMs: atMs }
    }
    if (!row) throw new StoreError('unknown-board', 'the board is not in the database')
    const { key } = row
    if (request.kind === 'append') {
      let seq = row.last_seq
      let added = 0
      for (const update of request.updates) {
        this.#addUpdate.run(key, ++seq, request.atMs, update)
        added += update.length
      }
      this.#touch.run({ key, seq, added, ...request.facts, atMs: request.atMs })
      return seq
    }
    if (request.kind === 'change-access') {
      const { changes, version = row.access_version } = request
      if (version !== row.access_version) throw new StoreError('changed', ACCESS_CHANGED)
      return this.#access.change(key, changes)
    }
    if (request.kind === 'add-asset') return this.#assets.add(row, request)
    const { snapshot, throughSeq, atMs } = request
    if (throughSeq <= (this.#reach.get(key)?.through_seq ?? 0) || throughSeq > row.last_seq) return false
    this.#addSnapshot.run({ key, throughSeq, atMs, rawLength: snapshot.rawLength, bytes: snapshot.bytes })
    this.#cutLog.run(key, throughSeq)
    this.#cutSnapshots.run({ key })
    this.#recount.run({ key, snapshotBytes: snapshot.bytes.length })
    return true
  }

  #read(request: ReadRequest): Answers[ReadRequest['kind']] {
    if (request.kind === 'watermarks') return this.#watermarks(request.ids)
    const row = this.#board.get(request.id)
    if (!row) return undefined
    switch (request.kind) {
      case 'read':
        return recordOf(row)
      case 'load':
        return this.#load(row)
      case 'read-access':
        return this.#access.read(row.key)
      case 'read-asset':
        return this.#assets.read(row.key, request.assetId)
      case 'read-since':
        return this.#readSince(row, request.afterSeq)
    }
  }

  #load(row: BoardRow): StoredBoard {
    const latest = this.#newest(row)
    return {
      record: recordOf(row),
      snapshot: inflate(latest),
      deflated: latest.deflated,
      updates: this.#log.all(row.key, latest.through_seq).map(({ bytes }) => bytes),
      lastSeq: row.last_seq,
    }
  }

  #readSince(row: BoardRow, afterSeq: number): LogTail {
    const { through_seq: reach } = this.#reach.get(row.key) ?? { through_seq: 0 }
    const latest = afterSeq < reach ? this.#newest(row) : undefined
    const from = latest?.through_seq ?? afterSeq
    const updates: Uint8Array[] = []
    let size = 0
    for (const { bytes } of this.#log.iterate(row.key, from)) {
      updates.push(bytes)
      size += bytes.length
      if (size >= LOG_TAIL_BYTES) break
    }
    const snapshot = latest && inflate(latest)
    return { snapshot, updates, throughSeq: from + updates.length, lastSeq: row.last_seq }
  }

  #watermarks(ids: readonly string[]): Map<string, Watermark> {
    const rows = this.#marks.all(JSON.stringify(ids))
    return new Map(rows.map(row => [row.id, { lastSeq: row.last_seq, accessVersion: row.access_version }]))
  }

  #newest({ key }: BoardRow): SnapshotRow {
    const latest = this.#latest.get(key)
    if (!latest) throw new StoreError('corrupt', 'the board has no snapshot')
    return latest
  }
}

const inflate = ({ deflated, raw_length }: SnapshotRow): Uint8Array =>
  inflateRawSync(deflated, inflateLimit(raw_length))

const recordOf = (row: BoardRow): BoardRecord => ({
  id: row.id,
  name: row.name,
  shapeCount: row.shape_count,
  bytes: row.snapshot_bytes + row.log_bytes,
  assetBytes: row.asset_bytes,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
})

function failure(error: unknown): Outcome {
  const { kind, message } = storeError(error)
  return { ok: false, errorKind: kind, message }
}

const KINDS: readonly (readonly [codePrefix: string, kind: StoreErrorKind])[] = [
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  // zlib's: what was stored is not a deflated stream any more.
  ['Z_', 'corrupt'],
  ['ERR_BUFFER_TOO_LARGE', 'corrupt'],
]

export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code =
    error instanceof SqliteError ? error.code : String((error as { code?: unknown } | null)?.code ?? '')
  const kind = KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'io'
  return new StoreError(kind, code ? `${message} (${code})` : message)
}
