/** The bus over a Redis cluster: three masters that really go away. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { OwnRedisCluster, whyNoRedisCluster } from '../../e2e/nodes/own-redis-cluster.ts'
import { ear } from '../testing/ear.ts'
import { type RecordedLog, recordLog } from '../testing/quiet-log.ts'
import { RedisBus } from './redis.ts'
import { slotOf } from './redis-cluster.ts'

const reason = whyNoRedisCluster()
const TIMEOUT_MS = 120_000

describe.skipIf(reason !== undefined)(`RedisBus in a cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let cluster: OwnRedisCluster
  /** One of each master. */
  let channels: readonly string[]
  const open: (() => unknown)[] = []

  beforeAll(async () => {
    cluster = await OwnRedisCluster.start()
    const byMaster = new Map<unknown, string>()
    for (let i = 0; byMaster.size < cluster.masters.length; i++) {
      byMaster.set(await cluster.masterOf(`board:${i}`), `board:${i}`)
    }
    channels = cluster.masters.map(master => byMaster.get(master) as string)
  }, TIMEOUT_MS)
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close()
  })
  afterAll(() => cluster?.kill())

  /** @param at  which master its URL names */
  function openBus(at: number): { bus: RedisBus; log: RecordedLog } {
    const log = recordLog()
    const bus = new RedisBus(`redis://127.0.0.1:${cluster.masters[at]?.port}`, log)
    open.push(() => bus.close())
    return { bus, log }
  }
  /** Two buses that both listen to all of `channels`. */
  async function two() {
    const [left, right] = [openBus(0), openBus(1)]
    const ears = channels.map(channel => {
      const [near, far] = [ear(), ear()]
      left.bus.listen(channel, near.listener)
      right.bus.listen(channel, far.listener)
      return { channel, near, far }
    })
    await Promise.all(ears.flatMap(({ near, far }) => [near.joins(1), far.joins(1)]))
    await Promise.all([left, right].map(({ log }) => log.until('bus.up', 1)))
    return { left, right, ears }
  }
  const say = (bus: RedisBus, channel: string, text: string): void =>
    bus.publish(channel, new TextEncoder().encode(text))

  it('reckons slots as Redis does', async () => {
    for (const channel of ['drawbridge:nodes', '', 'ü', ...channels]) {
      expect(slotOf(channel)).toBe(await cluster.slotOf(channel))
    }
  })

  it(
    'brings bytes to all who listen, by the master that has the channel alone',
    async () => {
      const { left, right, ears } = await two()
      for (const { channel, near, far } of ears) {
        say(left.bus, channel, `${channel} from the left`)
        expect(await right.bus.reach(channel, new TextEncoder().encode(`${channel} from the right`))).toBe(2)
        for (const { hears } of [near, far]) {
          await Promise.all([hears(`${channel} from the left`), hears(`${channel} from the right`)])
        }
      }
      for (const { near, far } of ears) expect([near.heard.length, far.heard.length]).toEqual([2, 2])
      for (const [i, master] of cluster.masters.entries()) {
        const [sharded, plain] = await master.ask(redis =>
          Promise.all([redis.call('PUBSUB', 'SHARDCHANNELS'), redis.call('PUBSUB', 'CHANNELS')]),
        )
        expect(sharded).toEqual([channels[i]])
        expect(plain).toEqual([])
      }
      expect(left.bus.meters).toMatchObject({ sent: { messages: 3 }, droppedCount: 0, connectCount: 1 })
    },
    TIMEOUT_MS,
  )

  it(
    'says again that it has joined when a master was away; the others go on meanwhile',
    async () => {
      const { left, right, ears } = await two()
      const [first, second] = ears as [(typeof ears)[0], (typeof ears)[0]]
      const master = await cluster.masterOf(first.channel)
      await master.kill()
      await Promise.all([left, right].map(({ log }) => log.until('bus.down', 1)))
      expect(left.bus.isUp).toBe(false)
      say(left.bus, first.channel, 'nobody hears this')
      say(left.bus, second.channel, 'meanwhile')
      await second.far.hears('meanwhile')
      await master.start()
      await Promise.all([first.near.joins(2), first.far.joins(2)])
      say(left.bus, first.channel, 'again')
      await first.far.hears('again')
      expect(first.far.heard).toEqual(['again'])
      await Promise.all([left, right].map(({ log }) => log.until('bus.up', 2)))
    },
    TIMEOUT_MS,
  )

  it(
    'notices a master that answers nothing any more, though nobody says anything',
    async () => {
      const { left, ears } = await two()
      const [, second] = ears as [(typeof ears)[0], (typeof ears)[0]]
      const master = await cluster.masterOf(second.channel)
      master.standStill()
      open.push(() => master.goOn())
      await left.log.until('bus.down', 1)
      master.goOn()
      await Promise.all([second.near.joins(2), left.log.until('bus.up', 2)])
      say(left.bus, second.channel, 'again')
      await second.near.hears('again')
    },
    TIMEOUT_MS,
  )

  it(
    'follows a channel whose slot goes to another master',
    async () => {
      const { left, ears } = await two()
      const [first] = ears as [(typeof ears)[0]]
      const [from, to] = [await cluster.masterOf(first.channel), cluster.masters[2]]
      if (!to) throw new Error('no third master')
      const slot = await cluster.slotOf(first.channel)
      await cluster.moveSlot(slot, to)
      open.push(() => cluster.moveSlot(slot, from))
      await Promise.all([first.near.joins(2), first.far.joins(2)])
      const there = await to.ask(redis => redis.call('PUBSUB', 'SHARDNUMSUB', first.channel))
      expect(there).toEqual([first.channel, 2])
      say(left.bus, first.channel, 'there')
      await first.far.hears('there')
    },
    TIMEOUT_MS,
  )
})
