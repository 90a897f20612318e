import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { deflateRawSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { seeded } from '../../shared/testing/seeded.ts'
import { MemoryStore } from '../../testing/memory-store.ts'
import { OPEN_TO_ALL } from '../access-record.ts'
import { storeContract } from '../contract.ts'
import type { BoardStore } from '../store.ts'
import { LOCK_FILE } from './folder-lock.ts'
import { DATABASE_FILE, openSqliteStore, type SqliteOptions } from './sqlite-store.ts'
import { WorkerThread } from './worker-thread.ts'

// fsync and worker starts take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-store-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function open(dir: string, options?: SqliteOptions): Promise<BoardStore> {
  const store = await openSqliteStore(dir, options)
  cleanUp.push(() => store.close())
  return store
}

const FACTS = { name: '', shapeCount: 0 }

async function addBoard(store: BoardStore): Promise<string> {
  const id = createBoardId()
  await store.createBoard({ id, ...FACTS, initialState: Uint8Array.of(0, 0) })
  return id
}

describe('the SQLite store', () => {
  storeContract(async () => {
    const dir = makeDir()
    return { store: await open(dir), reopen: () => open(dir) }
  })
})

describe('the store in memory that other tests use', () => {
  storeContract(async () => ({ store: new MemoryStore() }))
})

it('what was acknowledged before kill -9 is there after it, and the database is sound', async () => {
  const dir = makeDir()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'append-forever.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  let id = ''
  for await (const line of createInterface({ input: child.stdout })) {
    if (id === '') id = line
    else acknowledged = Number(line)
    if (acknowledged >= 50) child.kill('SIGKILL')
  }
  const store = await open(dir)
  const stored = await store.load(id)
  expect(stored?.lastSeq).toBeGreaterThanOrEqual(acknowledged)
  expect(stored?.updates.map(update => update[0])).toEqual(stored?.updates.map((_, i) => (i + 1) % 256))
  const db = new Database(join(dir, DATABASE_FILE), { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

describe('a folder that another server has', () => {
  const KEPT = { kind: 'unusable', message: /^DATA_DIR [^\n]+ another Drawbridge runs on it[^\n]+$/ }

  it('is refused, with a sentence that names DATA_DIR, and the first goes on', async () => {
    const dir = makeDir()
    const first = await open(dir)
    const id = await addBoard(first)
    await expect(openSqliteStore(dir, { lock: { waitMs: 0 } })).rejects.toMatchObject(KEPT)
    expect(await first.append(id, [Uint8Array.of(1)], FACTS)).toBe(1)
    // A failed attempt must not have let go of the first one's lock.
    await expect(openSqliteStore(dir, { lock: { waitMs: 0 } })).rejects.toMatchObject(KEPT)
  })

  it('is waited for while that one ends', async () => {
    const dir = makeDir()
    const first = await open(dir)
    const { promise: waits, resolve: onWait } = Promise.withResolvers<void>()
    const second = open(dir, { lock: { onWait } })
    await waits
    const id = await addBoard(first)
    await first.close()
    expect(await (await second).readBoard(id)).toMatchObject({ id })
  })

  it('is free at once after kill -9, and nothing was written into the lock', async () => {
    const dir = makeDir()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'append-forever.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await expect(openSqliteStore(dir, { lock: { waitMs: 0 } })).rejects.toMatchObject(KEPT)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await open(dir, { lock: { waitMs: 0 } })
    expect(statSync(join(dir, LOCK_FILE)).size).toBe(0)
    expect(readdirSync(dir).filter(name => name.startsWith(LOCK_FILE))).toEqual([LOCK_FILE])
  })
})

it('a full disk fails the append, keeps what was there, and a larger one takes it', async () => {
  const dir = makeDir()
  const store = await open(dir, { maxPages: 64 })
  const id = await addBoard(store)
  await store.append(id, [Uint8Array.of(1)], FACTS)
  const tooMuch = new Uint8Array(512 * 1024)
  await expect(store.append(id, [tooMuch], FACTS)).rejects.toMatchObject({ kind: 'full' })
  // Others of the same group commit may fail with it; alone a small one still fits.
  expect(await store.append(id, [Uint8Array.of(2)], FACTS)).toBe(2)
  await store.close()
  const larger = await open(dir)
  expect(await larger.append(id, [tooMuch], FACTS)).toBe(3)
  expect((await larger.load(id))?.updates.map(update => update.length)).toEqual([1, 1, tooMuch.length])
})

it('a full disk refuses a picture, and nothing of it is there', async () => {
  const store = await open(makeDir(), { maxPages: 64 })
  const id = await addBoard(store)
  const picture = { id: 'A'.repeat(43), type: 'image/png', bytes: new Uint8Array(512 * 1024) } as const
  await expect(store.addAsset(id, picture, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ kind: 'full' })
  expect(await store.readAsset(id, picture.id)).toBeUndefined()
  expect((await store.readBoard(id))?.assetBytes).toBe(0)
  expect(await store.append(id, [Uint8Array.of(2)], FACTS)).toBe(1)
})

it('a database that another process has locked fails the append as busy, and takes it afterwards', async () => {
  const dir = makeDir()
  const store = await open(dir)
  const id = await addBoard(store)
  const other = new Database(join(dir, DATABASE_FILE))
  other.exec('BEGIN IMMEDIATE')
  await expect(store.append(id, [Uint8Array.of(1)], FACTS)).rejects.toMatchObject({ kind: 'busy' })
  other.exec('ROLLBACK')
  other.close()
  expect(await store.append(id, [Uint8Array.of(1)], FACTS)).toBe(1)
})

it.each([
  ['a file where the folder should be', (dir: string) => writeFileSync(join(dir, 'data'), '')],
  [
    'a file that is no database',
    (dir: string) => writeFileSync(join(dir, DATABASE_FILE), 'not a database '.repeat(1000)),
  ],
  [
    'a database of a newer version',
    (dir: string) => {
      const db = new Database(join(dir, DATABASE_FILE))
      db.pragma('user_version = 999')
      db.close()
    },
  ],
])('%s is refused with a sentence that names DATA_DIR, and left as it was', async (what, prepare) => {
  const dir = makeDir()
  prepare(dir)
  const file = join(dir, what.startsWith('a file where') ? 'data' : DATABASE_FILE)
  const before = readFileSync(file)
  const dataDir = what.startsWith('a file where') ? join(dir, 'data') : dir
  await expect(openSqliteStore(dataDir)).rejects.toMatchObject({
    kind: 'unusable',
    message: /^DATA_DIR [^\n]+$/,
  })
  expect(readFileSync(file).equals(before)).toBe(true)
})

/** The tables as the first version made them. */
const FIRST_SCHEMA = `
  CREATE TABLE boards (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, shape_count INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0, snapshot_bytes INTEGER NOT NULL DEFAULT 0, log_bytes INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE updates (board_key INTEGER NOT NULL REFERENCES boards (key), seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL, UNIQUE (board_key, seq)) STRICT;
  CREATE TABLE snapshots (board_key INTEGER NOT NULL REFERENCES boards (key), generation INTEGER NOT NULL,
    through_seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, raw_length INTEGER NOT NULL, deflated BLOB NOT NULL,
    UNIQUE (board_key, generation)) STRICT;
  PRAGMA user_version = 1;`

it('a database of the first version opens: its boards are as they were, open to anyone, and nobody’s', async () => {
  const dir = makeDir()
  const id = createBoardId()
  const db = new Database(join(dir, DATABASE_FILE))
  db.exec(FIRST_SCHEMA)
  db.prepare(`INSERT INTO boards VALUES (1, ?, 'Old plan', 3, 1, 2, 1, 1000, 2000)`).run(id)
  db.prepare('INSERT INTO snapshots VALUES (1, 1, 0, 1000, 2, ?)').run(deflateRawSync(Uint8Array.of(0, 0)))
  db.prepare('INSERT INTO updates VALUES (1, 1, 2000, ?)').run(Buffer.of(7))
  db.close()
  const store = await open(dir)
  expect(await store.readBoard(id)).toMatchObject({ name: 'Old plan', shapeCount: 3, updatedAtMs: 2000 })
  expect((await store.load(id))?.updates.map(update => [...update])).toEqual([[7]])
  expect(await store.readAccess(id)).toEqual(OPEN_TO_ALL)
  expect(await store.append(id, [Uint8Array.of(1)], FACTS)).toBe(2)
  await store.changeAccess(id, [{ kind: 'owner', owner: 'ann' }])
  expect(await store.readAccess(id)).toEqual({ ...OPEN_TO_ALL, version: 1, owner: 'ann' })
  expect((await store.readBoard(id))?.assetBytes).toBe(0)
  const picture = { id: 'A'.repeat(43), type: 'image/png', bytes: Uint8Array.of(1) } as const
  expect(await store.addAsset(id, picture, 1)).toBe('added')
})

it('a board whose pages are damaged fails to load as corrupt; it is not made up', async () => {
  const dir = makeDir()
  const store = await open(dir)
  const id = createBoardId()
  const random = seeded(1)
  const noise = Uint8Array.from({ length: 200_000 }, () => random() * 256)
  await store.createBoard({ id, ...FACTS, initialState: noise })
  await store.close()
  const path = join(dir, DATABASE_FILE)
  const fd = openSync(path, 'r+')
  const size = statSync(path).size
  // The last pages hold the snapshot's overflow chain.
  writeSync(fd, Buffer.alloc(60_000, 0xee), 0, 60_000, size - 60_000)
  closeSync(fd)
  const again = await open(dir)
  await expect(again.load(id)).rejects.toMatchObject({ kind: 'corrupt' })
})

it('a worker that dies fails what it had, and the next request starts another', async () => {
  const dir = makeDir()
  await (await openSqliteStore(dir)).close()
  const thread = new WorkerThread({ path: join(dir, DATABASE_FILE), role: 'reader' })
  cleanUp.push(() => thread.close())
  await thread.open()
  // The worker cannot know what to do with it: an uncaught error ends the thread.
  await expect(thread.ask(null as never)).rejects.toMatchObject({ kind: 'crashed' })
  expect(await thread.ask({ kind: 'read', id: 'none' })).toBeUndefined()
})
