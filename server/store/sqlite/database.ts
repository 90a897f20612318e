/** The SQL of the store: one open database, synchronous, inside a worker thread. Knows nothing of threads. */
import { inflateRawSync } from 'node:zlib'
import Database, { SqliteError, type Statement } from 'better-sqlite3'
import {
  type BoardRecord,
  SNAPSHOTS_KEPT,
  type StoredBoard,
  StoreError,
  type StoreErrorKind,
} from '../store.ts'
import { AccessTables } from './access-tables.ts'
import type { Answers, Outcome, ReadRequest, WorkerOptions, WriteRequest } from './requests.ts'
import { checkVersion, migrate } from './schema.ts'

/** A checkpoint copies the write-ahead log into the database and costs two more fsyncs; 16 MiB keeps it rare. */
const CHECKPOINT_PAGES = 4096
/** How long a statement waits for another process that holds the database, a backup tool for instance. */
const BUSY_TIMEOUT_MS = 2000

interface BoardRow {
  key: number
  id: string
  name: string
  shape_count: number
  last_seq: number
  snapshot_bytes: number
  log_bytes: number
  created_at_ms: number
  updated_at_ms: number
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
  readonly #latest: Statement<[number], { through_seq: number; raw_length: number; deflated: Buffer }>
  readonly #log: Statement<[number, number], { bytes: Buffer }>
  readonly #access: AccessTables

  constructor(db: Database.Database) {
    this.#db = db
    this.#access = new AccessTables(db)
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
      return { id, ...facts, bytes: state.bytes.length, createdAtMs: atMs, updatedAtMs: atMs }
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
    if (request.kind === 'change-access') return this.#access.change(key, request.changes)
    const { snapshot, throughSeq, atMs } = request
    this.#addSnapshot.run({ key, throughSeq, atMs, rawLength: snapshot.rawLength, bytes: snapshot.bytes })
    this.#cutLog.run(key, throughSeq)
    this.#cutSnapshots.run({ key })
    this.#recount.run({ key, snapshotBytes: snapshot.bytes.length })
    return undefined
  }

  #read({ kind, id }: ReadRequest): Answers[ReadRequest['kind']] {
    if (kind === 'load') return this.#load(id)
    if (kind === 'read') return this.#record(id)
    const row = this.#board.get(id)
    return row && this.#access.read(row.key)
  }

  #record(id: string): BoardRecord | undefined {
    const row = this.#board.get(id)
    return row && recordOf(row)
  }

  #load(id: string): StoredBoard | undefined {
    const row = this.#board.get(id)
    if (!row) return undefined
    const latest = this.#latest.get(row.key)
    if (!latest) throw new StoreError('corrupt', 'the board has no snapshot')
    return {
      record: recordOf(row),
      // The length that was written bounds what a damaged blob can inflate to.
      snapshot: inflateRawSync(latest.deflated, { maxOutputLength: Math.max(1, latest.raw_length) }),
      deflated: latest.deflated,
      updates: this.#log.all(row.key, latest.through_seq).map(({ bytes }) => bytes),
      lastSeq: row.last_seq,
    }
  }
}

const recordOf = (row: BoardRow): BoardRecord => ({
  id: row.id,
  name: row.name,
  shapeCount: row.shape_count,
  bytes: row.snapshot_bytes + row.log_bytes,
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

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code =
    error instanceof SqliteError ? error.code : String((error as { code?: unknown } | null)?.code ?? '')
  const kind = KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'io'
  return new StoreError(kind, code ? `${message} (${code})` : message)
}
