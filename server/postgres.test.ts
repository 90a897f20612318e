/** The whole server with its boards in PostgreSQL: killed, alone on its database, and with the database gone for a while. */
import { describe, expect, test, vi } from 'vitest'
import { ServerProcess } from '../e2e/server-process.ts'
import { CutProxy } from './testing/cut-proxy.ts'
import { GIF } from './testing/gif.ts'
import { Participant } from './testing/participant.ts'
import { TestDatabase, whyNoPostgres } from './testing/test-database.ts'

// Processes are started, and a database that does not answer is only noticed after seconds: tests wait beside each other.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000, maxConcurrency: 3 })

const why = await whyNoPostgres()

/** What a test has started, until it ends. */
class Site {
  readonly #cleanUp: (() => unknown)[] = []

  async createDatabase(): Promise<TestDatabase> {
    const database = await TestDatabase.create()
    this.afterwards(() => database.drop())
    return database
  }

  async startServer(databaseUrl: string): Promise<ServerProcess> {
    const server = new ServerProcess({ DATABASE_URL: databaseUrl })
    this.afterwards(() => server.dispose())
    await server.start()
    return server
  }

  async join(server: ServerProcess, id: string): Promise<Participant> {
    const participant = await Participant.join(`ws://127.0.0.1:${server.port}/live/${id}`)
    this.afterwards(() => participant.leave())
    return participant
  }

  /** Where the database is as far as the server knows. */
  async proxied(database: TestDatabase): Promise<{ proxy: CutProxy; url: string }> {
    const url = new URL(database.url)
    const proxy = await CutProxy.open(url.hostname, Number(url.port || 5432))
    this.afterwards(() => proxy.close())
    url.host = `127.0.0.1:${proxy.port}`
    return { proxy, url: url.href }
  }

  afterwards(run: () => unknown): void {
    this.#cleanUp.push(run)
  }

  async close(): Promise<void> {
    for (const clean of this.#cleanUp.splice(0).reverse()) await clean()
  }
}

const it = test.extend<{ site: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs from here
  site: async ({}, use) => {
    const site = new Site()
    await use(site)
    await site.close()
  },
})

async function readiness(server: ServerProcess): Promise<unknown[]> {
  const response = await fetch(`${server.url}/readyz`)
  return [response.status, ((await response.json()) as { status: string }).status]
}

describe.skipIf(why)(`a server on PostgreSQL${why ? ` (${why})` : ''}`, { concurrent: true }, () => {
  it('has after kill -9 what it said was saved, and knows its owners', async ({ site }) => {
    const { url } = await site.createDatabase()
    const server = await site.startServer(url)
    const made = await fetch(`${server.url}/api/boards`, { method: 'POST' })
    const { id } = (await made.json()) as { id: string }
    const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
    const ann = await site.join(server, id)
    for (let i = 0; i < 20; i++) ann.peer.shapes.set(`shape ${i}`, i)
    await ann.saved()
    const assets = `${server.url}/api/boards/${id}/assets`
    const headers = { 'Content-Type': 'image/gif' }
    const added = await fetch(assets, { method: 'POST', headers, body: GIF })
    const { asset } = (await added.json()) as { asset: string }
    await server.stop('SIGKILL')
    await server.start()
    const ben = await site.join(server, id)
    expect(ben.peer.shapes.size).toBe(20)
    const seen = await fetch(`${server.url}/api/boards/${id}`, { headers: { cookie } })
    expect(await seen.json()).toMatchObject({ role: 'owner', assetBytes: GIF.length })
    expect(await (await fetch(`${server.url}/api/boards/${id}/assets/${asset}`)).text()).toBe(GIF)
  })

  it('keeps a second one without REDIS_URL out, with one line, until it has ended', async ({ site }) => {
    const { url } = await site.createDatabase()
    const first = await site.startServer(url)
    const second = new ServerProcess({ DATABASE_URL: url })
    site.afterwards(() => second.dispose())
    await expect(second.start()).rejects.toThrow(/cannot start: DATABASE_URL [^\n]*REDIS_URL/)
    const waiting = site.startServer(url)
    expect(await first.stop()).toBe(0)
    expect(await readiness(await waiting)).toEqual([200, 'ready'])
  })

  it('goes on while its connections are cut, and saves what came meanwhile', async ({ site }) => {
    const database = await site.createDatabase()
    const server = await site.startServer(database.url)
    const { id } = await server.createBoard()
    const [ann, ben] = [await site.join(server, id), await site.join(server, id)]
    for (let i = 0; i < 10; i++) {
      ann.peer.shapes.set(`ann ${i}`, i)
      await database.cutConnections()
      ben.peer.shapes.set(`ben ${i}`, i)
      await Promise.all([ann.saved(), ben.saved()])
    }
    await server.stop('SIGKILL')
    await server.start()
    expect((await site.join(server, id)).peer.shapes.size).toBe(20)
  })

  it('is not ready while its database does not answer, with no board open', async ({ site }) => {
    const { proxy, url } = await site.proxied(await site.createDatabase())
    const server = await site.startServer(url)
    expect(await readiness(server)).toEqual([200, 'ready'])
    proxy.cut()
    expect(await readiness(server)).toEqual([503, 'no-store'])
    proxy.mend()
    await vi.waitFor(async () => expect(await readiness(server)).toEqual([200, 'ready']), 20_000)
  })

  it('says that nothing is saved while its database is gone without a word, and saves it afterwards', async ({
    site,
  }) => {
    const database = await site.createDatabase()
    const { proxy, url } = await site.proxied(database)
    const server = await site.startServer(url)
    const { id } = await server.createBoard()
    const [ann, ben] = [await site.join(server, id), await site.join(server, id)]
    ann.peer.shapes.set('before', 1)
    await ann.saved()
    proxy.cut()
    ann.peer.shapes.set('meanwhile', 1)
    await Promise.all([ann.refused('not-saving'), ben.refused('not-saving'), ben.has('meanwhile')])
    expect(await readiness(server)).toEqual([503, 'not-saving'])
    expect(ann.peer.isSaved).toBe(false)
    proxy.mend()
    await ann.saved()
    expect(await readiness(server)).toEqual([200, 'ready'])
    await server.stop('SIGKILL')
    await server.start()
    expect([...(await site.join(server, id)).peer.shapes.keys()].sort()).toEqual(['before', 'meanwhile'])
  })
})
