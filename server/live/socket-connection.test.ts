import { expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { CLOSE, encodeSync, KEEPALIVE, SYNC } from '#shared/protocol.ts'
import { StoreError } from '../store/store.ts'
import { asEditor } from '../testing/admit.ts'
import { ManualClock, settle } from '../testing/manual-clock.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { NO_LIMITS } from '../testing/open-room.ts'
import { recordLog } from '../testing/quiet-log.ts'
import type { Message } from './connection.ts'
import { Heartbeat } from './heartbeat.ts'
import { newBoard } from './new-board.ts'
import { Registry } from './registry.ts'
import { type Socket, SocketConnection } from './socket-connection.ts'

class FakeSocket implements Socket {
  bufferedAmount = 0
  sent: Uint8Array[] = []
  code: number | undefined
  reason = ''
  isTerminated = false
  pingCount = 0
  send(message: Message): void {
    this.sent.push(message instanceof Uint8Array ? message : Buffer.concat(message))
  }
  sendAll(messages: readonly Uint8Array[]): void {
    this.sent.push(...messages)
  }
  close(code: number, reason: string): void {
    this.code ??= code
    this.reason = reason
  }
  terminate(): void {
    this.isTerminated = true
  }
  ping(): void {
    this.pingCount++
  }
}

const STEP1 = encodeSync(SYNC.step1, Uint8Array.of(0))

async function open(limits: Partial<SocketDepsLimits> = {}) {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const log = recordLog()
  const board = newBoard('')
  await store.createBoard(board)
  const registry = new Registry({ store, clock, log, limits: NO_LIMITS, serverVersion: 'test' })
  const heartbeat = new Heartbeat(clock)
  const deps = {
    registry,
    heartbeat,
    clock,
    log,
    limits: { maxMessageBytes: 1000, messagesPerSecond: 100, bytesPerSecond: 0, ...limits },
  }
  const connect = () => {
    const socket = new FakeSocket()
    const connection = new SocketConnection(socket, { token: undefined, speaksDrawbridge: true }, deps)
    return { socket, connection }
  }
  return { clock, store, log, registry, connect, id: board.id }
}
interface SocketDepsLimits {
  maxMessageBytes: number
  messagesPerSecond: number
  bytesPerSecond: number
}

it('what comes in before the board is open is not lost', async () => {
  const { connect, store, id } = await open()
  const { socket, connection } = connect()
  store.hold()
  const joined = connection.join(id, asEditor)
  connection.receive(STEP1)
  await settle()
  expect(socket.sent).toEqual([])
  store.release()
  await joined
  // Welcome, our SyncStep1, then the answer: the board.
  expect(socket.sent.map(frame => frame[0])).toEqual([100, 0, 0])
})

it('what comes in before the board is open is bounded', async () => {
  const { connect, store, id } = await open({ messagesPerSecond: 0 })
  const { socket, connection } = connect()
  store.hold()
  void connection.join(id, asEditor)
  for (let i = 0; i < 2000; i++) connection.receive(new Uint8Array(1000))
  expect(socket.code).toBe(CLOSE.overloaded)
})

it.each([
  ['a board that is not there', createBoardId(), undefined, CLOSE.noSuchBoard],
  ['a store that does not answer', undefined, 'io', CLOSE.overloaded],
  ['a board that cannot be read', undefined, 'corrupt', CLOSE.internalError],
] as const)('%s closes with its code', async (_what, boardId, failure, code) => {
  const { connect, store, id } = await open()
  const { socket, connection } = connect()
  if (failure) {
    store.load = () => Promise.reject(new StoreError(failure, 'on purpose'))
  }
  await connection.join(boardId ?? id, asEditor)
  expect(socket.code).toBe(code)
})

it.each([
  ['[W1] a text message', CLOSE.unsupportedData, (c: SocketConnection) => c.receiveText()],
  ['[W3] garbage', CLOSE.badFrame, (c: SocketConnection) => c.receive(Uint8Array.of(250, 1, 2))],
  ['[W4] a message over the limit', CLOSE.tooBig, (c: SocketConnection) => c.receive(new Uint8Array(1001))],
  [
    '[W13] too many messages',
    CLOSE.tooFast,
    (c: SocketConnection) => {
      for (let i = 0; i < 401; i++) c.receive(Uint8Array.of(3))
    },
  ],
])('%s closes that connection with its code and one log line, and no other', async (_what, code, send) => {
  const { connect, id, log, registry } = await open()
  const [bad, good] = [connect(), connect()]
  await bad.connection.join(id, asEditor)
  await good.connection.join(id, asEditor)
  const before = log.lines.length
  send(bad.connection)
  bad.connection.closed(1005, '')
  expect(bad.socket.code).toBe(code)
  expect(good.socket.code).toBeUndefined()
  expect(registry.peek(id)?.memberCount).toBe(1)
  expect(log.lines.slice(before)).toEqual([
    { event: 'connection.closed', fields: expect.objectContaining({ code }) },
  ])
  expect(JSON.stringify(log.lines)).not.toContain(id)
})

it('[W13] bytes count too, with room for two of the largest messages at once', async () => {
  const { connect, id } = await open({ bytesPerSecond: 10, messagesPerSecond: 0 })
  const { socket, connection } = connect()
  await connection.join(id, asEditor)
  const update = (): Uint8Array => encodeSync(SYNC.step2, Uint8Array.of(0, 0, ...new Uint8Array(990)))
  connection.receive(update())
  connection.receive(update())
  expect(socket.code).toBeUndefined()
  connection.receive(update())
  expect(socket.code).toBe(CLOSE.tooFast)
})

it('[W7] a quiet connection gets a keepalive at least every 15 s; one that answers no pings is cut', async () => {
  const { connect, id, clock } = await open()
  const { socket, connection } = connect()
  await connection.join(id, asEditor)
  socket.sent = []
  const silences: number[] = []
  let lastMs = clock.nowMs()
  for (let second = 0; second < 120; second++) {
    clock.advance(1000)
    connection.ponged()
    for (const frame of socket.sent.splice(0)) {
      expect(frame).toEqual(KEEPALIVE)
      silences.push(clock.nowMs() - lastMs)
      lastMs = clock.nowMs()
    }
  }
  expect(Math.max(...silences)).toBeLessThanOrEqual(15_000)
  expect(socket.pingCount).toBeGreaterThanOrEqual(7)
  clock.advance(60_000)
  expect(socket.isTerminated).toBe(true)
})

it('[P4] a probe cuts the connection unless a pong comes within three seconds', async () => {
  const { connect, id, clock } = await open()
  const [alive, dead] = [connect(), connect()]
  await alive.connection.join(id, asEditor)
  await dead.connection.join(id, asEditor)
  alive.connection.probe()
  dead.connection.probe()
  alive.connection.ponged()
  clock.advance(3000)
  expect(alive.socket.isTerminated).toBe(false)
  expect(dead.socket.isTerminated).toBe(true)
})

it('a close reason fits its frame whatever the error said', async () => {
  const { connect, id } = await open()
  const { socket, connection } = connect()
  await connection.join(id, asEditor)
  connection.close(CLOSE.badFrame, 'é'.repeat(500))
  expect(new TextEncoder().encode(socket.reason).length).toBeLessThanOrEqual(123)
})
