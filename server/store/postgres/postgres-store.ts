/** Boards in a PostgreSQL database, for one node or many. Reads and writes have connections of their own, so that opening big
 * boards delays nobody's "saved". A commit is on the database's disk when it is reported. */
import { randomBytes } from 'node:crypto'
import { deflate } from '../deflated.ts'
import { type BoardStore, StoreError } from '../store.ts'
import { Turns } from '../turns.ts'
import * as access from './access-tables.ts'
import { readAddress } from './address.ts'
import { AssetLine } from './asset-line.ts'
import * as assets from './assets.ts'
import * as boards from './boards.ts'
import { Connections } from './connections.ts'
import { storeError } from './errors.ts'
import { NodeLock, type NodeLockOptions } from './locks.ts'
import { checkServer, migrateDatabase } from './opening.ts'

export interface PostgresOptions {
  /** Wall clock for the times in records. */
  now?: () => number
  /** Who else may use the database; no lock is taken without it. */
  nodes?: NodeLockOptions
  /** Connections for writes. */
  writers?: number
  /** The server gives a write up after this, and waiting for a lock after half of it. */
  writeMs?: number
}

export interface PostgresStore extends BoardStore {
  /** The secret that signs sessions: made by the first node that asks, and the same for all. */
  sessionSecret(): Promise<string>
}

/** Commits of this many share their flushes; with twice as many it was slower (e2e/bench/RESULTS.md). */
const WRITERS = 8
const READERS = 4
const ASKERS = 2
const WRITE_MS = 10_000
const ASK_MS = 5000
/** A board of 64 MiB has to come over the network. */
const READ_MS = 60_000

/** @param url  is named in no message: it may hold a password
 * @throws StoreError `unusable` with a sentence for the person who set `DATABASE_URL` */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<PostgresStore> {
  const { now = Date.now, writers = WRITERS, writeMs = WRITE_MS } = options
  const address = await readAddress(url).catch(unusable)
  const writer = new Connections(address, { max: writers, statementMs: writeMs, lockMs: writeMs / 2 })
  const reader = new Connections(address, { max: READERS, statementMs: READ_MS, lockMs: writeMs / 2 })
  // Small questions, which do not wait behind big boards.
  const asker = new Connections(address, { max: ASKERS, statementMs: ASK_MS, lockMs: writeMs / 2 })
  const connections = [writer, reader, asker]
  const closeAll = (): Promise<unknown> => Promise.all(connections.map(one => one.close()))
  let lock: NodeLock | undefined
  try {
    await checkServer(writer)
    lock = options.nodes && (await NodeLock.take(address, options.nodes))
    await migrateDatabase(address)
  } catch (error) {
    await Promise.all([closeAll(), lock?.release()])
    return unusable(error)
  }
  const turns = new Turns()
  const assetLine = new AssetLine()
  const readAccess: PostgresStore['readAccess'] = id => asker.run(sql => access.readAccess(sql, id))
  return {
    async createBoard({ id, name, shapeCount, initialState, owner }) {
      const state = await deflate(initialState)
      const atMs = now()
      await writer.run(sql => boards.addBoard(sql, { id, name, shapeCount, owner, state, atMs }))
      return {
        id,
        name,
        shapeCount,
        bytes: state.bytes.length,
        assetBytes: 0,
        createdAtMs: atMs,
        updatedAtMs: atMs,
      }
    },
    readBoard: id => asker.run(sql => boards.readBoard(sql, id)),
    load: id => reader.run(sql => boards.loadBoard(sql, id)),
    readSince: (id, afterSeq) => reader.run(sql => boards.readSince(sql, id, afterSeq)),
    watermarks: ids => asker.run(sql => boards.readWatermarks(sql, ids)),
    append: (id, updates, { name, shapeCount }) =>
      turns.take(id, () =>
        writer.run(sql => boards.append(sql, id, updates, { name, shapeCount, atMs: now() })),
      ),
    async compact(id, raw, throughSeq) {
      const snapshot = await deflate(raw)
      const isTaken = await writer.run(sql =>
        boards.addSnapshot(sql, id, { snapshot, throughSeq, atMs: now() }),
      )
      if (isTaken) await writer.run(sql => boards.cutLog(sql, id, throughSeq))
      return isTaken
    },
    readAccess,
    async changeAccess(id, changes, version) {
      if (changes.length > 0) await writer.run(sql => access.changeAccess(sql, id, changes, version))
      const record = await readAccess(id)
      if (!record) throw new StoreError('unknown-board', 'the board is not in the database')
      return record
    },
    addAsset: (id, asset, maxBytes) =>
      assetLine.take(() => writer.run(sql => assets.addAsset(sql, id, { asset, maxBytes, atMs: now() }))),
    readAsset: (id, assetId) => reader.run(sql => assets.readAsset(sql, id, assetId)),
    sessionSecret: () =>
      writer.run(async sql => {
        const made = randomBytes(32).toString('base64url')
        await sql`
          INSERT INTO drawbridge.secrets (name, value) VALUES ('session', ${made}) ON CONFLICT DO NOTHING`
        const [row] = await sql<
          { value: string }[]
        >`SELECT value FROM drawbridge.secrets WHERE name = 'session'`
        if (!row) throw new StoreError('io', 'the session secret is gone again')
        return row.value
      }),
    async close() {
      await closeAll()
      await lock?.release()
    },
  }
}

function unusable(error: unknown): never {
  throw new StoreError('unusable', `DATABASE_URL cannot be used: ${storeError(error).message}`)
}
