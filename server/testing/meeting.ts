/** A server with a board that somebody owns, and browsers that come to it: each keeps its own cookie, as browsers do, and opens raw
 * connections on which any frame can be sent. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { shapesOf, writeShape } from '#shared/board/layout.ts'
import { encodeSync, SUBPROTOCOL, SYNC } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import { type Environment, readConfig } from '../config.ts'
import { systemClock } from '../live/clock.ts'
import { startServer } from '../start.ts'
import { type Received, readServerFrame } from './fake-connection.ts'
import { MemoryStore } from './memory-store.ts'
import { afterwards } from './open-server.ts'
import { recordLog } from './quiet-log.ts'
import { boxShape } from './shapes.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says
  readonly json: any
}

export interface CallOptions {
  /** Bytes go as they are, all else as JSON. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** One connection, and all that came on it. */
export class Line {
  readonly socket: WebSocket
  readonly received: Received[] = []
  readonly doc = new Y.Doc()
  /** How the server closed it, and when (`performance.now()`). */
  readonly closed: Promise<{ code: number; reason: string; atMs: number }>
  #checks = new Set<() => void>()
  #isClosed = false

  constructor(url: string, protocols: string[], headers: Record<string, string>) {
    this.socket = new WebSocket(url, protocols, { headers })
    this.socket.on('message', (data: Buffer) => {
      const frame = readServerFrame(new Uint8Array(data))
      this.received.push(frame)
      if (frame.type === 'step2' || frame.type === 'update') Y.applyUpdate(this.doc, frame.bytes)
      for (const check of this.#checks) check()
    })
    this.socket.on('open', () => {
      for (const check of this.#checks) check()
    })
    this.closed = new Promise(resolve => {
      this.socket.on('error', () => resolve({ code: 1006, reason: 'no upgrade', atMs: performance.now() }))
      this.socket.on('close', (code, reason) => {
        this.#isClosed = true
        resolve({ code, reason: reason.toString(), atMs: performance.now() })
        for (const check of this.#checks) check()
      })
    })
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }

  send(...frames: Uint8Array[]): void {
    for (const frame of frames) this.socket.send(frame)
  }

  /** Sends the changes that `edit` makes to what it knows of the board, in one Update. */
  edit(edit: (doc: Y.Doc) => void): void {
    const before = Y.encodeStateVector(this.doc)
    this.doc.transact(() => edit(this.doc))
    this.send(encodeSync(SYNC.update, Y.encodeStateAsUpdate(this.doc, before)))
  }

  draw(edit: (shapes: Y.Map<unknown>) => void): void {
    this.edit(doc => edit(shapesOf(doc)))
  }

  /** @returns the first frame of a kind that fits, that has come or comes; rejects when the server closes before */
  next<T extends Received['type']>(
    type: T,
    fits: (frame: Extract<Received, { type: T }>) => boolean = () => true,
  ): Promise<Extract<Received, { type: T }>> {
    const find = () =>
      this.received.find(frame => frame.type === type && fits(frame as Extract<Received, { type: T }>))
    return this.until(() => find() !== undefined).then(() => find() as Extract<Received, { type: T }>)
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition()) resolve()
        else if (this.#isClosed) reject(new Error('the server closed the connection'))
        else return
        this.#checks.delete(check)
      }
      this.#checks.add(check)
      check()
    })
  }

  /** Sends a SyncStep1 and takes the answer: by then the server has looked at all that was sent before. */
  async sync(): Promise<this> {
    await this.until(() => this.isOpen)
    const count = () => this.received.filter(({ type }) => type === 'step2').length
    const before = count()
    this.send(encodeSync(SYNC.step1, Y.encodeStateVector(this.doc)))
    await this.until(() => count() > before)
    return this
  }

  has(id: string): Promise<void> {
    return this.until(() => shapesOf(this.doc).has(id))
  }
}

/** A browser, or whoever else keeps a cookie. */
export class Visitor {
  cookie: string | undefined
  readonly #server: string

  constructor(server: string, cookie?: string) {
    this.#server = server
    this.cookie = cookie
  }

  async call(method: string, path: string, { body, headers = {} }: CallOptions = {}): Promise<Answer> {
    const isBytes = body instanceof Uint8Array
    const isRaw = isBytes || typeof body === 'string'
    const response = await fetch(`http://${this.#server}${path}`, {
      method,
      headers: {
        ...(this.cookie && { Cookie: this.cookie }),
        ...(body !== undefined && { 'Content-Type': isBytes ? 'image/png' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
    })
    const [set] = response.headers.getSetCookie()
    if (set) this.cookie = set.split(';')[0]
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text }
  }

  /** @param target  board id, and what stands behind it in the address */
  connect(target: string, headers: Record<string, string> = {}, protocols = [SUBPROTOCOL]): Line {
    const line = new Line(`ws://${this.#server}/live/${target}`, protocols, {
      ...(this.cookie && { Cookie: this.cookie }),
      ...headers,
    })
    afterwards(() => line.socket.terminate())
    return line
  }
}

export async function openMeeting({ env = {} }: { env?: Environment } = {}) {
  let skippedMs = 0
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + skippedMs }
  const log = recordLog()
  const config = readConfig({ HOST: '127.0.0.1', PORT: '0', BOARDS_PER_HOUR_PER_IP: '0', ...env })
  const store = new MemoryStore()
  // The page as far as it matters here, whether the real one has been built or not.
  const clientDir = mkdtempSync(joinPath(tmpdir(), 'drawbridge-meeting-'))
  afterwards(() => rmSync(clientDir, { recursive: true, force: true }))
  writeFileSync(joinPath(clientDir, 'index.html'), '<!doctype html><title>Drawbridge</title>')
  const server = await startServer(config, { log, store, clientDir, clock })
  afterwards(() => server.drain({ spreadMs: 0, deadlineMs: 5000 }))
  const host = `127.0.0.1:${server.port}`
  const visitor = (cookie?: string) => new Visitor(host, cookie)
  const owner = visitor()
  const id: string = (await owner.call('POST', '/api/boards')).json.id
  const path = `/api/boards/${id}`
  const set = (body: object) => owner.call('PATCH', path, { body })
  const addLink = async (role: Role, more: object = {}) => {
    const { json } = await owner.call('POST', `${path}/links`, { body: { role, ...more } })
    return json as { id: string; key: string; url: string }
  }
  /** Somebody with a cookie of their own who has this role by a link, and a connection through it. */
  const join = async (role: Role) => {
    const who = role === 'owner' ? owner : visitor()
    if (role !== 'owner') await who.call('GET', `/b/${id}`)
    const target = role === 'owner' ? id : `${id}?key=${(await addLink(role)).key}`
    const line = who.connect(target)
    const { welcome } = await line.next('welcome')
    await line.sync()
    return { who, line, target, welcome }
  }
  /** So much later by the server's clock; what waits for a timer waits on. */
  const skip = (ms: number): void => {
    skippedMs += ms
  }
  return { id, path, host, port: server.port, owner, visitor, set, addLink, join, skip, log, store }
}

export const drawRectangle =
  (id: string, by: string) =>
  (shapes: Y.Map<unknown>): void =>
    writeShape(shapes, boxShape(id, { by }))

/** As small as pictures can be, each another one. */
export const pictureOf = (words: string): { id: string; bytes: Uint8Array } => {
  const bytes = new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg"><desc>${words}</desc></svg>`,
  )
  return { id: createHash('sha256').update(bytes).digest('base64url'), bytes }
}
