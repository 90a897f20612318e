/** The boards of a PostgreSQL database, as an archive. */
import {
  type ArchivedBoard,
  type ArchivedUpdate,
  type BoardArchive,
  IDS_PER_PAGE,
  storable,
} from '../archive.ts'
import { StoreError } from '../store.ts'
import { putAccess, readAccess } from './access-tables.ts'
import { readAddress } from './address.ts'
import { addAsset, listAssets, readAsset } from './assets.ts'
import { bytesOf, list, textOf } from './columns.ts'
import { Connections, type Query } from './connections.ts'
import { storeError } from './errors.ts'
import { NodeLock } from './locks.ts'
import { checkServer, migrateDatabase } from './opening.ts'

/** The largest boards take a while, and nobody waits for anything else. */
const STATEMENT_MS = 600_000
const UPDATES_PER_PAGE = 1000

interface BoardRow {
  key: number
  name: string
  shape_count: number
  last_seq: number
  created_at_ms: number
  updated_at_ms: number
}

/** @throws StoreError `unusable`, also when a server runs on the database */
export async function openPostgresArchive(url: string): Promise<BoardArchive> {
  const address = await readAddress(url).catch(unusable)
  const connections = new Connections(address, {
    max: 1,
    statementMs: STATEMENT_MS,
    lockMs: STATEMENT_MS,
  })
  let lock: NodeLock | undefined
  try {
    await checkServer(connections)
    lock = await NodeLock.take(address, { isAlone: true, waitMs: 0 })
    await migrateDatabase(address)
  } catch (error) {
    await Promise.all([connections.close(), lock?.release()])
    return unusable(error)
  }
  return {
    count: () =>
      connections.run(async sql => {
        const [row] = await sql<{ count: number }[]>`SELECT count(*) FROM drawbridge.boards`
        return row?.count ?? 0
      }),
    ids: afterId =>
      connections.run(async sql => {
        const rows = await sql<{ id: string }[]>`
          SELECT id FROM drawbridge.boards WHERE id > ${afterId} ORDER BY id LIMIT ${IDS_PER_PAGE}`
        return rows.map(({ id }) => id)
      }),
    read: id => connections.run(sql => read(sql, id)),
    add: board => connections.run(sql => sql.begin(transaction => add(transaction, board))),
    assets: id => connections.run(sql => listAssets(sql, id)),
    readAsset: (id, assetId) => connections.run(sql => readAsset(sql, id, assetId)),
    addAsset: (id, asset, atMs) =>
      connections.run(async sql => {
        await addAsset(sql, id, { asset, maxBytes: Number.MAX_SAFE_INTEGER, atMs })
      }),
    secret: () =>
      connections.run(async sql => {
        const [row] = await sql<
          { value: string }[]
        >`SELECT value FROM drawbridge.secrets WHERE name = 'session'`
        return row?.value
      }),
    putSecret: secret =>
      connections.run(async sql => {
        await sql`
          INSERT INTO drawbridge.secrets (name, value) VALUES ('session', ${secret})
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`
      }),
    async close() {
      await connections.close()
      await lock?.release()
    },
  }
}

function unusable(error: unknown): never {
  throw new StoreError('unusable', `the database cannot be used: ${storeError(error).message}`)
}

async function read(sql: Query, id: string): Promise<ArchivedBoard | undefined> {
  const [row] = await sql<BoardRow[]>`
    SELECT key, name, shape_count, last_seq, created_at_ms, updated_at_ms FROM drawbridge.boards WHERE id = ${id}`
  const access = row && (await readAccess(sql, id))
  if (!row || !access) return undefined
  const { key } = row
  const snapshots = await sql<{ through_seq: number; at_ms: number; raw_length: number; deflated: string }[]>`
    SELECT through_seq, at_ms, raw_length, encode(deflated, 'base64') AS deflated
    FROM drawbridge.snapshots WHERE board_key = ${key} ORDER BY through_seq`
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
      state: { rawLength: raw_length, bytes: bytesOf(deflated) },
    })),
    updates: await readLog(sql, key, snapshots.at(-1)?.through_seq ?? 0),
  }
}

async function readLog(sql: Query, key: number, afterSeq: number): Promise<ArchivedUpdate[]> {
  const updates: ArchivedUpdate[] = []
  for (;;) {
    const rows = await sql<{ at_ms: number; bytes: string }[]>`
      SELECT at_ms, encode(bytes, 'base64') AS bytes FROM drawbridge.updates
      WHERE board_key = ${key} AND seq > ${afterSeq + updates.length} ORDER BY seq LIMIT ${UPDATES_PER_PAGE}`
    for (const { at_ms, bytes } of rows) updates.push({ atMs: at_ms, bytes: bytesOf(bytes) })
    if (rows.length < UPDATES_PER_PAGE) return updates
  }
}

async function add(sql: Query, board: ArchivedBoard): Promise<void> {
  const { id, name, shapeCount, createdAtMs, updatedAtMs, access, lastSeq, snapshots, updates } = board
  const logBytes = updates.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const [row] = await sql<{ key: number }[]>`
    INSERT INTO drawbridge.boards (id, name, shape_count, last_seq, log_bytes, created_at_ms, updated_at_ms)
    VALUES (${id}, ${storable(name)}, ${shapeCount}, ${lastSeq}, ${logBytes}, ${createdAtMs}, ${updatedAtMs})
    ON CONFLICT (id) DO NOTHING RETURNING key`
  if (!row) throw new StoreError('exists', 'a board with this id is there already')
  for (const { throughSeq, atMs, state } of snapshots) {
    await sql`
      INSERT INTO drawbridge.snapshots (board_key, through_seq, at_ms, raw_length, deflated)
      VALUES (${row.key}, ${throughSeq}, ${atMs}, ${state.rawLength}, decode(${textOf(state.bytes)}, 'base64'))`
  }
  for (let i = 0; i < updates.length; i += UPDATES_PER_PAGE) {
    const page = updates.slice(i, i + UPDATES_PER_PAGE)
    const firstSeq = lastSeq - updates.length + 1 + i
    await sql`
      INSERT INTO drawbridge.updates (board_key, seq, at_ms, bytes)
      SELECT ${row.key}, ${firstSeq}::bigint + position - 1, at_ms::bigint, decode(text, 'base64')
      FROM unnest(
        string_to_array(${page.map(({ atMs }) => atMs).join(',')}, ','),
        string_to_array(${list(page.map(({ bytes }) => bytes))}, ',')
      ) WITH ORDINALITY AS one (at_ms, text, position)`
  }
  await putAccess(sql, id, access)
}
