/** What only nginx is asked for, before servers in the test's own process: their clock runs ten times as fast, and their pages differ. */
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type TestInfo } from '@playwright/test'
import { readConfig } from '../server/config.ts'
import { type Clock, systemClock } from '../server/live/clock.ts'
import { type RunningServer, startServer } from '../server/start.ts'
import { ask, createBoard } from '../server/testing/ask-securely.ts'
import { makeCertificate, whyNoCertificates } from '../server/testing/certificates.ts'
import { MemoryStore } from '../server/testing/memory-store.ts'
import { recordLog } from '../server/testing/quiet-log.ts'
import { openSocket } from '../server/testing/secure-clients.ts'
import { whyNoProxy } from './find-proxy.ts'
import { ProxyProcess } from './proxy-process.ts'

const HASTE = 10
const hastyClock: Clock = {
  nowMs: () => systemClock.nowMs() * HASTE,
  after: (delayMs, run) => systemClock.after(delayMs / HASTE, run),
}

interface Fixtures {
  /** @returns nginx before three nodes that share their boards */
  open: (changes?: readonly (readonly [string, string])[]) => Promise<ProxyProcess>
}

const test = base.extend<Fixtures>({
  open: async ({ browserName: _ }, use, testInfo) => {
    const why = whyNoProxy('nginx') ?? whyNoCertificates()
    test.skip(why !== undefined, why)
    const closes: (() => Promise<unknown>)[] = []
    await use(async (changes = []) => {
      const store = new MemoryStore()
      const nodes: RunningServer[] = []
      for (const i of [1, 2, 3]) {
        const config = readConfig({ HOST: '127.0.0.1', PORT: '0', TRUST_PROXY: '1', LOG_LEVEL: 'silent' })
        const clientDir = makePage(testInfo, i)
        const node = await startServer(config, { log: recordLog(), clock: hastyClock, store, clientDir })
        closes.push(() => node.drain({ spreadMs: 0, deadlineMs: 5000 }))
        nodes.push(node)
      }
      const nginx = await ProxyProcess.start('nginx', {
        dir: testInfo.outputPath('nginx'),
        nodePorts: nodes.map(({ port }) => port),
        certificate: makeCertificate(testInfo.outputDir, 'nginx'),
        changes,
      })
      closes.push(() => nginx.stop())
      return nginx
    })
    for (const close of closes.reverse()) await close()
  },
})

/** A page of which each version has a file of its own. */
function makePage(testInfo: TestInfo, version: number): string {
  const dir = testInfo.outputPath(`page-${version}`)
  mkdirSync(join(dir, 'assets'), { recursive: true })
  writeFileSync(join(dir, 'index.html'), '<!doctype html>')
  writeFileSync(join(dir, 'assets', `index-${version}.js`), `console.log(${version})`)
  return dir
}

test('a socket on which nobody says anything outlives nginx’s patience, by the node’s pings', async ({
  open,
}) => {
  // Node and nginx ten times as fast: pings every 1.5 s, 6 s of patience.
  const nginx = await open([
    ['proxy_read_timeout 60s', 'proxy_read_timeout 6s'],
    ['proxy_send_timeout 60s', 'proxy_send_timeout 6s'],
  ])
  const openedAtMs = performance.now()
  const socket = openSocket(nginx, await createBoard(nginx))
  let isClosed = false
  socket.once('close', () => {
    isClosed = true
  })
  while (performance.now() - openedAtMs < 8000 && !isClosed) {
    await Promise.race([once(socket, 'ping'), once(socket, 'close')])
  }
  expect(isClosed).toBe(false)
  socket.terminate()
})

test('and would not without them', async ({ open }) => {
  const nginx = await open([['proxy_read_timeout 60s', 'proxy_read_timeout 1s']])
  const socket = openSocket(nginx, await createBoard(nginx))
  const [code] = await once(socket, 'close')
  expect(code).toBe(1006)
})

test('while one version of the page takes another’s place, the files of both are found', async ({ open }) => {
  const nginx = await open()
  for (let i = 0; i < 5; i++) {
    for (const version of [1, 2, 3]) {
      const { status, body } = await ask(nginx, `/assets/index-${version}.js`)
      expect([status, body]).toEqual([200, `console.log(${version})`])
    }
  }
  expect((await ask(nginx, '/assets/index-4.js')).status).toBe(404)
})

test('nginx’s log names nodes, and neither boards nor links', async ({ open }, testInfo) => {
  const nginx = await open()
  const id = await createBoard(nginx)
  const socket = openSocket(nginx, `${id}?key=of-a-link`)
  await once(socket, 'message')
  socket.close()
  await ask(nginx, `/b/${id}?key=of-a-link`)
  await ask(nginx, `/api/boards/${id}`)
  const log = () => readFileSync(join(testInfo.outputPath('nginx'), 'access.log'), 'utf8')
  await expect
    .poll(() =>
      log()
        .match(/\/(b|live|api\/boards)\/\.\.\./g)
        ?.sort(),
    )
    .toEqual(['/api/boards/...', '/b/...', '/live/...'])
  expect(log()).toMatch(/"GET \/live\/\.\.\." 101 \d+ [\d.]+s node=127\.0\.0\.1:\d+ node_status=101$/m)
  expect(log()).not.toContain(id)
  expect(log()).not.toContain('of-a-link')
})
