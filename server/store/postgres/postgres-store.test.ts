import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { CutProxy } from '../../testing/cut-proxy.ts'
import { TestDatabase, whyNoPostgres } from '../../testing/test-database.ts'
import { storeContract } from '../contract.ts'
import type { BoardStore, StoreError } from '../store.ts'
import { readAddress } from './address.ts'
import { Connections } from './connections.ts'
import { storeError } from './errors.ts'
import { openPostgresStore, type PostgresOptions, type PostgresStore } from './postgres-store.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const why = await whyNoPostgres()
const FACTS = { name: '', shapeCount: 0 }

describe.skipIf(why)(`the PostgreSQL store${why ? ` (${why})` : ''}`, () => {
  let database: TestDatabase
  const cleanUp: (() => unknown)[] = []
  beforeAll(async () => {
    database = await TestDatabase.create()
  })
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean()
  })
  afterAll(() => database.drop())

  const open = async (options?: PostgresOptions, url = database.url): Promise<PostgresStore> => {
    const store = await openPostgresStore(url, options)
    cleanUp.push(() => store.close())
    return store
  }
  /** For what changes the database itself. */
  const freshDatabase = async (): Promise<TestDatabase> => {
    const fresh = await TestDatabase.create()
    cleanUp.push(() => fresh.drop())
    return fresh
  }
  const addBoard = async (store: BoardStore): Promise<string> => {
    const id = createBoardId()
    await store.createBoard({ id, ...FACTS, initialState: Uint8Array.of(0, 0) })
    return id
  }
  const logOf = async (store: BoardStore, id: string): Promise<number[]> =>
    (await store.load(id))?.updates.map(([value = -1]) => value) ?? []

  storeContract(async () => ({ store: await open(), reopen: () => open(), another: () => open() }))

  it('connections that are cut again and again lose nothing that was acknowledged, and reorder nothing', async () => {
    const [left, right] = [await open(), await open()]
    const id = await addBoard(left)
    const acknowledged: [node: number, value: number, seq: number][] = []
    const cuts: Promise<number>[] = []
    let failureCount = 0
    // As a room does it: the next when this one is durable, the same again when its outcome is unknown.
    const write = async (store: BoardStore, node: number): Promise<void> => {
      for (let value = 0; value < 100; ) {
        try {
          const seq = await store.append(id, [Uint8Array.of(node, value)], FACTS)
          acknowledged.push([node, value, seq])
          value++
          // While both go on.
          if (acknowledged.length % 8 === 0) cuts.push(database.cutConnections())
        } catch (error) {
          expect((error as StoreError).kind).toBe('io')
          failureCount++
        }
      }
    }
    await Promise.all([write(left, 0), write(right, 1)])
    await Promise.all(cuts)
    expect(failureCount).toBeGreaterThan(0)
    const stored = await left.load(id)
    expect(stored?.updates.length).toBe(stored?.lastSeq)
    for (const [node, value, seq] of acknowledged) {
      expect([...(stored?.updates[seq - 1] ?? [])]).toEqual([node, value])
    }
    for (const node of [0, 1]) {
      const seqs = acknowledged.filter(([by]) => by === node).map(([, , seq]) => seq)
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    }
  })

  it('a server that has gone without a word is given up in time, and reached again when it is back', async () => {
    const { hostname, port } = new URL(database.url)
    const proxy = await CutProxy.open(hostname, Number(port || 5432))
    cleanUp.push(() => proxy.close())
    const url = new URL(database.url)
    url.host = `127.0.0.1:${proxy.port}`
    const store = await open({ writeMs: 200 }, url.href)
    const id = await addBoard(store)
    proxy.cut()
    const startMs = performance.now()
    await expect(store.append(id, [Uint8Array.of(1)], FACTS)).rejects.toMatchObject({
      kind: 'io',
      message: /has not answered/,
    })
    // Its own time-out and the way: not the quarter of an hour that the system would go on sending.
    expect(performance.now() - startMs).toBeLessThan(15_000)
    proxy.mend()
    expect(await store.append(id, [Uint8Array.of(2)], FACTS)).toBe(1)
    expect(await logOf(store, id)).toEqual([2])
  })

  it('a proxy that takes connections and closes them, because its server is away, fails the append, and is not stormed', async () => {
    const { hostname, port } = new URL(database.url)
    let connectionCount = 0
    let isAway = false
    const proxy = createServer(near => {
      connectionCount++
      if (isAway) near.end()
      else {
        const far = connect(Number(port || 5432), hostname)
        near.pipe(far).pipe(near)
        near.on('error', () => far.destroy())
        near.on('close', () => far.destroy())
        open.add(near)
      }
    })
    const open = new Set<Socket>()
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    cleanUp.push(() => proxy.close())
    const url = new URL(database.url)
    url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const store = await openPostgresStore(url.href)
    cleanUp.push(() => store.close())
    const id = await addBoard(store)
    isAway = true
    for (const socket of open) socket.destroy()
    const before = connectionCount
    for (let i = 0; i < 5; i++) {
      await expect(store.append(id, [Uint8Array.of(i)], FACTS)).rejects.toMatchObject({ kind: 'io' })
    }
    expect(connectionCount - before).toBeLessThanOrEqual(5)
    isAway = false
    expect(await store.append(id, [Uint8Array.of(9)], FACTS)).toBe(1)
  })

  it('a board that somebody has locked fails the append as busy, delays no other, and takes it afterwards', async () => {
    const store = await open({ writeMs: 1000 })
    const [id, other] = [await addBoard(store), await addBoard(store)]
    await database.sql.begin(async transaction => {
      await transaction`SELECT 1 FROM drawbridge.boards WHERE id = ${id} FOR UPDATE`
      const blocked = store.append(id, [Uint8Array.of(1)], FACTS)
      const isBlocked = expect(blocked).rejects.toMatchObject({ kind: 'busy' })
      expect(await store.append(other, [Uint8Array.of(1)], FACTS)).toBe(1)
      await isBlocked
    })
    expect(await store.append(id, [Uint8Array.of(2)], FACTS)).toBe(1)
  })

  it('a database that takes no writes for a while fails appends, and takes them afterwards', async () => {
    const fresh = await freshDatabase()
    const store = await open({}, fresh.url)
    const id = await addBoard(store)
    const setReadOnly = async (value: 'on' | 'off'): Promise<void> => {
      await fresh.sql.unsafe(
        `ALTER DATABASE ${new URL(fresh.url).pathname.slice(1)} SET default_transaction_read_only = ${value}`,
      )
      await fresh.cutConnections()
    }
    await setReadOnly('on')
    await vi.waitFor(() =>
      expect(store.append(id, [Uint8Array.of(1)], FACTS)).rejects.toMatchObject({ message: /25006/ }),
    )
    expect(await store.readBoard(id)).toMatchObject({ id })
    await fresh.sql`SET default_transaction_read_only = off`
    await setReadOnly('off')
    await vi.waitFor(async () => expect(await store.append(id, [Uint8Array.of(2)], FACTS)).toBe(1))
  })

  it('commits are flushed, whatever the database’s default', async () => {
    const fresh = await freshDatabase()
    await fresh.sql.unsafe(
      `ALTER DATABASE ${new URL(fresh.url).pathname.slice(1)} SET synchronous_commit = off`,
    )
    const connections = new Connections(await readAddress(fresh.url), {
      max: 1,
      statementMs: 1000,
      lockMs: 1000,
    })
    cleanUp.push(() => connections.close())
    const [row] = await connections.run(sql => sql`SHOW synchronous_commit`)
    expect(row).toEqual({ synchronous_commit: 'on' })
  })

  it('a snapshot that is damaged fails to load as corrupt; it is not made up', async () => {
    const store = await open()
    const id = await addBoard(store)
    await database.sql`
      UPDATE drawbridge.snapshots SET deflated = '\\xffffffff'
      WHERE board_key = (SELECT key FROM drawbridge.boards WHERE id = ${id})`
    await expect(store.load(id)).rejects.toMatchObject({ kind: 'corrupt' })
  })

  it.each([
    ['53100', 'full'],
    ['53300', 'busy'],
    ['55P03', 'busy'],
    ['57014', 'busy'],
    ['40001', 'busy'],
    ['57P01', 'io'],
    ['25006', 'io'],
    ['ECONNREFUSED', 'io'],
    ['CONNECTION_CLOSED', 'io'],
    ['XX001', 'corrupt'],
  ])('error %s is %s', (code, kind) => {
    expect(storeError(Object.assign(new Error('it failed'), { code }))).toMatchObject({
      kind,
      message: `it failed (${code})`,
    })
  })

  describe('opening', () => {
    it('nodes that start at once on an empty database make the tables once', async () => {
      const fresh = await freshDatabase()
      const stores = await Promise.all([1, 2, 3, 4].map(() => open({}, fresh.url)))
      const id = await addBoard(stores[0] as BoardStore)
      for (const store of stores) expect(await store.readBoard(id)).toMatchObject({ id })
    })

    it('all nodes get the same session secret, and so does a later one', async () => {
      const fresh = await freshDatabase()
      const stores = await Promise.all([1, 2, 3].map(() => open({}, fresh.url)))
      const secrets = await Promise.all(stores.map(store => store.sessionSecret()))
      expect(secrets[0]?.length).toBeGreaterThanOrEqual(32)
      expect(new Set(secrets).size).toBe(1)
      expect(await (await open({}, fresh.url)).sessionSecret()).toBe(secrets[0])
    })

    it('a database of the first version, which had no pictures, gets them', async () => {
      const fresh = await freshDatabase()
      const old = await openPostgresStore(fresh.url)
      const id = createBoardId()
      await old.createBoard({ id, name: 'Old plan', shapeCount: 1, initialState: Uint8Array.of(0, 0) })
      await old.close()
      await fresh.sql`DROP TABLE drawbridge.assets`
      await fresh.sql`UPDATE drawbridge.schema_version SET version = 1`
      const store = await open({}, fresh.url)
      expect(await store.readBoard(id)).toMatchObject({ name: 'Old plan', assetBytes: 0 })
      const picture = { id: 'A'.repeat(43), type: 'image/png', bytes: Uint8Array.of(1) } as const
      expect(await store.addAsset(id, picture, 1)).toBe('added')
    })

    it('a database of a newer version is refused, and left as it was', async () => {
      const fresh = await freshDatabase()
      await (await openPostgresStore(fresh.url)).close()
      await fresh.sql`UPDATE drawbridge.schema_version SET version = 999`
      await expect(openPostgresStore(fresh.url)).rejects.toMatchObject({
        kind: 'unusable',
        message: /^DATABASE_URL cannot be used: the database has schema 999[^\n]+$/,
      })
      expect([...(await fresh.sql`SELECT version FROM drawbridge.schema_version`)]).toEqual([
        { version: 999 },
      ])
    })

    it.each([
      ['a server that is not there', { port: '1' }, /ECONNREFUSED/],
      ['a database that is not there', { pathname: '/nowhere' }, /does not exist/],
    ])('%s is refused with one line that tells no password', async (_, change, expected) => {
      const url = Object.assign(new URL(database.url), { password: 'very-secret' }, change)
      const refused: StoreError = await openPostgresStore(url.href).catch(error => error)
      expect(refused).toMatchObject({ kind: 'unusable', message: expected })
      expect(refused.message).toMatch(/^DATABASE_URL cannot be used: [^\n]+$/)
      expect(refused.message).not.toContain('very-secret')
    })

    it('a database that cannot hold every character is refused', async () => {
      const name = `${new URL(database.url).pathname.slice(1)}_ascii`
      await database.sql.unsafe(
        `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
      )
      cleanUp.push(() => database.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`))
      const url = new URL(database.url)
      url.pathname = name
      await expect(openPostgresStore(url.href)).rejects.toMatchObject({ message: /SQL_ASCII; expected UTF8/ })
    })
  })

  describe('the lock on the database', () => {
    const alone = { isAlone: true, waitMs: 0 }
    const onBus = { isAlone: false, waitMs: 0 }
    const REFUSED = { kind: 'unusable', message: /^DATABASE_URL cannot be used: [^\n]*REDIS_URL[^\n]*$/ }

    it('keeps a second node without a bus out, and any node beside one', async () => {
      const first = await open({ nodes: alone })
      await expect(openPostgresStore(database.url, { nodes: alone })).rejects.toMatchObject(REFUSED)
      await expect(openPostgresStore(database.url, { nodes: onBus })).rejects.toMatchObject(REFUSED)
      await first.close()
      await open({ nodes: onBus })
      await open({ nodes: onBus })
      await expect(openPostgresStore(database.url, { nodes: alone })).rejects.toMatchObject(REFUSED)
    })

    it('is waited for while the other node ends', async () => {
      const first = await open({ nodes: alone })
      const { promise: waits, resolve: onWait } = Promise.withResolvers<void>()
      const second = open({ nodes: { isAlone: true, onWait } })
      await waits
      await first.close()
      expect(await (await second).watermarks([])).toEqual(new Map())
    })

    it('is taken again when its connection was cut', async () => {
      let isLost = false
      await open({ nodes: { ...alone, onLost: () => (isLost = true) } })
      const [before] = await holders()
      await database.cutConnections()
      await vi.waitFor(async () => {
        const [holder = before] = await holders()
        expect(holder).not.toBe(before)
      }, 20_000)
      await expect(openPostgresStore(database.url, { nodes: alone })).rejects.toMatchObject(REFUSED)
      expect(isLost).toBe(false)
    })

    it('says so when another node has it by then', async () => {
      const { promise: lost, resolve: onLost } = Promise.withResolvers<StoreError>()
      const first = await open({ nodes: { ...alone, regainMs: 0, onLost } })
      const second = open({ nodes: { isAlone: true } })
      await vi.waitFor(async () => {
        // Whoever has it, and nobody else: a node that is just starting must not be cut.
        for (const pid of await holders()) await database.sql`SELECT pg_terminate_backend(${pid})`
        await Promise.race([lost, Promise.reject(new Error('not yet'))])
      }, 20_000)
      expect(await lost).toMatchObject({ kind: 'unusable' })
      await second
      expect(await first.watermarks([])).toEqual(new Map())
    })

    /** Backends that have it. */
    const holders = async (): Promise<number[]> => {
      const rows = await database.sql<{ pid: number }[]>`
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
      return rows.map(({ pid }) => pid)
    }
  })
})
