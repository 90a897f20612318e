import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createBoardId, isBoardId } from '#shared/ids.ts'
import { createApp } from './app.ts'
import { type Environment, readConfig } from './config.ts'
import { LiveSockets } from './http/live-sockets.ts'
import { Heartbeat } from './live/heartbeat.ts'
import { Registry } from './live/registry.ts'
import { StoreError } from './store/store.ts'
import { asEditor } from './testing/admit.ts'
import { FakeConnection } from './testing/fake-connection.ts'
import { GIF } from './testing/gif.ts'
import { ManualClock, settle } from './testing/manual-clock.ts'
import { MemoryStore } from './testing/memory-store.ts'
import { updateFrame, updatesOf } from './testing/open-room.ts'
import { recordLog } from './testing/quiet-log.ts'

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const SCRIPT = `console.log("${'drawbridge '.repeat(200)}")`

function makeClientDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-app-'))
  dirs.push(dir)
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Drawbridge</title>')
  writeFileSync(join(dir, 'sw.js'), '// worker')
  writeFileSync(join(dir, '.secret'), 'no')
  writeFileSync(join(dir, 'assets', 'index-abc123.js'), SCRIPT)
  return dir
}

function open(env: Environment = {}, clientDir = makeClientDir()) {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const log = recordLog()
  const config = readConfig(env)
  const registry = new Registry({ store, clock, log, limits: config.limits, serverVersion: 'test' })
  const state = { isDraining: false }
  const app = createApp({
    config,
    store,
    registry,
    clock,
    now: () => clock.nowMs(),
    log,
    secret: 'a secret of the tests, long enough to be one',
    heartbeat: new Heartbeat(clock),
    sockets: new LiveSockets(clock, 0),
    serverVersion: 'test',
    clientDir,
    isDraining: () => state.isDraining,
  })
  const post = (body?: unknown, path = '/api/boards', headers: Record<string, string> = {}) =>
    app.request(path, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { app, store, log, clock, registry, state, post }
}

/** What the API may say. */
interface Told {
  id: string
  url: string
  createdAt: string
  error: string
}
const told = async (response: Response): Promise<Told> => (await response.json()) as Told

describe('POST /api/boards', () => {
  it('makes a board that can be asked about', async () => {
    const { app, post, log } = open()
    const response = await post({ name: '  Harbour plan ' })
    expect(response.status).toBe(201)
    const board = await told(response)
    expect(board).toMatchObject({
      name: 'Harbour plan',
      shapeCount: 0,
      url: `http://localhost/b/${board.id}`,
    })
    expect(isBoardId(board.id)).toBe(true)
    expect(new Date(board.createdAt).toISOString()).toBe(board.createdAt)
    const found = await app.request(`/api/boards/${board.id}`)
    expect(await found.json()).toMatchObject({
      id: board.id,
      name: 'Harbour plan',
      participants: 0,
      role: 'editor',
    })
    expect(log.events()).toEqual(['board.created'])
    expect(JSON.stringify(log.lines)).not.toContain(board.id)
  })

  it('needs no body, and uses PUBLIC_URL for the address', async () => {
    const { post } = open({ PUBLIC_URL: 'https://draw.example.org' })
    const board = await told(await post())
    expect(board.url).toBe(`https://draw.example.org/b/${board.id}`)
  })

  it.each([
    ['not JSON', '{"name":', 400],
    ['a name that is no text', { name: 5 }, 400],
    ['a name without end', { name: 'x'.repeat(500) }, 400],
    ['no object', '[]', 400],
    ['too much', 'x'.repeat(70_000), 413],
  ])('refuses %s', async (_what, body, status) => {
    const { post } = open()
    const response = await post(body)
    expect(response.status).toBe(status)
    expect((await told(response)).error).toEqual(expect.any(String))
  })

  it('imports what it can of a file whose pictures the disk does not take, and says how many are missing', async () => {
    const { post, store, log } = open()
    const names = ['a', 'b', 'c', 'd']
    const addAsset = store.addAsset.bind(store)
    let addedCount = 0
    store.addAsset = (...args) => {
      if (addedCount++ === 1) store.failure = new StoreError('full', 'no space left')
      return addAsset(...args)
    }
    const shown = { type: 'image', x: 0, y: 0, width: 10, height: 10 }
    const file = {
      type: 'excalidraw',
      elements: [...names.map(name => ({ ...shown, id: name, fileId: name })), { ...shown, id: 'none' }],
      files: Object.fromEntries(
        names.map(name => [name, { dataURL: `data:image/svg+xml,<svg><desc>${name}</desc></svg>` }]),
      ),
    }
    const response = await post(file, '/api/boards?format=excalidraw')
    expect(response.status).toBe(201)
    const { id, url, ...told } = (await response.json()) as Record<string, unknown>
    const { length } = '<svg><desc>a</desc></svg>'
    expect(told).toMatchObject({ imported: 4, assetBytes: length, skipped: { image: 4 } })
    expect([typeof url, (await store.readBoard(String(id)))?.assetBytes]).toEqual(['string', length])
    expect(log.lines.find(({ event }) => event === 'board.pictures_failed')?.fields).toMatchObject({
      kind: 'full',
      missing: 3,
    })
  })

  it('imports an .excalidraw file, and refuses what is none', async () => {
    const { post, app } = open()
    const file = {
      type: 'excalidraw',
      version: 2,
      elements: [
        { id: 'a', type: 'rectangle', x: 0, y: 0, width: 10, height: 10, angle: 0, strokeColor: '#1e1e1e' },
        { id: 'b', type: 'hologram', x: 0, y: 0, width: 10, height: 10 },
        { id: 'c', type: 'image', x: 0, y: 0, width: 10, height: 10, fileId: 'f' },
      ],
      files: { f: { dataURL: `data:image/gif;base64,${Buffer.from(GIF).toString('base64')}` } },
    }
    const response = await post(file, '/api/boards?format=excalidraw')
    expect(response.status).toBe(201)
    const board = await told(response)
    expect(board).toMatchObject({
      imported: 2,
      shapeCount: 2,
      assetBytes: GIF.length,
      skipped: { hologram: 1 },
    })
    const stored = await (await app.request(`/api/boards/${board.id}`)).json()
    expect(stored).toMatchObject({ shapeCount: 2, assetBytes: GIF.length })
    const name = createHash('sha256').update(GIF).digest('base64url')
    const picture = await app.request(`/api/boards/${board.id}/assets/${name}`)
    expect([picture.headers.get('content-type'), await picture.text()]).toEqual(['image/gif', GIF])
    expect((await post({ hello: 1 }, '/api/boards?format=excalidraw')).status).toBe(400)
    expect((await post('nonsense', '/api/boards?format=excalidraw')).status).toBe(400)
    expect((await post({}, '/api/boards?format=visio')).status).toBe(400)
  })

  it('is limited by address and hour', async () => {
    const { post, clock } = open({ BOARDS_PER_HOUR_PER_IP: '2' })
    expect((await post()).status).toBe(201)
    expect((await post()).status).toBe(201)
    const refused = await post()
    expect(refused.status).toBe(429)
    expect((await told(refused)).error).toContain('too many')
    clock.advance(30 * 60_000)
    expect((await post()).status).toBe(201)
  })

  it('believes the address of a proxy only if told so, and then counts from the right', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const direct = open({ BOARDS_PER_HOUR_PER_IP: '1' })
    expect((await direct.post(undefined, '/api/boards', from('1.1.1.1'))).status).toBe(201)
    expect((await direct.post(undefined, '/api/boards', from('2.2.2.2'))).status).toBe(429)
    const proxied = open({ BOARDS_PER_HOUR_PER_IP: '1', TRUST_PROXY: '1' })
    expect((await proxied.post(undefined, '/api/boards', from('9.9.9.9, 1.1.1.1'))).status).toBe(201)
    expect((await proxied.post(undefined, '/api/boards', from('8.8.8.8, 1.1.1.1'))).status).toBe(429)
    expect((await proxied.post(undefined, '/api/boards', from('9.9.9.9, 2.2.2.2'))).status).toBe(201)
  })

  it.each([
    ['no origin, as from a script', {}, {}, 201],
    ['its own page', { origin: 'http://localhost' }, {}, 201],
    ['its own page behind a proxy that ends TLS', { origin: 'https://localhost' }, {}, 201],
    [
      'its own page behind PUBLIC_URL',
      { origin: 'https://a.example' },
      { PUBLIC_URL: 'https://a.example' },
      201,
    ],
    [
      'its own page behind a proxy that changes Host',
      { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' },
      {},
      201,
    ],
    ['a page of another site', { origin: 'https://evil.example' }, {}, 403],
    ['a page without an origin', { origin: 'null' }, {}, 403],
    [
      'a page that is allowed',
      { origin: 'https://a.example' },
      { ALLOWED_ORIGINS: 'https://a.example' },
      201,
    ],
    ['any page, when all are allowed', { origin: 'https://b.example' }, { ALLOWED_ORIGINS: '*' }, 201],
  ])('from %s', async (_what, headers, env, status) => {
    const { post } = open(env)
    expect((await post(undefined, '/api/boards', headers)).status).toBe(status)
  })

  it('says so when it cannot save', async () => {
    const { post, store } = open()
    store.failure = new StoreError('full', 'no space')
    const response = await post()
    expect(response.status).toBe(503)
    expect(JSON.stringify(await response.json())).not.toContain('space')
  })
})

describe('POST /api/boards/:id/assets', () => {
  it('takes so many from one address, then a few a second', async () => {
    const { post, clock } = open()
    const { id } = await told(await post())
    const send = () => post(GIF, `/api/boards/${id}/assets`, { 'Content-Type': 'image/gif' })
    const statuses: number[] = []
    for (let i = 0; i < 2001; i++) statuses.push((await send()).status)
    expect(statuses.indexOf(429)).toBe(2000)
    clock.advance(1000)
    expect((await send()).status).toBe(201)
  })
})

describe('GET /api', () => {
  it('answers in JSON what is not there and what is no id', async () => {
    const { app } = open()
    for (const [path, status] of [
      [`/api/boards/${createBoardId()}`, 404],
      ['/api/boards/short', 400],
      [`/api/boards/${'x'.repeat(22)}!`, 400],
      ['/api/boards', 404],
      ['/api/nothing', 404],
    ] as const) {
      const response = await app.request(path)
      expect([path, response.status]).toEqual([path, status])
      expect((await told(response)).error).toEqual(expect.any(String))
    }
  })

  it('tells of an open board what is in it now', async () => {
    const { app, post, registry } = open()
    const { id } = await told(await post({ name: 'Before' }))
    const connection = new FakeConnection()
    const seat = await registry.join(id, connection, asEditor)
    if (typeof seat === 'string') throw new Error(seat)
    const doc = new Y.Doc()
    for (const update of updatesOf(doc, () => {
      doc.getMap('shapes').set('a', 1)
      doc.getMap('shapes').set('b', 1)
    })) {
      seat.receive(updateFrame(update))
    }
    await registry.flush()
    expect(await (await app.request(`/api/boards/${id}`)).json()).toMatchObject({
      shapeCount: 2,
      participants: 1,
    })
  })
})

describe('the page', () => {
  it('is served for the home and for boards, with 404 for boards that are none', async () => {
    const { app, post } = open()
    const { id } = await told(await post())
    for (const [path, status] of [
      ['/', 200],
      [`/b/${id}`, 200],
      [`/b/${createBoardId()}`, 404],
      ['/b/short', 404],
    ] as const) {
      const response = await app.request(path)
      expect([path, response.status]).toEqual([path, status])
      expect(response.headers.get('cache-control')).toBe('private, no-cache')
      expect(await response.text()).toContain('<title>Drawbridge</title>')
    }
  })

  it('tells ahead what a board begins with, as far as the build says so', async () => {
    const clientDir = makeClientDir()
    const { app, post } = open({}, clientDir)
    const { id } = await told(await post())
    const link = async () => (await app.request(`/b/${id}`)).headers.get('link')
    expect(await link()).toBeNull()
    const manifest = {
      'app/board/BoardPage.tsx': {
        file: 'assets/page-1.js',
        css: ['assets/page-1.css'],
        imports: ['_shared.js'],
      },
      '_shared.js': { file: 'assets/shared-1.js', imports: ['app/board/BoardPage.tsx'] },
      'app/home/HomePage.tsx': { file: 'assets/home-1.js' },
    }
    writeFileSync(join(clientDir, 'build.json'), JSON.stringify(manifest))
    expect(await link()).toBe(
      '</assets/page-1.js>; rel=modulepreload, </assets/page-1.css>; rel=preload; as=style; crossorigin, </assets/shared-1.js>; rel=modulepreload',
    )
    writeFileSync(join(clientDir, 'build.json'), '{"app/board/BoardPage.tsx":{"file":"assets/page-2.js"}}')
    expect(await link()).toBe('</assets/page-2.js>; rel=modulepreload')
    expect((await app.request('/')).headers.get('link')).toBeNull()
    // Half written: the page comes all the same.
    writeFileSync(join(clientDir, 'build.json'), '{"app/board/Boar')
    expect((await app.request(`/b/${id}`)).status).toBe(200)
    expect(await link()).toBeNull()
  })

  it('has the board read ahead of its socket, for who may come in', async () => {
    const { app, post, store } = open()
    const { id } = await told(await post())
    await app.request(`/b/${id}`)
    expect(store.loadCount).toBe(1)
    const forNobody = await told(await post())
    await store.changeAccess(forNobody.id, [{ kind: 'settings', anyone: undefined, state: 'open' }])
    await app.request(`/b/${forNobody.id}`)
    await app.request(`/b/${createBoardId()}`)
    expect(store.loadCount).toBe(1)
  })

  it('carries the security headers', async () => {
    const { app } = open()
    const { headers } = await app.request('http://draw.local:3000/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    expect(policy).toContain("connect-src 'self' ws://draw.local:3000 wss://draw.local:3000")
    expect(policy).toContain("frame-ancestors 'self'")
    expect(policy).toContain("object-src 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('camera=()')
    expect(headers.get('strict-transport-security')).toBeNull()
    const https = open({ PUBLIC_URL: 'https://draw.example.org' })
    expect((await https.app.request('/')).headers.get('strict-transport-security')).toContain('max-age')
  })

  it('has its hashed files kept for ever, compressed once, and the rest asked for again', async () => {
    const { app } = open()
    const plain = await app.request('/assets/index-abc123.js')
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-type')).toContain('text/javascript')
    expect(await plain.text()).toBe(SCRIPT)
    const brotli = await app.request('/assets/index-abc123.js', {
      headers: { 'accept-encoding': 'gzip, br;q=0.9' },
    })
    expect(brotli.headers.get('content-encoding')).toBe('br')
    expect(brotliDecompressSync(await brotli.arrayBuffer()).toString()).toBe(SCRIPT)
    const refused = await app.request('/assets/index-abc123.js', { headers: { 'accept-encoding': 'br;q=0' } })
    expect(refused.headers.get('content-encoding')).toBeNull()
    const worker = await app.request('/sw.js')
    expect(worker.headers.get('service-worker-allowed')).toBe('/')
    expect(worker.headers.get('cache-control')).toBe('no-cache')
    const etag = worker.headers.get('etag') ?? ''
    expect((await app.request('/sw.js', { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  it.each([
    '/nothing',
    '/.secret',
    '/assets/../.secret',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/none.js',
    '/b',
  ])('%s is a page that says there is nothing here', async path => {
    const { app } = open()
    const response = await app.request(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is nothing here')
    expect(response.headers.get('content-security-policy')).not.toBeNull()
  })

  it('says what to do when it has not been built', async () => {
    const { app } = open({}, '/nowhere/at/all')
    const response = await app.request('/')
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('npm start')
  })
})

describe('operations', () => {
  it('is ready until it drains or cannot save', async () => {
    const { app, state, registry, store, post } = open()
    expect((await app.request('/healthz')).status).toBe(200)
    expect((await app.request('/readyz')).status).toBe(200)
    const { id } = await told(await post())
    const seat = await registry.join(id, new FakeConnection(), asEditor)
    store.failure = new StoreError('full', 'no space')
    const doc = new Y.Doc()
    for (const update of updatesOf(doc, () => doc.getMap('shapes').set('a', 1))) {
      if (typeof seat === 'object') seat.receive(updateFrame(update))
    }
    await new Promise(resolve => setImmediate(resolve))
    const failing = await app.request('/readyz')
    expect([failing.status, await failing.json()]).toEqual([503, { status: 'not-saving' }])
    state.isDraining = true
    expect(await (await app.request('/readyz')).json()).toEqual({ status: 'draining' })
    expect((await app.request('/healthz')).status).toBe(200)
  })

  it('is not ready while its store cannot be asked', async () => {
    const { app, store } = open()
    vi.spyOn(store, 'watermarks').mockRejectedValue(new StoreError('io', 'the connection was refused'))
    const response = await app.request('/readyz')
    expect([response.status, await response.json()]).toEqual([503, { status: 'no-store' }])
    vi.restoreAllMocks()
    expect((await app.request('/readyz')).status).toBe(200)
  })

  it('tells who asks for a live address without an upgrade what it takes', async () => {
    const { app } = open()
    expect((await app.request(`/live/${createBoardId()}`)).status).toBe(426)
  })
})

it('PATCH /api/boards/:id says so when the store does not take the new name, and takes it later', async () => {
  const { app, post, store, clock } = open()
  const { id } = await told(await post({ name: 'Before' }))
  store.failure = new StoreError('io', 'the disk is full')
  let answer: Response | undefined
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'After' })
  const asked = Promise.resolve(app.request(`/api/boards/${id}`, { method: 'PATCH', headers, body })).then(
    response => {
      answer = response
    },
  )
  while (store.appendCount < 2) {
    clock.advance(100)
    await settle()
  }
  expect(answer).toBeUndefined()
  clock.advance(5000)
  await asked
  expect(answer?.status).toBe(503)
  expect((await store.readBoard(id))?.name).toBe('Before')
  store.failure = undefined
  while ((await store.readBoard(id))?.name !== 'After') {
    clock.advance(100)
    await settle()
  }
})
