/** The SQL of the boards. Everything that locks a board's row is one statement: the lock lasts as long as the database takes for it,
 * whatever becomes of the node meanwhile.
 *
 * `append` counts a board's `last_seq` up under the lock of its row, in the statement that writes the log: who comes second has the
 * higher numbers and becomes visible later. So whoever sees a number sees all before it. */

import { storable } from '../archive.ts'
import { type Deflated, inflate } from '../deflated.ts'
import {
  type BoardFacts,
  type BoardRecord,
  LOG_TAIL_BYTES,
  type LogTail,
  SNAPSHOTS_KEPT,
  type StoredBoard,
  StoreError,
  type Watermark,
} from '../store.ts'
import { bytesOf, list, listed, textOf } from './columns.ts'
import type { Query } from './connections.ts'

interface RecordRow {
  id: string
  name: string
  shape_count: number
  bytes: number
  asset_bytes: number
  created_at_ms: number
  updated_at_ms: number
}

/** `snapshot` is null where a board has none, which is never so. */
interface TailRow {
  last_seq: number
  through_seq: number
  raw_length: number | null
  snapshot: string | null
  log: string | null
}

interface NewRow extends BoardFacts {
  readonly id: string
  readonly owner: string | undefined
  readonly state: Deflated
  readonly atMs: number
}

/** Their lengths, not they, are read. */
const assetBytes = (sql: Query) =>
  sql`coalesce((SELECT sum(octet_length(a.bytes)) FROM drawbridge.assets a WHERE a.board_key = key), 0)::bigint AS asset_bytes`

const unknownBoard = (): StoreError => new StoreError('unknown-board', 'the board is not in the database')

/** @throws StoreError `exists` */
export async function addBoard(
  sql: Query,
  { id, name, shapeCount, owner, state, atMs }: NewRow,
): Promise<void> {
  const added = await sql`
    WITH board AS (
      INSERT INTO drawbridge.boards (id, name, shape_count, owner, created_at_ms, updated_at_ms)
      VALUES (${id}, ${storable(name)}, ${shapeCount}, ${owner ?? null}, ${atMs}, ${atMs})
      ON CONFLICT (id) DO NOTHING
      RETURNING key
    )
    INSERT INTO drawbridge.snapshots (board_key, through_seq, at_ms, raw_length, deflated)
    SELECT key, 0, ${atMs}, ${state.rawLength}, decode(${textOf(state.bytes)}, 'base64') FROM board`
  if (added.count === 0) throw new StoreError('exists', 'a board with this id is there already')
}

export async function readBoard(sql: Query, id: string): Promise<BoardRecord | undefined> {
  const [row] = await sql<RecordRow[]>`
    SELECT id, name, shape_count, created_at_ms, updated_at_ms, log_bytes + coalesce(
      (SELECT octet_length(deflated) FROM drawbridge.snapshots WHERE board_key = key ORDER BY through_seq DESC LIMIT 1), 0
    ) AS bytes, ${assetBytes(sql)}
    FROM drawbridge.boards WHERE id = ${id}`
  return row && recordOf(row)
}

/** One statement, so that snapshot and log are of the same moment. */
export async function loadBoard(sql: Query, id: string): Promise<StoredBoard | undefined> {
  const [row] = await sql<(RecordRow & TailRow)[]>`
    SELECT id, name, shape_count, created_at_ms, updated_at_ms, last_seq, log_bytes + octet_length(deflated) AS bytes,
      ${assetBytes(sql)},
      through_seq, raw_length, encode(deflated, 'base64') AS snapshot,
      (SELECT string_agg(encode(u.bytes, 'base64'), ',' ORDER BY seq)
       FROM drawbridge.updates u WHERE u.board_key = key AND seq > through_seq) AS log
    FROM drawbridge.boards LEFT JOIN LATERAL (
      SELECT through_seq, raw_length, deflated FROM drawbridge.snapshots
      WHERE board_key = key ORDER BY through_seq DESC LIMIT 1
    ) newest ON true
    WHERE id = ${id}`
  if (!row) return undefined
  const deflated = deflatedOf(row)
  return {
    record: recordOf(row),
    snapshot: await inflate(deflated),
    deflated: deflated.bytes,
    updates: listed(row.log),
    lastSeq: row.last_seq,
  }
}

export async function readSince(sql: Query, id: string, afterSeq: number): Promise<LogTail | undefined> {
  const [row] = await sql<TailRow[]>`
    WITH board AS (
      SELECT key, last_seq, through_seq, raw_length, deflated, ${afterSeq}::bigint < through_seq AS is_folded,
        greatest(${afterSeq}::bigint, through_seq) AS after_seq
      FROM drawbridge.boards LEFT JOIN LATERAL (
        SELECT through_seq, raw_length, deflated FROM drawbridge.snapshots
        WHERE board_key = key ORDER BY through_seq DESC LIMIT 1
      ) newest ON true
      WHERE id = ${id}
    )
    SELECT last_seq, after_seq AS through_seq,
      CASE WHEN is_folded THEN raw_length END AS raw_length,
      CASE WHEN is_folded THEN encode(deflated, 'base64') END AS snapshot,
      (SELECT string_agg(encode(bytes, 'base64'), ',' ORDER BY seq) FROM (
        SELECT seq, bytes, sum(octet_length(bytes)) OVER (ORDER BY seq) - octet_length(bytes) AS bytes_before
        FROM drawbridge.updates WHERE board_key = key AND seq > after_seq
      ) page WHERE bytes_before < ${LOG_TAIL_BYTES}) AS log
    FROM board`
  if (!row) return undefined
  const updates = listed(row.log)
  return {
    snapshot: row.snapshot === null ? undefined : await inflate(deflatedOf(row)),
    updates,
    throughSeq: row.through_seq + updates.length,
    lastSeq: row.last_seq,
  }
}

export async function readWatermarks(sql: Query, ids: readonly string[]): Promise<Map<string, Watermark>> {
  const rows = await sql<{ id: string; last_seq: number; access_version: number }[]>`
    SELECT id, last_seq, access_version FROM drawbridge.boards WHERE id = ANY (string_to_array(${ids.join(' ')}, ' '))`
  return new Map(rows.map(row => [row.id, { lastSeq: row.last_seq, accessVersion: row.access_version }]))
}

/** @throws StoreError `unknown-board` */
export async function append(
  sql: Query,
  id: string,
  updates: readonly Uint8Array[],
  { name, shapeCount, atMs }: BoardFacts & { atMs: number },
): Promise<number> {
  const added = updates.reduce((sum, update) => sum + update.length, 0)
  const [row] = await sql<{ last_seq: number }[]>`
    WITH sent AS (
      SELECT string_to_array(${list(updates)}, ',') AS updates
    ), board AS (
      UPDATE drawbridge.boards
      SET last_seq = last_seq + cardinality(updates), log_bytes = log_bytes + ${added}, name = ${storable(name)},
        shape_count = ${shapeCount}, updated_at_ms = greatest(updated_at_ms, ${atMs})
      FROM sent WHERE id = ${id}
      RETURNING key, last_seq, updates
    ), logged AS (
      INSERT INTO drawbridge.updates (board_key, seq, at_ms, bytes)
      SELECT key, last_seq - cardinality(updates) + position, ${atMs}, decode(text, 'base64')
      FROM board, unnest(updates) WITH ORDINALITY AS one (text, position)
    )
    SELECT last_seq FROM board`
  if (!row) throw unknownBoard()
  return row.last_seq
}

/** First the snapshot alone, which may be large: until the log is cut, what it covers is merely there twice.
 * @returns whether it was taken
 * @throws StoreError `unknown-board` */
export async function addSnapshot(
  sql: Query,
  id: string,
  { snapshot, throughSeq, atMs }: { snapshot: Deflated; throughSeq: number; atMs: number },
): Promise<boolean> {
  const [row] = await sql<{ is_there: boolean; is_added: boolean }[]>`
    WITH board AS (
      SELECT key, last_seq FROM drawbridge.boards WHERE id = ${id}
    ), added AS (
      INSERT INTO drawbridge.snapshots (board_key, through_seq, at_ms, raw_length, deflated)
      SELECT key, asked.through_seq, ${atMs}, ${snapshot.rawLength}, decode(${textOf(snapshot.bytes)}, 'base64')
      FROM board, (SELECT ${throughSeq}::bigint AS through_seq) asked
      WHERE asked.through_seq <= last_seq AND NOT EXISTS (
        SELECT FROM drawbridge.snapshots s WHERE s.board_key = key AND s.through_seq >= asked.through_seq
      )
      ON CONFLICT DO NOTHING
      RETURNING true
    )
    SELECT EXISTS (SELECT FROM board) AS is_there, EXISTS (SELECT FROM added) AS is_added`
  if (!row?.is_there) throw unknownBoard()
  return row.is_added
}

/** Then what it covers, in its turn. Nodes that do it at once count no byte twice: each row is gone by one of them. */
export async function cutLog(sql: Query, id: string, throughSeq: number): Promise<void> {
  await sql`
    WITH board AS (
      SELECT key FROM drawbridge.boards WHERE id = ${id}
    ), cut AS (
      DELETE FROM drawbridge.updates USING board WHERE board_key = key AND seq <= ${throughSeq}
      RETURNING octet_length(bytes) AS length
    ), old AS (
      DELETE FROM drawbridge.snapshots USING board WHERE board_key = key AND through_seq < (
        SELECT min(through_seq) FROM (
          SELECT through_seq FROM drawbridge.snapshots WHERE board_key = key
          ORDER BY through_seq DESC LIMIT ${SNAPSHOTS_KEPT}
        ) kept
      )
    )
    UPDATE drawbridge.boards SET log_bytes = log_bytes - (SELECT coalesce(sum(length), 0) FROM cut)
    WHERE id = ${id}`
}

const recordOf = (row: RecordRow): BoardRecord => ({
  id: row.id,
  name: row.name,
  shapeCount: row.shape_count,
  bytes: row.bytes,
  assetBytes: row.asset_bytes,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
})

function deflatedOf({ snapshot, raw_length }: TailRow): Deflated {
  if (snapshot === null || raw_length === null) throw new StoreError('corrupt', 'the board has no snapshot')
  return { bytes: bytesOf(snapshot), rawLength: raw_length }
}
