/** The whole server on a free port, with the stock y-websocket client and a SQLite store. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { createBoardId } from '#shared/ids.ts'
import { CLOSE, SUBPROTOCOL } from '#shared/protocol.ts'
import { SECRET_FILE } from './access/session-secret.ts'
import { type Environment, readConfig } from './config.ts'
import { type RunningServer, startServer } from './start.ts'
import { Peer } from './testing/peer.ts'
import { recordLog } from './testing/quiet-log.ts'

// Processes and back-offs of the real client, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-server-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const AT_ONCE = { spreadMs: 0, deadlineMs: 5000 }

async function start(dataDir: string, env: Environment = {}) {
  const log = recordLog()
  const server: RunningServer = await startServer(
    readConfig({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, ...env }),
    { log },
  )
  let drained: Promise<boolean> | undefined
  const drain = (): Promise<boolean> => {
    drained ??= server.drain(AT_ONCE)
    return drained
  }
  cleanUp.push(drain)
  const http = `http://127.0.0.1:${server.port}`
  const ws = `ws://127.0.0.1:${server.port}/live`
  const createBoard = async (): Promise<string> => {
    const response = await fetch(`${http}/api/boards`, { method: 'POST' })
    return ((await response.json()) as { id: string }).id
  }
  return { port: server.port, log, http, ws, createBoard, drain }
}

/** Resolves when the condition holds; asked again at every event of the emitter, so that no time is guessed. */
function when(
  emitter: { on(event: string, run: () => void): unknown },
  event: string,
  condition: () => boolean,
) {
  return new Promise<void>(resolve => {
    const check = (): void => {
      if (condition()) resolve()
    }
    emitter.on(event, check)
    check()
  })
}

/** A stock client, exactly as the package gives it. */
function stock(ws: string, boardId: string) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(ws, boardId, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  cleanUp.push(() => provider.destroy())
  const shapes = doc.getMap('shapes')
  return {
    doc,
    provider,
    shapes,
    synced: () => when(provider as never, 'sync', () => provider.synced),
    has: (key: string) => when(doc as never, 'update', () => shapes.has(key)),
  }
}

/** A client of ours, as far as the wire goes. */
async function ours(ws: string, boardId: string) {
  const socket = new WebSocket(`${ws}/${boardId}`, [SUBPROTOCOL])
  const peer = new Peer()
  socket.on('message', (data: Buffer) => peer.receive(new Uint8Array(data)))
  cleanUp.push(() => socket.terminate())
  await new Promise(resolve => socket.once('open', resolve))
  peer.connect(frame => socket.send(frame))
  return { socket, peer, saved: () => when(socket, 'message', () => peer.isSynced && peer.isSaved) }
}

/** Opens a socket, sends something, and tells how it ended. */
async function closeOf(
  url: string,
  send?: (socket: WebSocket) => void,
  options: WebSocket.ClientOptions = {},
) {
  const socket = new WebSocket(url, options)
  socket.on('error', () => undefined)
  socket.once('open', () => send?.(socket))
  return new Promise<number>(resolve => socket.once('close', code => resolve(code)))
}

describe('the stock client', () => {
  it('[W5] [W6] [W11] two of them and one of ours share a board, with presence', async () => {
    const { ws, createBoard } = await start(makeDir())
    const id = await createBoard()
    const [a, b] = [stock(ws, id), stock(ws, id)]
    await Promise.all([a.synced(), b.synced()])
    const c = await ours(ws, id)
    a.shapes.set('from-a', 1)
    await b.has('from-a')
    b.shapes.set('from-b', 2)
    await a.has('from-b')
    c.peer.shapes.set('from-c', 3)
    await Promise.all([a.has('from-c'), b.has('from-c')])
    await c.saved()
    expect(c.peer.shapes.toJSON()).toEqual({ 'from-a': 1, 'from-b': 2, 'from-c': 3 })
    a.provider.awareness.setLocalStateField('user', { name: 'Ann' })
    const seen = () => b.provider.awareness.getStates().get(a.doc.clientID)?.user?.name
    await when(b.provider.awareness as never, 'change', () => seen() === 'Ann')
    a.provider.destroy()
    await when(b.provider.awareness as never, 'change', () => seen() === undefined)
  })

  it('[W15] comes back by itself after a restart on the same data, with what it drew meanwhile', async () => {
    const dir = makeDir()
    const first = await start(dir)
    const id = await first.createBoard()
    const [a, b] = [stock(first.ws, id), stock(first.ws, id)]
    await Promise.all([a.synced(), b.synced()])
    a.shapes.set('before', 1)
    await b.has('before')
    const closed = new Promise<number>(resolve => {
      a.provider.once('connection-close', event => resolve(event?.code ?? 0))
    })
    expect(await first.drain()).toBe(true)
    expect(await closed).toBe(CLOSE.restarting)
    a.shapes.set('offline', 2)
    const second = await start(dir, { PORT: String(first.port) })
    await b.has('offline')
    const fresh = stock(second.ws, id)
    await fresh.synced()
    expect(fresh.shapes.toJSON()).toEqual({ before: 1, offline: 2 })
    expect(second.log.events()).not.toContain('room.log_gap')
  })
})

describe('a refusal', () => {
  it('[W3] of a board that is not there is final for the stock client', async () => {
    const { ws } = await start(makeDir())
    for (const id of [createBoardId(), 'no-id']) {
      const { provider } = stock(ws, id)
      const { code } = await new Promise<{ code: number }>(resolve => {
        ;(provider as never as { once(event: string, run: (close: { code: number }) => void): void }).once(
          'closed',
          resolve,
        )
      })
      expect(code).toBe(CLOSE.noSuchBoard)
      expect(provider.shouldConnect).toBe(false)
    }
  })

  it('[W1] [W3] [W4] text, garbage and size close their own connection, and nobody else notices', async () => {
    const { ws, createBoard, log } = await start(makeDir(), { MAX_MESSAGE_BYTES: '100000' })
    const id = await createBoard()
    const watcher = stock(ws, id)
    await watcher.synced()
    const url = `${ws}/${id}`
    expect(await closeOf(url, socket => socket.send('hello'))).toBe(CLOSE.unsupportedData)
    expect(await closeOf(url, socket => socket.send(Uint8Array.of(200, 200, 200)))).toBe(CLOSE.badFrame)
    expect(await closeOf(url, socket => socket.send(Uint8Array.of(0, 2, 3, 1, 2, 3)))).toBe(CLOSE.badFrame)
    expect(await closeOf(url, socket => socket.send(new Uint8Array(100_001)))).toBe(CLOSE.tooBig)
    expect(await closeOf(url, socket => socket.send(new Uint8Array(500_000)))).toBe(1009)
    expect(watcher.provider.wsconnected).toBe(true)
    await log.until('connection.closed', 5)
    const closes = log.lines.filter(({ event }) => event === 'connection.closed')
    expect(closes.map(({ fields }) => fields.code)).toEqual([1003, 4400, 4400, 4413, 1009])
  })

  it('of a page of another site, and of one too many from an address', async () => {
    const { ws, createBoard } = await start(makeDir(), { MAX_CONNECTIONS_PER_IP: '1' })
    const id = await createBoard()
    expect(await closeOf(`${ws}/${id}`, undefined, { origin: 'https://evil.example' })).toBe(CLOSE.forbidden)
    const first = stock(ws, id)
    await first.synced()
    expect(await closeOf(`${ws}/${id}`)).toBe(CLOSE.overloaded)
  })
})

describe('the process', () => {
  const main = join(import.meta.dirname, 'main.ts')

  function run(env: Environment): {
    child: ChildProcess
    output: () => string
    ended: Promise<number | null>
  } {
    const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH ?? '', ...env } })
    cleanUp.push(() => child.kill('SIGKILL'))
    let text = ''
    child.stdout.on('data', data => {
      text += data
    })
    child.stderr.on('data', data => {
      text += data
    })
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
    return { child, output: () => text, ended }
  }

  it.each([
    [{ PORT: 'eighty' }, /^Drawbridge cannot start: PORT is "eighty"; expected [^\n]+\n$/],
    [{ REDIS_URL: 'redis://localhost' }, /^Drawbridge cannot start: REDIS_URL [^\n]+\n$/],
    [{ PORT: '0', DATA_DIR: main }, /^Drawbridge cannot start: DATA_DIR [^\n]+\n$/],
  ])('%o ends it with one line', async (env, line) => {
    const { ended, output } = run(env)
    expect(await ended).toBe(1)
    expect(output()).toMatch(line)
  })

  it('on a folder that another one has waits for it to end, says so, and ends with one line', async () => {
    const dir = makeDir()
    await start(dir)
    const { ended, output } = run({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dir })
    expect(await ended).toBe(1)
    expect(output()).toMatch(/"store\.waiting"/)
    expect(output()).toMatch(/^Drawbridge cannot start: DATA_DIR [^\n]+ another Drawbridge [^\n]+\n$/m)
  })

  it('started while the old one goes down takes over when that has ended', async () => {
    const dir = makeDir()
    const old = await start(dir)
    const id = await old.createBoard()
    const { peer, saved } = await ours(old.ws, id)
    const next = run({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dir })
    const { stdout, stderr } = next.child
    if (stderr) await when(stderr, 'data', () => next.output().includes('store.waiting'))
    peer.shapes.set('last', 1)
    await saved()
    expect(await old.drain()).toBe(true)
    if (stdout) await when(stdout, 'data', () => next.output().includes('http://localhost:'))
    const port = /http:\/\/localhost:(\d+)/.exec(next.output())?.[1]
    const fresh = await ours(`ws://127.0.0.1:${port}/live`, id)
    await fresh.saved()
    expect(fresh.peer.shapes.toJSON()).toEqual({ last: 1 })
  })

  it('says where it listens, logs no board id, and ends on SIGTERM with everything on disk', async () => {
    const dir = makeDir()
    const { child, ended, output } = run({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dir })
    if (child.stdout) await when(child.stdout, 'data', () => output().includes('http://localhost:'))
    const port = /http:\/\/localhost:(\d+)/.exec(output())?.[1]
    const response = await fetch(`http://127.0.0.1:${port}/api/boards`, { method: 'POST' })
    const { id } = (await response.json()) as { id: string }
    const { peer, saved } = await ours(`ws://127.0.0.1:${port}/live`, id)
    peer.shapes.set('last', 1)
    await saved()
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output()).toContain('server.drained')
    expect(output()).not.toContain(id)
    const again = await start(dir)
    expect(await (await fetch(`${again.http}/api/boards/${id}`)).json()).toMatchObject({ shapeCount: 1 })
  })
})

it('a restart signs nobody out; another secret does, and the kept one is for the server’s eyes only', async () => {
  const dir = makeDir()
  const first = await start(dir)
  const made = await fetch(`${first.http}/api/boards`, { method: 'POST' })
  const { id } = (await made.json()) as { id: string }
  const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const linksAt = async (http: string): Promise<number> =>
    (await fetch(`${http}/api/boards/${id}/links`, { headers: { Cookie: cookie } })).status
  expect(await linksAt(first.http)).toBe(200)
  expect(statSync(join(dir, SECRET_FILE)).mode & 0o777).toBe(0o600)
  await first.drain()
  const second = await start(dir)
  expect(await linksAt(second.http)).toBe(200)
  await second.drain()
  const third = await start(dir, { SESSION_SECRET: 'another secret than the one that is kept' })
  expect(await linksAt(third.http)).toBe(403)
})

it('a kept secret that is none stops the start with a sentence', async () => {
  const dir = makeDir()
  writeFileSync(join(dir, SECRET_FILE), 'short')
  await expect(start(dir)).rejects.toMatchObject({
    kind: 'unusable',
    message: expect.stringMatching(/^DATA_DIR [^\n]+ holds no secret[^\n]+$/),
  })
  // The folder is free again.
  rmSync(join(dir, SECRET_FILE))
  await start(dir)
})
