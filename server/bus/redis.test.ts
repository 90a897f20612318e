/** The bus over a Redis that really goes away. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { OwnRedis, whyNoRedis } from '../../e2e/nodes/own-redis.ts'
import { Wire } from '../../e2e/nodes/wire.ts'
import { ear } from '../testing/ear.ts'
import { type RecordedLog, recordLog } from '../testing/quiet-log.ts'
import { RedisBus } from './redis.ts'

const reason = whyNoRedis()
const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

function openBus(port: number): { bus: RedisBus; log: RecordedLog } {
  const log = recordLog()
  const bus = new RedisBus(`redis://127.0.0.1:${port}`, log)
  open.push(() => bus.close())
  return { bus, log }
}

describe.skipIf(reason !== undefined)(`RedisBus${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const say = (bus: RedisBus, text: string): void => bus.publish('board', new TextEncoder().encode(text))

  it('brings bytes to all who listen, itself included, and to nobody after they have stopped', async () => {
    const redis = await OwnRedis.start()
    open.push(() => redis.kill())
    const [left, right] = [openBus(redis.port).bus, openBus(redis.port).bus]
    const [near, far, other] = [ear(), ear(), ear()]
    left.listen('board', near.listener)
    const stop = right.listen('board', far.listener)
    right.listen('other board', other.listener)
    await Promise.all([near.joins(1), far.joins(1), other.joins(1)])
    left.publish('board', Uint8Array.from([0xff, 0, 0xc3]))
    await Promise.all([near, far].map(({ hears }) => hears(Buffer.from([0xff, 0, 0xc3]).toString())))
    stop()
    say(left, 'later')
    await near.hears('later')
    right.publish('other board', new TextEncoder().encode('last'))
    await other.hears('last')
    expect(far.heard).toHaveLength(1)
    expect(left.meters.sent).toMatchObject({ messages: 2 })
  })

  it('tells how many a message reaches', async () => {
    const redis = await OwnRedis.start()
    open.push(() => redis.kill())
    const [left, right] = [openBus(redis.port).bus, openBus(redis.port).bus]
    const [near, far] = [ear(), ear()]
    left.listen('board', near.listener)
    const stop = right.listen('board', far.listener)
    await Promise.all([near.joins(1), far.joins(1)])
    const message = new Uint8Array(1)
    expect(await left.reach('board', message)).toBe(2)
    expect(await left.reach('other board', message)).toBe(0)
    stop()
    await expect.poll(() => left.reach('board', message)).toBe(1)
  })

  it('says again that it has joined when Redis was away, and keeps nothing for it meanwhile', async () => {
    const redis = await OwnRedis.start()
    open.push(() => redis.kill())
    const { bus, log } = openBus(redis.port)
    const near = ear()
    bus.listen('board', near.listener)
    await near.joins(1)
    await redis.kill()
    await log.until('bus.down', 1)
    expect(bus.isUp).toBe(false)
    say(bus, 'nobody hears this')
    // Of the two connections the one that publishes may be the second to notice.
    await vi.waitFor(() => expect(bus.meters.droppedCount).toBe(1), { timeout: 10_000 })
    await redis.start()
    await near.joins(2)
    say(bus, 'again')
    await near.hears('again')
    expect(near.heard).toEqual(['again'])
  })

  it('joins again when only its listening line was ended', async () => {
    const redis = await OwnRedis.start()
    open.push(() => redis.kill())
    const { bus } = openBus(redis.port)
    const near = ear()
    bus.listen('board', near.listener)
    await near.joins(1)
    await redis.dropListeners()
    await near.joins(2)
    say(bus, 'again')
    await near.hears('again')
  })

  it('gives a line up that is dead without saying so, and takes a new one', { timeout: 30_000 }, async () => {
    const redis = await OwnRedis.start()
    open.push(() => redis.kill())
    const wire = await Wire.open('127.0.0.1', redis.port)
    open.push(() => wire.close())
    const { bus, log } = openBus(wire.port)
    const near = ear()
    bus.listen('board', near.listener)
    await near.joins(1)
    wire.die()
    say(bus, 'lost')
    await log.until('bus.down', 1)
    wire.revive()
    // The listening line has nothing to wait for; who listens notices that nothing comes.
    bus.renew()
    await near.joins(2)
    say(bus, 'again')
    await near.hears('again')
  })
})
