/** Boards moved from SQLite to PostgreSQL and back, by the command as one runs it. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { SECRET_FILE } from './access/session-secret.ts'
import { openPostgresStore } from './store/postgres/postgres-store.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { BoardStore } from './store/store.ts'
import { TestDatabase, whyNoPostgres } from './testing/test-database.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 })

const why = await whyNoPostgres()
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-migrate-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function createDatabase(): Promise<TestDatabase> {
  const database = await TestDatabase.create()
  cleanUp.push(() => database.drop())
  return database
}

const sqlite = (dir: string): string => `sqlite:${dir}`

function startMigrate(from: string, to: string) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), 'migrate', '--from', from, '--to', to],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  cleanUp.push(() => child.kill('SIGKILL'))
  return child
}

async function migrate(from: string, to: string) {
  const child = startMigrate(from, to)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: child.exitCode, out, err }
}

/** Each board has one of its own and one that others have too. */
const picturesOf = (i: number) =>
  [bytes(i, i), bytes(1, 2, 3)].map(
    content =>
      ({
        id: createHash('sha256').update(content).digest('base64url'),
        type: i % 2 === 0 ? 'image/png' : 'image/svg+xml',
        bytes: content,
      }) as const,
  )

const FACTS = { name: 'Plan', shapeCount: 2 }
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** Boards with everything that a board can have. */
async function fill(store: BoardStore, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, createBoardId)
  await Promise.all(
    ids.map(async (id, i) => {
      const owner = i % 2 === 0 ? undefined : `owner ${i}`
      await store.createBoard({ id, ...FACTS, initialState: bytes(0, 0), owner })
      await store.append(id, [bytes(i, 1), bytes(i, 2, 2)], { name: `Plan ${i} ☃`, shapeCount: i })
      if (i % 10 !== 0) return
      for (const picture of picturesOf(i)) await store.addAsset(id, picture, 5)
      for (let seq = 1; seq <= 7; seq++) {
        const lastSeq = await store.append(id, [bytes(seq), bytes(seq)], { name: `\0${i}`, shapeCount: i })
        await store.compact(id, new Uint8Array(1000 + seq).fill(seq), lastSeq - 1)
      }
      const link = { keyHash: 'hash', name: 'Guests \ud800', passwordHash: undefined, revokedAtMs: undefined }
      await store.changeAccess(id, [
        { kind: 'settings', anyone: undefined, state: 'locked' },
        { kind: 'link', link: { ...link, id: 'b', role: 'viewer', expiresAtMs: 7, createdAtMs: 5 } },
        { kind: 'link', link: { ...link, id: 'a', role: 'editor', expiresAtMs: undefined, createdAtMs: 6 } },
        { kind: 'person', person: { identity: 'ben', role: 'removed', linkIds: ['a', 'b'] } },
        { kind: 'person', person: { identity: 'ann', role: undefined, linkIds: [] } },
      ])
      await store.changeAccess(id, [{ kind: 'owner', owner: 'cem' }])
    }),
  )
  return ids
}

async function fillFolder(count: number): Promise<{ dir: string; ids: string[] }> {
  const dir = makeDir()
  const store = await openSqliteStore(dir)
  const ids = await fill(store, count)
  await store.close()
  writeFileSync(join(dir, SECRET_FILE), `${'s'.repeat(40)}\n`)
  return { dir, ids }
}

/** What a server reads of the boards. */
async function contents(store: BoardStore, ids: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    ids.map(async (id, i) => {
      const { deflated: _, record, ...stored } = (await store.load(id)) ?? { record: undefined }
      const pictures = await Promise.all(picturesOf(i).map(picture => store.readAsset(id, picture.id)))
      // A name loses what PostgreSQL cannot hold.
      return {
        ...stored,
        pictures: pictures.map(picture => picture && { ...picture, bytes: [...picture.bytes] }),
        record: record && { ...record, name: record.name.replace('\0', '') },
        access: JSON.parse(JSON.stringify(await store.readAccess(id)).replaceAll('\\ud800', '\ufffd')),
      }
    }),
  )
}

describe.skipIf(why)(`moving boards${why ? ` (${why})` : ''}`, () => {
  it('to PostgreSQL and back brings everything, and servers go on from there', async () => {
    const { dir, ids } = await fillFolder(250)
    const { url } = await createDatabase()
    const there = await migrate(sqlite(dir), url)
    expect(there).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^250 boards to move\n(.+\n)*250 moved, 0 there already, 250 of 250 compared and equal\n$/,
      ),
      err: '',
    })
    const before = await openSqliteStore(dir)
    const expected = await contents(before, ids)
    expect(expected[20]).toMatchObject({ pictures: [{ bytes: [20, 20] }, { bytes: [1, 2, 3] }] })
    await before.close()

    const postgres = await openPostgresStore(url)
    expect(await contents(postgres, ids)).toEqual(expected)
    expect(await postgres.sessionSecret()).toBe('s'.repeat(40))
    expect(await postgres.append(ids[0] ?? '', [bytes(9)], FACTS)).toBe(17)
    const changed = await contents(postgres, ids)
    await postgres.close()

    const back = makeDir()
    expect(await migrate(url, sqlite(back))).toMatchObject({ code: 0 })
    const store = await openSqliteStore(back)
    cleanUp.push(() => store.close())
    expect(await contents(store, ids)).toEqual(changed)
    expect(await store.append(ids[0] ?? '', [bytes(9)], FACTS)).toBe(18)
    expect(readFileSync(join(back, SECRET_FILE), 'utf8').trim()).toBe('s'.repeat(40))
  })

  it.each(['to PostgreSQL', 'to SQLite'])('%s goes on after kill -9 where it was', async direction => {
    const { dir } = await fillFolder(350)
    const { url } = await createDatabase()
    const isBack = direction === 'to SQLite'
    if (isBack) await migrate(sqlite(dir), url)
    const [from, to] = isBack ? [url, sqlite(makeDir())] : [sqlite(dir), url]
    const child = startMigrate(from, to)
    const exited = once(child, 'exit')
    for await (const line of createInterface({ input: child.stdout })) {
      if (/^100 of 350 moved/.test(line)) child.kill('SIGKILL')
    }
    await exited
    expect(child.signalCode).toBe('SIGKILL')
    const { code, out } = await migrate(from, to)
    const [, moved, present] = /(\d+) moved, (\d+) there already, 350 of 350 compared/.exec(out) ?? []
    expect(code).toBe(0)
    expect(Number(present)).toBeGreaterThanOrEqual(100)
    expect(Number(moved)).toBeGreaterThan(0)
    expect(Number(moved) + Number(present)).toBe(350)
  })

  it('leaves a board that differs as it is, moves the others and says so', async () => {
    const { dir, ids } = await fillFolder(5)
    const { url } = await createDatabase()
    await migrate(sqlite(dir), url)
    const postgres = await openPostgresStore(url)
    const [differs = ''] = ids
    await postgres.append(differs, [bytes(1)], FACTS)
    const before = await contents(postgres, ids)
    await postgres.close()
    const again = await migrate(sqlite(dir), url)
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('0 moved, 4 there already, 4 of 5') })
    expect(again.err).toMatch(new RegExp(`^board ${differs}: [^\n]*left as it is\n1 with problems`))
    const after = await openPostgresStore(url)
    cleanUp.push(() => after.close())
    expect(await contents(after, ids)).toEqual(before)
  })

  it('brings the pictures that are missing, and says which are damaged', async () => {
    const { dir, ids } = await fillFolder(1)
    const { url } = await createDatabase()
    const [id = ''] = ids
    await migrate(sqlite(dir), url)
    const store = await openSqliteStore(dir)
    const late = { id: 'A'.repeat(43), type: 'image/png', bytes: bytes(9) } as const
    await store.addAsset(id, late, 100)
    await store.close()
    const again = await migrate(sqlite(dir), url)
    // It is not what its name says.
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('0 moved, 1 there already') })
    expect(again.err).toMatch(new RegExp(`^board ${id}: its picture ${late.id} is damaged\n`))
    const postgres = await openPostgresStore(url)
    cleanUp.push(() => postgres.close())
    expect(await postgres.readAsset(id, late.id)).toMatchObject({ type: 'image/png', bytes: bytes(9) })
    expect((await postgres.readBoard(id))?.assetBytes).toBe(6)
  })

  it('is refused while a server runs on either side', async () => {
    const { dir } = await fillFolder(2)
    const { url } = await createDatabase()
    const node = await openPostgresStore(url, { nodes: { isAlone: false } })
    expect(await migrate(sqlite(dir), url)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Boards cannot be moved: the database cannot be used: [^\n]+\n$/),
    })
    await node.close()
    const server = await openSqliteStore(dir)
    expect(await migrate(sqlite(dir), url)).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^Boards cannot be moved: the folder [^\n]+ another Drawbridge runs on it[^\n]+\n$/,
      ),
    })
    await server.close()
    expect(await migrate(sqlite(dir), url)).toMatchObject({ code: 0 })
  })

  it('never mixes boards whose people are known by another secret', async () => {
    const { dir } = await fillFolder(2)
    const { url } = await createDatabase()
    const store = await openPostgresStore(url)
    // A server that was only tried has made one: with no boards it means nothing.
    const made = await store.sessionSecret()
    const own = await fill(store, 1)
    await store.close()
    const refused = await migrate(sqlite(dir), url)
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/another secret there/) })
    const after = await openPostgresStore(url)
    expect(await after.sessionSecret()).toBe(made)
    expect(await after.readBoard(own[0] ?? '')).toBeDefined()
    await after.close()
  })

  it('a folder that is not there is not made, and a place that is none is explained', async () => {
    const { url } = await createDatabase()
    const nowhere = join(makeDir(), 'nowhere')
    expect(await migrate(sqlite(nowhere), url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no boards'),
    })
    expect(existsSync(nowhere)).toBe(false)
    expect(await migrate('./data', url)).toMatchObject({ code: 1, err: expect.stringMatching(/^usage: /) })
  })
})
