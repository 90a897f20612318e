/** A Redis cluster of a test's own: three masters with a third of the slots each, and no replicas. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestCertificate } from '../../server/testing/certificates.ts'
import { freePort, OwnRedis } from './own-redis.ts'

const SLOT_COUNT = 16_384
const MASTER_COUNT = 3
/** Between two looks at whether the nodes agree. */
const LOOK_MS = 50

/** Why a test cannot have one here; `undefined` when it can. It takes the program: where Redis is only a service, there is none. */
export function whyNoRedisCluster(): string | undefined {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return 'redis-server is not installed'
  const version = /v=(\d+)/.exec(stdout)?.[1]
  return Number(version) >= 7 ? undefined : `redis-server is version ${version}; sharded pub/sub takes 7`
}

export class OwnRedisCluster {
  readonly masters: readonly OwnRedis[]
  readonly #dir: string

  private constructor(masters: readonly OwnRedis[], dir: string) {
    this.masters = masters
    this.#dir = dir
  }

  /** @param certificate  all are to speak TLS by this, with each other too */
  static async start(certificate?: TestCertificate): Promise<OwnRedisCluster> {
    const dir = await mkdtemp(join(tmpdir(), 'drawbridge-redis-'))
    const masters: OwnRedis[] = []
    const talkPorts: number[] = []
    for (let i = 0; i < MASTER_COUNT; i++) {
      const talkPort = await freePort()
      const settings = ['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${i}.conf`]
      settings.push('--cluster-port', String(talkPort), '--dir', dir)
      if (certificate) settings.push('--tls-cluster', 'yes')
      masters.push(await OwnRedis.start(settings, certificate))
      talkPorts.push(talkPort)
    }
    const cluster = new OwnRedisCluster(masters, dir)
    for (const [i, master] of masters.entries()) {
      const [from, end] = [i, i + 1].map(n => Math.floor((n * SLOT_COUNT) / MASTER_COUNT)) as [number, number]
      await master.ask(async redis => {
        await redis.call('CLUSTER', 'ADDSLOTSRANGE', from, end - 1)
        await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
        for (const [j, { port }] of masters.entries()) {
          if (j < i) await redis.call('CLUSTER', 'MEET', '127.0.0.1', port, talkPorts[j] as number)
        }
      })
    }
    await cluster.#agree()
    return cluster
  }

  /** The master that has the channel, by what Redis itself says. */
  async masterOf(channel: string): Promise<OwnRedis> {
    const slot = await this.slotOf(channel)
    const master = this.masters[Math.floor(((slot + 1) * MASTER_COUNT - 1) / SLOT_COUNT)]
    if (!master) throw new Error(`no master for slot ${slot}`)
    return master
  }

  slotOf(channel: string): Promise<number> {
    return (this.masters[0] as OwnRedis).ask(async redis =>
      Number(await redis.call('CLUSTER', 'KEYSLOT', channel)),
    )
  }

  /** Gives a slot without keys to another master. */
  async moveSlot(slot: number, to: OwnRedis): Promise<void> {
    const id = await to.ask(async redis => String(await redis.call('CLUSTER', 'MYID')))
    for (const master of [to, ...this.masters.filter(other => other !== to)]) {
      await master.ask(redis => redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', id))
    }
  }

  async kill(): Promise<void> {
    await Promise.all(this.masters.map(master => master.kill()))
    await rm(this.#dir, { recursive: true })
  }

  /** Resolves when every master knows the others and all slots. */
  async #agree(): Promise<void> {
    for (const master of this.masters) {
      await master.ask(async redis => {
        for (;;) {
          const info = String(await redis.call('CLUSTER', 'INFO'))
          if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${MASTER_COUNT}`)) return
          await pause(LOOK_MS)
        }
      })
    }
  }
}
