/** The files in deploy/ at work: a real nginx or Caddy before three real servers. Each server has boards of its own here, so that a
 * board is found only by what reaches the right node. */
import { once } from 'node:events'
import { test as base, expect } from '@playwright/test'
import { CLOSE } from '#shared/protocol.ts'
import { ask, createBoard } from '../server/testing/ask-securely.ts'
import { makeCertificate, whyNoCertificates } from '../server/testing/certificates.ts'
import { GIF } from '../server/testing/gif.ts'
import { openSocket, SecureStockClient } from '../server/testing/secure-clients.ts'
import { type ProxyName, whyNoProxy } from './find-proxy.ts'
import { ProxyProcess } from './proxy-process.ts'
import { ServerProcess } from './server-process.ts'

interface Fixtures {
  proxyName: ProxyName
  nodeEnv: Record<string, string>
  nodes: readonly ServerProcess[]
  balancer: ProxyProcess
}

const test = base.extend<Fixtures>({
  proxyName: ['nginx', { option: true }],
  nodeEnv: [{}, { option: true }],

  nodes: async ({ proxyName, nodeEnv }, use) => {
    const why = whyNoProxy(proxyName) ?? whyNoCertificates()
    test.skip(why !== undefined, why)
    const nodes = [1, 2, 3].map(() => new ServerProcess({ TRUST_PROXY: '1', ...nodeEnv }))
    await Promise.all(nodes.map(node => node.start()))
    await use(nodes)
    await Promise.all(nodes.map(node => node.dispose()))
  },

  balancer: async ({ proxyName, nodes }, use, testInfo) => {
    const dir = testInfo.outputPath(proxyName)
    const certificate = makeCertificate(testInfo.outputDir, 'proxy')
    const nodePorts = nodes.map(({ port }) => port)
    const balancer = await ProxyProcess.start(proxyName, { dir, nodePorts, certificate })
    await use(balancer)
    await balancer.stop()
  },
})

/** A board of the node whose requests the balancer sends there. */
async function boardAtHome(balancer: ProxyProcess, node: ServerProcess): Promise<string> {
  for (;;) {
    const { id } = await node.createBoard()
    if ((await ask(balancer, `/api/boards/${id}`)).status === 200) return id
  }
}

/** How a socket to a board begins: synced with a message, or closed with a code. */
function outcomeOf(socket: ReturnType<typeof openSocket>): Promise<'open' | number> {
  return Promise.race([
    once(socket, 'message').then(() => 'open' as const),
    once(socket, 'close').then(([code]) => code as number),
  ])
}

for (const proxyName of ['nginx', 'caddy'] as const) {
  test.describe(proxyName, () => {
    test.use({ proxyName })

    test('all that is about a board goes to one node: its page, its calls, its sockets', async ({
      balancer,
      nodes,
    }) => {
      const boards = await Promise.all(
        nodes.flatMap(node => Array.from({ length: 8 }, () => node.createBoard())),
      )
      for (const { id } of boards) {
        const isHome = (await ask(balancer, `/api/boards/${id}`)).status === 200
        const socket = openSocket(balancer, id)
        expect(await outcomeOf(socket)).toBe(isHome ? 'open' : CLOSE.noSuchBoard)
        socket.terminate()
        expect((await ask(balancer, `/b/${id}?key=of-a-link`)).status).toBe(isHome ? 200 : 404)
        expect((await ask(balancer, `/api/boards/${id}/links`)).status).toBe(isHome ? 403 : 404)
      }
      for (const node of nodes) {
        const id = await boardAtHome(balancer, node)
        const [a, b] = [new SecureStockClient(balancer, id), new SecureStockClient(balancer, id)]
        await Promise.all([a.synced(), b.synced()])
        a.shapes.set('over', 'wss')
        await b.has('over')
        for (const { provider } of [a, b]) provider.destroy()
        expect(await node.readBoard(id)).toMatchObject({ shapeCount: 1 })
      }
    })

    test('what comes by https is known to have: addresses, cookies, origins', async ({ balancer, nodes }) => {
      const { body, headers } = await ask(balancer, '/api/boards', {
        method: 'POST',
        headers: { origin: balancer.origin },
      })
      expect(JSON.parse(body).url).toMatch(new RegExp(`^${balancer.origin}/b/`))
      expect(headers['set-cookie']?.[0]).toMatch(/; Secure\b/)
      const [node] = nodes
      const id = node && (await boardAtHome(balancer, node))
      const from = (origin: string) => outcomeOf(openSocket(balancer, id ?? '', { origin }))
      expect(await from(balancer.origin)).toBe('open')
      expect(await from('https://evil.example')).toBe(CLOSE.forbidden)
    })

    test.describe(() => {
      test.use({ nodeEnv: { MAX_CONNECTIONS_PER_IP: '1' } })

      test('limits count the address people come from, whatever they say', async ({ balancer, nodes }) => {
        test.skip(process.platform !== 'linux', 'only Linux gives a machine more addresses like 127.0.0.2')
        const [node] = nodes
        const id = node && (await boardAtHome(balancer, node))
        const from = (localAddress: string, headers = {}) =>
          outcomeOf(openSocket(balancer, id ?? '', { localAddress, headers }))
        expect(await from('127.0.0.2')).toBe('open')
        expect(await from('127.0.0.3')).toBe('open')
        expect(await from('127.0.0.3')).toBe(CLOSE.overloaded)
        expect(await from('127.0.0.3', { 'X-Forwarded-For': '198.51.100.7' })).toBe(CLOSE.overloaded)
      })
    })

    test('large files and pictures pass; anything else that is large, and /metrics, stop at the proxy', async ({
      balancer,
      nodes,
    }) => {
      const file = (bytes: number): string =>
        JSON.stringify({
          type: 'excalidraw',
          version: 2,
          elements: [],
          appState: { note: 'x'.repeat(bytes) },
        })
      const post = (path: string, type: string, body: string | Buffer) =>
        ask(balancer, path, { method: 'POST', headers: { 'content-type': type }, body })
      const send = (path: string, bytes: number) => post(path, 'application/json', file(bytes))
      expect((await send('/api/boards?format=excalidraw', 60 << 20)).status).toBe(201)
      expect((await send('/api/boards?format=excalidraw', 101 << 20)).status).toBe(413)
      // Caddy 2.6 tells of it as a failure of the node.
      expect([413, 502]).toContain((await send('/api/boards/AAAAAAAAAAAAAAAAAAAAAA/links', 2 << 20)).status)
      if (!nodes[0]) throw new Error('no nodes')
      const assets = `/api/boards/${await boardAtHome(balancer, nodes[0])}/assets`
      const picture = Buffer.alloc(10 << 20)
      picture.write(GIF, 'latin1')
      const { status, body } = await post(assets, 'image/gif', picture)
      expect(status).toBe(201)
      const { asset } = JSON.parse(body) as { asset: string }
      expect((await ask(balancer, `${assets}/${asset}`)).body.length).toBe(picture.length)
      const larger = Buffer.concat([picture, Buffer.of(0)])
      expect([413, 502]).toContain((await post(assets, 'image/gif', larger)).status)
      expect((await ask(balancer, '/metrics')).status).toBe(404)
      expect((await ask(balancer, '/healthz')).status).toBe(200)
    })

    test('a node that dies is missed by nobody who asks, and comes back', async ({ balancer, nodes }) => {
      const [dying] = nodes
      if (!dying) throw new Error('no nodes')
      const boards = await Promise.all(Array.from({ length: 6 }, () => boardAtHome(balancer, dying)))
      const statuses = () =>
        Promise.all(boards.map(async id => (await ask(balancer, `/api/boards/${id}`)).status))
      await dying.stop('SIGKILL')
      // Another node answers, and does not know the boards.
      for (let i = 0; i < 3; i++) expect(new Set(await statuses())).toEqual(new Set([404]))
      const made = await Promise.all(Array.from({ length: 12 }, () => createBoard(balancer)))
      expect(made.length).toBe(12)
      await dying.start()
      await expect.poll(async () => new Set(await statuses()), { timeout: 20_000 }).toEqual(new Set([200]))
    })
  })
}
