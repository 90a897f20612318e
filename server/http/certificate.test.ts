import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigError, type TlsFiles } from '../config.ts'
import { lockKey, makeCertificate, whyNoCertificates } from '../testing/certificates.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { Certificate, type Credentials, LOOK_EVERY_MS } from './certificate.ts'

const dirs: string[] = []
const certificates: Certificate[] = []
afterEach(() => {
  for (const certificate of certificates.splice(0)) certificate.stop()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-tls-'))
  dirs.push(dir)
  return dir
}

const DAY_MS = 24 * 3600_000

async function watch(files: TlsFiles, now = Date.now) {
  const clock = new LookClock()
  const log = recordLog()
  const certificate = await Certificate.read(files, { clock, now, log })
  certificates.push(certificate)
  const taken: Credentials[] = []
  certificate.watch(credentials => taken.push(credentials))
  return { certificate, log, taken, look: () => clock.look() }
}

/** Tells when a look is over: it asks for the next one then. */
class LookClock extends ManualClock {
  #over = Promise.withResolvers<void>()

  override after(delayMs: number, run: () => void) {
    this.#over.resolve()
    return super.after(delayMs, run)
  }

  async look(): Promise<void> {
    this.#over = Promise.withResolvers()
    this.advance(LOOK_EVERY_MS)
    await this.#over.promise
  }
}

const why = whyNoCertificates()

describe.skipIf(why !== undefined)(`a certificate${why ? ` (skipped: ${why})` : ''}`, () => {
  it('that cannot be used is refused in one line that names the file', async () => {
    const dir = makeDir()
    const good = makeCertificate(dir)
    const other = makeCertificate(dir, 'other')
    const missing = join(dir, 'missing.pem')
    const words = join(dir, 'words.pem')
    const locked = join(dir, 'locked.key')
    const halfChain = join(dir, 'half-chain.crt')
    writeFileSync(words, 'hello')
    writeFileSync(halfChain, `${good.cert}-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n`)
    lockKey(good.keyPath, locked)
    const refusals: [TlsFiles, RegExp][] = [
      [{ ...good, certPath: missing }, /^TLS_CERT .*missing.pem cannot be read: ENOENT/],
      [{ ...good, keyPath: dir }, /^TLS_KEY .* cannot be read: EISDIR/],
      [{ ...good, certPath: words }, /^TLS_CERT .*words.pem does not begin with a certificate/],
      [{ ...good, certPath: halfChain }, /^TLS_CERT .*half-chain.crt cannot be used/],
      [{ ...good, keyPath: words }, /^TLS_KEY .*words.pem holds no private key/],
      [{ ...good, keyPath: locked }, /^TLS_KEY .*locked.key has a passphrase/],
      [{ ...good, keyPath: other.keyPath }, /^TLS_KEY .*other.key is not the key of .*server.crt$/],
    ]
    for (const [files, sentence] of refusals) {
      const error = await watch(files).catch(thrown => thrown)
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toMatch(sentence)
      expect(error.message).not.toContain('\n')
    }
  })

  it('that has expired, or is not valid yet, is used and warned of', async () => {
    const files = makeCertificate(makeDir())
    expect((await watch(files)).log.events()).toEqual([])
    expect((await watch(files, () => Date.now() + 2 * DAY_MS)).log.events()).toEqual(['certificate.expired'])
    expect((await watch(files, () => Date.now() - 2 * DAY_MS)).log.events()).toEqual([
      'certificate.not_yet_valid',
    ])
  })

  it('is taken anew when its files are written over, and not otherwise', async () => {
    const dir = makeDir()
    const { certificate, look, taken, log } = await watch(makeCertificate(dir))
    await look()
    expect(taken).toEqual([])
    const { cert } = makeCertificate(dir)
    await look()
    expect(taken.map(credentials => credentials.cert)).toEqual([cert])
    expect(certificate.credentials.cert).toEqual(cert)
    await look()
    expect(taken.length).toBe(1)
    expect(log.events()).toEqual(['certificate.renewed'])
  })

  it('is taken anew when certbot puts other links in its place', async () => {
    const dir = makeDir()
    const link = (name: string): TlsFiles => {
      const made = makeCertificate(dir, name)
      const live = { certPath: join(dir, 'fullchain.pem'), keyPath: join(dir, 'privkey.pem') }
      for (const which of ['certPath', 'keyPath'] as const) {
        symlinkSync(made[which], `${live[which]}.new`)
        renameSync(`${live[which]}.new`, live[which])
      }
      return live
    }
    const { look, taken } = await watch(link('first'))
    link('second')
    await look()
    expect(taken.length).toBe(1)
  })

  it('is taken anew when Kubernetes swaps the folder that holds it', async () => {
    const dir = makeDir()
    const mount = (name: string): void => {
      mkdirSync(join(dir, name))
      makeCertificate(join(dir, name), 'tls')
      symlinkSync(name, join(dir, '..data_tmp'))
      renameSync(join(dir, '..data_tmp'), join(dir, '..data'))
    }
    mount('..2026_01')
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(dir, name))
    const { look, taken } = await watch({ certPath: join(dir, 'tls.crt'), keyPath: join(dir, 'tls.key') })
    mount('..2026_02')
    await look()
    expect(taken.length).toBe(1)
  })

  it('stays when the new one is no good, which is told once', async () => {
    const dir = makeDir()
    const files = makeCertificate(dir)
    const { certificate, look, taken, log } = await watch(files)
    writeFileSync(files.certPath, 'half a certif')
    for (let i = 0; i < 4; i++) await look()
    expect(taken).toEqual([])
    expect(certificate.credentials.cert).toEqual(files.cert)
    expect(log.lines).toEqual([
      {
        event: 'certificate.not_renewed',
        fields: { reason: expect.stringMatching(/^TLS_CERT .* does not begin with a certificate/) },
      },
    ])
    rmSync(files.certPath)
    for (let i = 0; i < 3; i++) await look()
    expect(log.events()).toEqual(['certificate.not_renewed', 'certificate.not_renewed'])
    makeCertificate(dir)
    await look()
    expect(taken.length).toBe(1)
    expect(log.events().at(-1)).toBe('certificate.renewed')
  })

  it('that is met between its two files is nothing to tell', async () => {
    const dir = makeDir()
    const files = makeCertificate(dir)
    const next = makeCertificate(dir, 'next')
    const { look, taken, log } = await watch(files)
    copyFileSync(next.certPath, files.certPath)
    await look()
    expect(taken).toEqual([])
    copyFileSync(next.keyPath, files.keyPath)
    await look()
    expect(taken.length).toBe(1)
    expect(log.events()).toEqual(['certificate.renewed'])
  })
})
