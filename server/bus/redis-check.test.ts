/** What stops a node's start, what does not, and TLS, with a Redis and a cluster that really are so. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort, OwnRedis, whyNoRedis } from '../../e2e/nodes/own-redis.ts'
import { OwnRedisCluster, whyNoRedisCluster } from '../../e2e/nodes/own-redis-cluster.ts'
import { makeCertificate, type TestCertificate, whyNoCertificates } from '../testing/certificates.ts'
import { ear } from '../testing/ear.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { RedisBus } from './redis.ts'
import { checkRedis } from './redis-check.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const USERS = {
  nosubscribe: '+@all -subscribe',
  nopublish: '+@all -publish',
  otherchannels: '+@all resetchannels &other:*',
  least: 'resetchannels &drawbridge:* +hello +auth +info +publish +subscribe +unsubscribe +ping +quit',
  noinfo: 'resetchannels &drawbridge:* +hello +auth +publish +subscribe +unsubscribe +ping +quit',
}

/** That a message goes from one bus to another. */
async function expectExchange(url: string, channels: readonly string[]): Promise<void> {
  const [left, right] = [0, 1].map(() => new RedisBus(url, recordLog())) as [RedisBus, RedisBus]
  open.push(
    () => left.close(),
    () => right.close(),
  )
  for (const channel of channels) {
    const [near, far] = [ear(), ear()]
    const stop = left.listen(channel, near.listener)
    right.listen(channel, far.listener)
    await Promise.all([near.joins(1), far.joins(1)])
    left.publish(channel, new TextEncoder().encode(channel))
    await Promise.all([near.hears(channel), far.hears(channel)])
    stop()
  }
}

const reason = whyNoRedis()
describe.skipIf(reason !== undefined)(`checkRedis${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let redis: OwnRedis

  beforeAll(async () => {
    // Full from the beginning: a bus keeps nothing there.
    redis = await OwnRedis.start(['--maxmemory', '1kb', '--rename-command', 'PSUBSCRIBE', ''])
    for (const [name, rights] of Object.entries(USERS)) {
      await redis.ask(each => each.call('ACL', 'SETUSER', name, 'on', '>x', '&*', ...rights.split(' ')))
    }
  })
  afterAll(() => redis?.kill())

  const urlOf = (user: string): string => redis.url.replace('//', `//${user}@`)

  it.each([
    ['nosubscribe:x', /^NOPERM .*'subscribe'/],
    ['nopublish:x', /^NOPERM .*'publish'/],
    ['otherchannels:x', /^NOPERM .*channel/],
    ['least:very-wrong', /^WRONGPASS ((?!very-wrong).)*$/],
    ['nobody:x', /^WRONGPASS /],
  ])('%s is refused', async (user, expected) => {
    await expect(checkRedis(urlOf(user))).rejects.toMatchObject({ name: 'RedisRefusal', message: expected })
  })

  it.each(['least:x', 'noinfo:x'])('%s has what a node needs', async user => {
    vi.spyOn(console, 'warn').mockReturnValue()
    expect(await checkRedis(urlOf(user))).toBeUndefined()
    await expectExchange(urlOf(user), ['drawbridge:one', 'drawbridge:two'])
  })

  it('one that wants a password, or lacks a command, is refused', async () => {
    const guarded = await OwnRedis.start(['--requirepass', 'secret'])
    open.push(() => guarded.kill())
    await expect(checkRedis(guarded.url)).rejects.toThrow(/^NOAUTH /)
    expect(await checkRedis(guarded.url.replace('//', '//:secret@'))).toBeUndefined()
    const mute = await OwnRedis.start(['--rename-command', 'PUBLISH', ''])
    open.push(() => mute.kill())
    await expect(checkRedis(mute.url)).rejects.toThrow(/^ERR unknown command/)
  })

  it('one that is away is told of and not refused', async () => {
    expect(await checkRedis(`redis://127.0.0.1:${await freePort()}`)).toMatch(/ECONNREFUSED/)
  })
})

const tlsReason = whyNoRedisCluster() ?? whyNoCertificates()
describe.skipIf(tlsReason !== undefined)(`rediss://${tlsReason ? ` (skipped: ${tlsReason})` : ''}`, () => {
  let dir: string
  let certificate: TestCertificate
  const before = getCACertificates('default')

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'drawbridge-redis-tls-'))
    certificate = makeCertificate(dir)
  })
  afterAll(() => rmSync(dir, { recursive: true }))
  afterEach(() => setDefaultCACertificates(before))

  /** As `NODE_EXTRA_CA_CERTS` does for a process. */
  const trust = (): void => setDefaultCACertificates([...before, certificate.cert.toString()])

  it('takes a certificate that is trusted, and refuses one that is not', async () => {
    const redis = await OwnRedis.start([], certificate)
    open.push(() => redis.kill())
    await expect(checkRedis(redis.url)).rejects.toThrow(/self-signed certificate/)
    trust()
    expect(await checkRedis(redis.url)).toBeUndefined()
    await expectExchange(redis.url, ['drawbridge:one'])
  })

  it('refuses a certificate of another host', async () => {
    const elsewhere = makeCertificate(dir, 'elsewhere', 'DNS:elsewhere.example')
    const redis = await OwnRedis.start([], elsewhere)
    open.push(() => redis.kill())
    setDefaultCACertificates([...before, elsewhere.cert.toString()])
    await expect(checkRedis(redis.url)).rejects.toThrow(/does not match certificate/)
  })

  it('goes to every master of a cluster', async () => {
    const cluster = await OwnRedisCluster.start(certificate)
    open.push(() => cluster.kill())
    trust()
    const { url } = cluster.masters[0] as OwnRedis
    expect(await checkRedis(url)).toBeUndefined()
    const byMaster = new Map<OwnRedis, string>()
    for (let i = 0; byMaster.size < cluster.masters.length; i++) {
      byMaster.set(await cluster.masterOf(`board:${i}`), `board:${i}`)
    }
    await expectExchange(url, [...byMaster.values()])
  })
})
