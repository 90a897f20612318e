/** The SQL of boards' pictures. */
import type { PictureType } from '#shared/picture-type.ts'
import type { ArchivedAsset } from '../archive.ts'
import { type AssetOutcome, type StoredAsset, StoreError } from '../store.ts'
import { bytesOf, textOf } from './columns.ts'
import type { Query } from './connections.ts'

/** Locks no board's row, so that drawing goes on while ten megabytes are written. What the board has is therefore as it was when the
 * statement began: two nodes do not see each other's.
 * @throws StoreError `unknown-board` */
export async function addAsset(
  sql: Query,
  id: string,
  { asset, maxBytes, atMs }: { asset: StoredAsset; maxBytes: number; atMs: number },
): Promise<AssetOutcome> {
  const [row] = await sql<{ has_room: boolean; is_present: boolean; is_added: boolean }[]>`
    WITH board AS (
      SELECT key, ${asset.bytes.length}::bigint + coalesce(
        (SELECT sum(octet_length(bytes)) FROM drawbridge.assets WHERE board_key = key), 0
      ) <= ${maxBytes}::bigint AS has_room
      FROM drawbridge.boards WHERE id = ${id}
    ), added AS (
      INSERT INTO drawbridge.assets (board_key, id, type, created_at_ms, bytes)
      SELECT key, ${asset.id}, ${asset.type}, ${atMs}, decode(${textOf(asset.bytes)}, 'base64')
      FROM board WHERE has_room
      ON CONFLICT DO NOTHING
      RETURNING true
    )
    SELECT has_room, EXISTS (SELECT FROM added) AS is_added,
      EXISTS (SELECT FROM drawbridge.assets a WHERE a.board_key = key AND a.id = ${asset.id}) AS is_present
    FROM board`
  if (!row) throw new StoreError('unknown-board', 'the board is not in the database')
  if (row.is_added) return 'added'
  // Where there was room and it was not added, another node has just done it.
  return row.is_present || row.has_room ? 'present' : 'no-room'
}

export async function readAsset(sql: Query, id: string, assetId: string): Promise<StoredAsset | undefined> {
  const [row] = await sql<{ type: PictureType; bytes: string }[]>`
    SELECT a.type, encode(a.bytes, 'base64') AS bytes FROM drawbridge.assets a
    JOIN drawbridge.boards b ON b.key = a.board_key WHERE b.id = ${id} AND a.id = ${assetId}`
  return row && { id: assetId, type: row.type, bytes: bytesOf(row.bytes) }
}

export async function listAssets(sql: Query, id: string): Promise<ArchivedAsset[]> {
  const rows = await sql<{ id: string; type: PictureType; size: number; created_at_ms: number }[]>`
    SELECT a.id, a.type, octet_length(a.bytes)::bigint AS size, a.created_at_ms FROM drawbridge.assets a
    JOIN drawbridge.boards b ON b.key = a.board_key WHERE b.id = ${id} ORDER BY a.id`
  return rows.map(({ created_at_ms, ...asset }) => ({ ...asset, atMs: created_at_ms }))
}
