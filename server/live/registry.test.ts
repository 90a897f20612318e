import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { CLOSE, encodeSync, SYNC } from '#shared/protocol.ts'
import { StoreError } from '../store/store.ts'
import { asEditor } from '../testing/admit.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { ManualClock, settle } from '../testing/manual-clock.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { NO_LIMITS, updateFrame, updatesOf } from '../testing/open-room.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { TickingClock } from '../testing/ticking-clock.ts'
import { newBoard } from './new-board.ts'
import { Registry, UnreadableBoard } from './registry.ts'

const LINGER_MS = 10_000

async function open(clock = new ManualClock()) {
  const store = new MemoryStore()
  const log = recordLog()
  const board = newBoard('')
  await store.createBoard(board)
  const registry = new Registry({
    store,
    clock,
    log,
    limits: NO_LIMITS,
    serverVersion: 'test',
    lingerMs: LINGER_MS,
  })
  const join = async (id = board.id) => {
    const connection = new FakeConnection()
    const seat = await registry.join(id, connection, asEditor)
    if (typeof seat === 'string') throw new Error(seat)
    connection.seat = seat
    return connection
  }
  return { registry, clock, store, log, id: board.id, join }
}

const draw = (connection: FakeConnection, key: string): void => {
  const doc = new Y.Doc()
  const [update = new Uint8Array()] = updatesOf(doc, () => doc.getMap('shapes').set(key, 1))
  connection.receive(updateFrame(update))
}

it('all who come while a board loads share one load and one room', async () => {
  const { store, join, registry, id } = await open()
  store.hold()
  const joining = [join(), join(), join()]
  await settle()
  store.release()
  await Promise.all(joining)
  expect(store.loadCount).toBe(1)
  expect(registry.peek(id)?.memberCount).toBe(3)
})

it('a board that is not there is none, and nothing of it stays', async () => {
  const { registry } = await open()
  expect(await registry.join('nothing', new FakeConnection(), asEditor)).toBe('no-board')
  expect(registry.roomCount).toBe(0)
})

it('an empty room stays for a while, then it is unloaded', async () => {
  const { registry, clock, join, log } = await open()
  const connection = await join()
  connection.leave()
  clock.advance(LINGER_MS - 1)
  await settle()
  expect(registry.roomCount).toBe(1)
  clock.advance(1)
  await settle()
  expect(registry.roomCount).toBe(0)
  expect(log.events()).toEqual(['room.loaded', 'room.unloaded'])
})

it('a room that was loaded for somebody who has gone meanwhile is unloaded too', async () => {
  const { registry, clock, id } = await open()
  const seat = await registry.join(id, new FakeConnection(), asEditor)
  if (typeof seat === 'object') seat.leave()
  clock.advance(LINGER_MS)
  await settle()
  expect(registry.roomCount).toBe(0)
})

it('who comes while a room is being unloaded gets that room, and it stays', async () => {
  const { registry, clock, join, store, id } = await open()
  const first = await join()
  draw(first, 'a')
  store.hold()
  draw(first, 'b')
  first.leave()
  clock.advance(LINGER_MS)
  await settle()
  const room = registry.peek(id)
  const second = await join()
  store.release()
  await settle()
  expect(registry.peek(id)).toBe(room)
  second.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
  expect(second.frames.length).toBeGreaterThan(1)
  second.leave()
  clock.advance(LINGER_MS)
  await settle()
  expect(registry.roomCount).toBe(0)
  expect(store.loadCount).toBe(1)
})

it('a room never closes dirty: while the store fails it stays, and goes when everything is written', async () => {
  const { registry, clock, join, store, id } = await open()
  const connection = await join()
  store.failure = new StoreError('full', 'no space')
  draw(connection, 'a')
  await settle()
  connection.leave()
  for (let i = 0; i < 20; i++) {
    clock.advance(LINGER_MS)
    await settle()
  }
  expect(registry.roomCount).toBe(1)
  expect(registry.isFailing).toBe(true)
  expect(registry.dirtyCount).toBe(1)
  store.failure = undefined
  clock.advance(LINGER_MS)
  await settle()
  clock.advance(LINGER_MS)
  await settle()
  expect(registry.isFailing).toBe(false)
  expect(registry.roomCount).toBe(0)
  const stored = await store.load(id)
  expect(stored?.record.shapeCount).toBe(1)
})

it('flush makes every room durable', async () => {
  const { registry, join, store } = await open()
  const connection = await join()
  store.hold()
  for (const key of ['a', 'b', 'c']) draw(connection, key)
  const flushed = registry.flush()
  await settle()
  expect(registry.dirtyCount).toBe(1)
  store.release()
  await flushed
  expect(registry.dirtyCount).toBe(0)
})

it('a board whose bytes cannot be read says so to everyone, is tried anew by the next, and is left as it is', async () => {
  const { registry, store, log } = await open()
  await store.createBoard({ id: 'damaged', name: '', shapeCount: 0, initialState: Uint8Array.of(200, 1, 2) })
  await expect(registry.join('damaged', new FakeConnection(), asEditor)).rejects.toThrow(UnreadableBoard)
  await expect(registry.join('damaged', new FakeConnection(), asEditor)).rejects.toThrow(UnreadableBoard)
  expect(log.events()).toEqual(['room.load_failed', 'room.load_failed'])
  expect(store.compactCount + store.appendCount).toBe(0)
  expect(registry.roomCount).toBe(0)
})

it('a room with a long log leaves a snapshot when it is unloaded', async () => {
  const { clock, join, store, id } = await open()
  const connection = await join()
  for (let i = 0; i < 50; i++) {
    draw(connection, String(i))
    clock.advance(60)
    await settle()
  }
  connection.leave()
  clock.advance(LINGER_MS)
  await settle()
  expect(store.compactCount).toBe(1)
  const stored = await store.load(id)
  expect(stored?.updates).toEqual([])
  expect(stored?.record.shapeCount).toBe(50)
})

describe('reading ahead', () => {
  it('who comes gets what was read for them', async () => {
    const { registry, clock, id, store, join } = await open()
    registry.readAhead(id)
    registry.readAhead(id)
    clock.advance(4999)
    const connection = await join()
    expect(store.loadCount).toBe(1)
    registry.readAhead(id)
    expect(store.loadCount).toBe(1)
    // The next room reads what was drawn in this one.
    draw(connection, 'a')
    await settle()
    connection.leave()
    clock.advance(LINGER_MS)
    await settle()
    expect(registry.roomCount).toBe(0)
    await join()
    expect(store.loadCount).toBe(2)
    expect(registry.peek(id)?.facts.shapeCount).toBe(1)
  })

  it('lets go of it when nobody comes', async () => {
    const { registry, clock, id, store, join } = await open()
    registry.readAhead(id)
    clock.advance(5000)
    await join()
    expect(store.loadCount).toBe(2)
  })

  it('reads a few only', async () => {
    const { registry, clock, store } = await open()
    for (let i = 0; i < 10; i++) registry.readAhead(`board ${i}`)
    expect(store.loadCount).toBe(4)
    clock.advance(5000)
    registry.readAhead('another')
    expect(store.loadCount).toBe(5)
  })

  it('what cannot be read is read anew and told to who comes', async () => {
    const { registry, store, join } = await open()
    const { load } = store
    store.load = () => Promise.reject(new StoreError('io', 'the disk is gone'))
    registry.readAhead('some board')
    await settle()
    store.load = load
    await join()
    expect(await registry.join('some board', new FakeConnection(), asEditor)).toBe('no-board')
  })
})

describe('[W6] the snapshot ahead', () => {
  /** A board of 64 KiB and more that takes some turns to read, with a change in its log. */
  async function openBig({ isChanged = true } = {}) {
    const opened = await open(new TickingClock(5))
    const doc = new Y.Doc()
    doc.transact(() => {
      for (let i = 0; i < 5000; i++) doc.getMap('other').set(`e${i}`, 'some words')
    })
    const snapshot = Y.encodeStateAsUpdate(doc)
    await opened.store.createBoard({ id: 'big', name: '', shapeCount: 0, initialState: snapshot })
    const [change = new Uint8Array()] = updatesOf(doc, () => doc.getMap('other').set('e1', 'changed'))
    if (isChanged) await opened.store.append('big', [change], { name: '', shapeCount: 0 })
    return { ...opened, doc, snapshot }
  }
  const ASKED = Promise.resolve()

  it('is sent while the room opens, and what it lacks when it is open', async () => {
    const { registry, doc, snapshot } = await openBig()
    const connection = new FakeConnection()
    const seat = await registry.join('big', connection, asEditor, ASKED)
    const [ahead, welcome] = connection.take()
    if (ahead?.type !== 'packed' || typeof seat === 'string') throw new Error('not sent ahead')
    expect(ahead.step).toBe(SYNC.update)
    const unpacked = inflateRawSync(ahead.part)
    expect(Buffer.compare(unpacked, snapshot)).toBe(0)
    expect(welcome?.type).toBe('welcome')
    seat.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    const [answer] = connection.take()
    if (answer?.type !== 'step2') throw new Error('not synced')
    expect(answer.bytes.length).toBeLessThan(200)
    const received = new Y.Doc()
    Y.applyUpdate(received, unpacked)
    Y.applyUpdate(received, answer.bytes)
    expect(received.getMap('other').toJSON()).toEqual(doc.getMap('other').toJSON())
    // Who asks for everything again has lost it.
    seat.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    await settle()
    expect(connection.take().map(({ type }) => type)).toEqual(['step1', 'packed', 'update', 'step2'])
  })

  it('is a SyncStep2 when it is all there is', async () => {
    const { registry } = await openBig({ isChanged: false })
    const connection = new FakeConnection()
    const seat = await registry.join('big', connection, asEditor, ASKED)
    if (typeof seat === 'string') throw new Error(seat)
    seat.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    const [ahead, , , answer] = connection.take()
    expect(ahead).toMatchObject({ type: 'packed', step: SYNC.step2 })
    expect(answer).toEqual({ type: 'step2', bytes: Uint8Array.of(0, 0) })
  })

  it('is not sent to a stock client, to who has not asked, to who may not come in', async () => {
    const { registry } = await openBig()
    const stock = new FakeConnection({ drawbridge: false })
    const quiet = new FakeConnection()
    const late = new FakeConnection()
    let isRevoked = false
    const revoked = { code: CLOSE.forbidden, reason: 'revoked' }
    await Promise.all([
      registry.join('big', stock, asEditor, ASKED),
      registry.join('big', quiet, asEditor, new Promise(() => {})),
      registry.join(
        'big',
        late,
        () => (isRevoked ? revoked : asEditor()),
        ASKED.then(() => {
          isRevoked = true
        }),
      ),
    ])
    expect(stock.take().map(({ type }) => type)).toEqual(['step1'])
    expect(quiet.take().map(({ type }) => type)).toEqual(['welcome', 'step1'])
    expect(late.take()).toEqual([])
    expect(late.closedWith).toBe(CLOSE.forbidden)
  })

  it('is not sent when the room is open', async () => {
    const { registry } = await openBig()
    await registry.join('big', new FakeConnection(), asEditor)
    const connection = new FakeConnection()
    await registry.join('big', connection, asEditor, ASKED)
    expect(connection.take().map(({ type }) => type)).toEqual(['welcome', 'step1'])
  })
})
