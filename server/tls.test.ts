/** The server that speaks TLS itself, with the stock y-websocket client over wss. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CLOSE } from '#shared/protocol.ts'
import { type Environment, readConfig } from './config.ts'
import { LOOK_EVERY_MS } from './http/certificate.ts'
import { type Clock, systemClock } from './live/clock.ts'
import { startServer } from './start.ts'
import { ask, createBoard, type SecureSite } from './testing/ask-securely.ts'
import { makeCertificate, whyNoCertificates } from './testing/certificates.ts'
import { MemoryStore } from './testing/memory-store.ts'
import { recordLog } from './testing/quiet-log.ts'
import { openSocket, SecureStockClient } from './testing/secure-clients.ts'

vi.setConfig({ testTimeout: 30_000 })

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-tls-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Looks at the certificate's files as often as it can; all else takes its time. */
const impatientClock: Clock = {
  nowMs: systemClock.nowMs,
  after: (delayMs, run) => systemClock.after(delayMs === LOOK_EVERY_MS ? 0 : delayMs, run),
}

async function start(env: Environment = {}) {
  const dir = makeDir()
  const { certPath, keyPath, cert } = makeCertificate(dir)
  const log = recordLog()
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    TLS_CERT: certPath,
    TLS_KEY: keyPath,
    ...env,
  })
  const server = await startServer(config, { log, clock: impatientClock, store: new MemoryStore() })
  cleanUp.push(() => server.drain({ spreadMs: 0, deadlineMs: 5000 }))
  return { dir, cert, log, port: server.port }
}

function stock(site: SecureSite, boardId: string): SecureStockClient {
  const client = new SecureStockClient(site, boardId)
  cleanUp.push(() => client.provider.destroy())
  return client
}

/** The certificate that a new connection is shown. */
async function shownCertificate(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
  socket.destroy()
  return shown
}

const why = whyNoCertificates()

describe.skipIf(why !== undefined)(`TLS_CERT and TLS_KEY${why ? ` (skipped: ${why})` : ''}`, () => {
  it('two stock clients share a board over wss, whose page and calls come over https', async () => {
    const site = await start()
    const id = await createBoard(site)
    const [a, b] = [stock(site, id), stock(site, id)]
    await Promise.all([a.synced(), b.synced()])
    a.shapes.set('from-a', 1)
    await b.has('from-a')
    b.shapes.set('from-b', 2)
    await a.has('from-b')
    expect(JSON.parse((await ask(site, `/api/boards/${id}`)).body)).toMatchObject({ participants: 2 })
  })

  it('a board’s address is https, its owner’s cookie never goes over http, and no browser is told to insist on https', async () => {
    const site = await start()
    const { status, headers, body } = await ask(site, '/api/boards', { method: 'POST' })
    expect(status).toBe(201)
    expect(JSON.parse(body).url).toMatch(new RegExp(`^https://127.0.0.1:${site.port}/b/`))
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure\b/)
    expect(headers['strict-transport-security']).toBeUndefined()
    const insisting = await start({ PUBLIC_URL: 'https://draw.example.org' })
    const answer = await ask(insisting, '/healthz')
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/)
  })

  it('pages of another origin may not connect', async () => {
    const site = await start()
    const id = await createBoard(site)
    const closeFor = async (origin: string): Promise<number> => {
      const socket = openSocket(site, id, { origin })
      cleanUp.push(() => socket.terminate())
      return Promise.race([
        once(socket, 'message').then(() => 0),
        once(socket, 'close').then(([code]) => code as number),
      ])
    }
    expect(await closeFor('https://evil.example')).toBe(CLOSE.forbidden)
    expect(await closeFor(`https://127.0.0.1:${site.port}`)).toBe(0)
  })

  it('a renewal while people draw: they stay connected, who comes next is shown the new certificate', async () => {
    const site = await start()
    const { dir, port, log } = site
    const id = await createBoard(site)
    const [a, b] = [stock(site, id), stock(site, id)]
    await Promise.all([a.synced(), b.synced()])
    let closeCount = 0
    for (const { provider } of [a, b]) provider.on('connection-close', () => closeCount++)
    const before = await shownCertificate(port)

    const renewed = makeCertificate(dir)
    await log.until('certificate.renewed', 1)
    expect(await shownCertificate(port)).not.toBe(before)
    a.shapes.set('after', 1)
    await b.has('after')
    const c = stock({ ...site, cert: renewed.cert }, id)
    await c.synced()
    expect(c.shapes.toJSON()).toEqual({ after: 1 })
    expect(closeCount).toBe(0)
  })

  it('/metrics says when the certificate ends', async () => {
    const site = await start()
    const { body } = await ask(site, '/metrics')
    const expiresAtS = Number(/^drawbridge_certificate_expires_timestamp_seconds (.*)$/m.exec(body)?.[1])
    expect(expiresAtS - Date.now() / 1000).toBeGreaterThan(23 * 3600)
    expect(expiresAtS - Date.now() / 1000).toBeLessThanOrEqual(24 * 3600)
  })

  it('the process names an https address; files that are no good end it with one line', async () => {
    const { dir } = await start()
    const env = { HOST: '127.0.0.1', PORT: '0', DATA_DIR: dir, TLS_CERT: join(dir, 'server.crt') }
    const run = (keyPath: string) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
        env: { PATH: process.env.PATH, ...env, TLS_KEY: keyPath },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      cleanUp.push(() => child.kill('SIGKILL'))
      return child
    }
    const [said] = await once(run(join(dir, 'server.key')).stdout, 'data')
    expect(String(said)).toMatch(/^ {2}https:\/\/localhost:\d+$/m)
    const refused = run(makeCertificate(dir, 'other').keyPath)
    let output = ''
    refused.stderr.on('data', data => {
      output += data
    })
    const [code] = await once(refused, 'close')
    expect(code).toBe(1)
    expect(output).toMatch(/^Drawbridge cannot start: TLS_KEY [^\n]+ is not the key of [^\n]+\n$/)
  })
})
