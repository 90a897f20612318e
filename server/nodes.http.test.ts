/** Whole nodes over PostgreSQL and Redis: what one tells of a board that only the other has open, and with which Redis they start. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CLOSE } from '#shared/protocol.ts'
import { OwnRedis, whyNoRedis } from '../e2e/nodes/own-redis.ts'
import { readConfig } from './config.ts'
import { startServer } from './start.ts'
import { GIF } from './testing/gif.ts'
import { Participant } from './testing/participant.ts'
import { recordLog } from './testing/quiet-log.ts'
import { TestDatabase, whyNoPostgres } from './testing/test-database.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

const reason = (await whyNoPostgres()) ?? whyNoRedis()
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

async function startOn(databaseUrl: string, redisUrl: string) {
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
  const log = recordLog()
  const server = await startServer(readConfig({ HOST: '127.0.0.1', PORT: '0', ...env }), { log })
  cleanUp.push(() => server.drain({ spreadMs: 0, deadlineMs: 5000 }))
  return { server, log }
}

async function startNode(databaseUrl: string, redis: OwnRedis) {
  const { server, log } = await startOn(databaseUrl, redis.url)
  await log.until('bus.up', 1)
  const url = `http://127.0.0.1:${server.port}/api/boards`
  const read = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url}${path}`, init)
    return { status: response.status, body: response.status === 204 ? undefined : await response.json() }
  }
  return { port: server.port, url, read }
}

async function two() {
  const database = await TestDatabase.create()
  cleanUp.push(() => database.drop())
  const redis = await OwnRedis.start()
  cleanUp.push(() => redis.kill())
  const [left, right] = await Promise.all([startNode(database.url, redis), startNode(database.url, redis)])
  const made = await fetch(left.url, { method: 'POST' })
  const { id } = (await made.json()) as { id: string }
  const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
  const join = async (): Promise<Participant> => {
    const participant = await Participant.join(`ws://127.0.0.1:${left.port}/live/${id}`)
    cleanUp.push(() => participant.leave())
    return participant
  }
  const countAt = async (node: typeof left): Promise<unknown> =>
    ((await node.read(`/${id}`)).body as { participants: unknown }).participants
  return { redis, left, right, id, cookie, join, countAt }
}

describe.skipIf(reason !== undefined)(
  `a board open on one node${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    it('has the same number of participants whichever node is asked, none while Redis is away', async () => {
      const { redis, left, right, join, countAt } = await two()
      expect(await countAt(right)).toBe(0)
      await Promise.all([join(), join()])
      await expect.poll(() => countAt(right)).toBe(2)
      expect(await countAt(left)).toBe(2)
      await redis.kill()
      await expect.poll(() => countAt(right)).toBe(0)
      expect(await countAt(left)).toBe(2)
      await redis.start()
      await expect.poll(() => countAt(right), { timeout: 10_000 }).toBe(2)
    })

    it('has its pictures on every node', async () => {
      const { left, right, id } = await two()
      const picture = { method: 'POST', headers: { 'Content-Type': 'image/gif' }, body: GIF }
      const { body } = await left.read(`/${id}/assets`, picture)
      const { asset } = body as { asset: string }
      expect(await (await fetch(`${right.url}/${id}/assets/${asset}`)).text()).toBe(GIF)
    })

    it('has the same people, and who keeps no cookie can be removed by way of the other', async () => {
      const { left, right, id, cookie, join } = await two()
      const ben = await join()
      const people = async (node: typeof left) =>
        (
          (await node.read(`/${id}/people`, { headers: { cookie } })).body as {
            people: { id: string; isKnown: boolean; connections: unknown[] }[]
          }
        ).people
      await expect.poll(() => people(right)).toHaveLength(2)
      expect(await people(right)).toEqual(await people(left))
      const stranger = (await people(right)).find(({ isKnown }) => !isKnown)
      expect(stranger?.connections).toHaveLength(1)
      const removal = { method: 'DELETE', headers: { cookie } }
      expect((await right.read(`/${id}/people/${stranger?.id}`, removal)).status).toBe(204)
      expect(await ben.closed).toBe(CLOSE.forbidden)
    })
  },
)

it.skipIf(reason !== undefined)(
  'a Redis that will not do stops the start; one that is away is told of, and used when it is there',
  async () => {
    const database = await TestDatabase.create()
    cleanUp.push(() => database.drop())
    const redis = await OwnRedis.start(['--requirepass', 'secret'])
    cleanUp.push(() => redis.kill())
    await expect(startOn(database.url, redis.url)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^REDIS_URL cannot be used: NOAUTH [^\n]+$/),
    })
    await redis.kill()
    const { log } = await startOn(database.url, redis.url.replace('//', '//:secret@'))
    expect(log.events()).toContain('bus.away')
    await redis.start()
    await log.until('bus.up', 1)
  },
)
