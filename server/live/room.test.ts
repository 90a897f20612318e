import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodeCursor } from '#shared/live.ts'
import {
  CLOSE,
  EMPTY_STEP2,
  encodeAwareness,
  encodeLiveToServer,
  encodeSync,
  encodeView,
  LIVE,
  ProtocolError,
  SYNC,
  TAG,
} from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import { StoreError } from '../store/store.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { settle } from '../testing/manual-clock.ts'
import { openRoom, SERVER_TIME_MS, updateFrame, updatesOf } from '../testing/open-room.ts'
import { Peer } from '../testing/peer.ts'
import { LAGGING_BYTES, MAX_LAG_MS } from './outbox.ts'
import type { Room } from './room.ts'
import { LATE_MS } from './saver.ts'
import { TICK_MS } from './ticker.ts'

/** Past every tick that may be due. */
const A_TICK = 60
const FULL = LAGGING_BYTES + 1

const typesOf = (connection: FakeConnection): string[] => connection.take().map(({ type }) => type)

/** A synced peer on a fake connection; `deliver` brings it what it was sent. */
function joinPeer(
  room: Room,
  options: ConstructorParameters<typeof FakeConnection>[0] & { role?: Role } = {},
  peer = new Peer(),
) {
  const connection = new FakeConnection(options).join(room, options.role)
  peer.connect(frame => connection.receive(frame))
  const deliver = (): void => {
    // Answers of the peer may cause frames of their own.
    for (let frames = connection.takeFrames(); frames.length > 0; frames = connection.takeFrames()) {
      for (const frame of frames) peer.receive(frame)
    }
  }
  deliver()
  return { connection, peer, deliver }
}

const rectangle = (x: number): Y.Map<unknown> =>
  new Y.Map([['base', { type: 'rectangle', order: 'a', xy: [x, 0], wh: [1, 1] }]])

describe('a tick', () => {
  it('[W11] the first update goes out at once, those after it together: one frame, the same bytes for all', async () => {
    const { room, clock } = await openRoom()
    const [a, b, c] = [joinPeer(room), joinPeer(room), joinPeer(room, { drawbridge: false })]
    clock.advance(A_TICK)
    for (const { deliver } of [a, b, c]) deliver()
    a.peer.shapes.set('1', rectangle(1))
    expect(b.connection.frames.length).toBe(1)
    for (const { deliver } of [a, b, c]) deliver()
    for (let i = 2; i < 10; i++) a.peer.shapes.set(String(i), rectangle(i))
    b.peer.shapes.set('b', rectangle(0))
    expect(b.connection.frames).toEqual([])
    clock.advance(TICK_MS)
    const [frameA] = a.connection.frames.filter(frame => frame[0] === 0)
    const [frameB] = b.connection.frames.filter(frame => frame[0] === 0)
    const framesC = c.connection.frames.filter(frame => frame[0] === 0)
    expect(framesC.length).toBe(1)
    expect(framesC[0]).toBe(frameA)
    expect(framesC[0]).toBe(frameB)
    for (const { deliver } of [a, b, c]) deliver()
    expect(c.peer.shapes.size).toBe(10)
    expect(room.facts.shapeCount).toBe(10)
  })

  it('[W11] what is all of one connection’s making does not come back to it, unless it speaks the stock dialect', async () => {
    const { room, clock } = await openRoom()
    const [a, b, stock] = [joinPeer(room), joinPeer(room), joinPeer(room, { drawbridge: false })]
    clock.advance(A_TICK)
    for (const { deliver } of [a, b, stock]) deliver()
    const updatesTo = ({ connection }: typeof a) => connection.frames.filter(frame => frame[0] === 0).length
    const tick = (...authors: { peer: typeof a.peer }[]) => {
      for (const { deliver } of [a, b, stock]) deliver()
      for (const { peer } of authors) peer.shapes.set(String(clock.nowMs()), rectangle(1))
      clock.advance(TICK_MS)
      return [a, b, stock].map(updatesTo)
    }
    expect(tick(a)).toEqual([0, 1, 1])
    expect(tick(b)).toEqual([1, 0, 1])
    expect(tick(stock)).toEqual([1, 1, 1])
    // The first goes out at once, the others together.
    expect(tick(stock, a, b)).toEqual([2, 2, 2])
    for (const { deliver } of [a, b, stock]) deliver()
    for (const { peer } of [a, b, stock]) expect(peer.shapes.size).toBe(4)
  })

  it('[W11] what the server has mended comes back to its author', async () => {
    const { room, clock } = await openRoom()
    const { connection, peer, deliver } = joinPeer(room)
    clock.advance(A_TICK)
    deliver()
    peer.shapes.set('bad', new Y.Map([['base', { type: 'nonsense' }]]))
    clock.advance(TICK_MS)
    expect(connection.frames.some(frame => frame[0] === 0)).toBe(true)
    deliver()
    expect(peer.shapes.size).toBe(0)
  })

  it('[W3] a bad update closes its author and nobody else; the rest of the tick is applied', async () => {
    const { room, clock } = await openRoom()
    const [bad, good] = [joinPeer(room), joinPeer(room)]
    good.peer.shapes.set('0', rectangle(0))
    clock.advance(0)
    const other = new Y.Doc()
    const [sound = new Uint8Array()] = updatesOf(other, () =>
      other.getMap('shapes').set('half', rectangle(3)),
    )
    expect(() => bad.connection.receive(updateFrame(sound.slice(0, -1)))).toThrow(ProtocolError)
    expect(() => bad.connection.receive(updateFrame(Uint8Array.of(1, 2, 3, 4, 5)))).toThrow(ProtocolError)
    // What only Yjs finds: a key that is not UTF-8.
    const key = Buffer.from(sound).indexOf('half')
    bad.connection.receive(updateFrame(sound.with(key, 0xff)))
    good.peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    expect(bad.connection.closedWith).toBe(CLOSE.badFrame)
    expect(good.connection.closedWith).toBeUndefined()
    good.deliver()
    expect([...good.peer.shapes.keys()].sort()).toEqual(['0', '1'])
  })

  it('[W3] what is not a frame throws a ProtocolError and changes nothing', async () => {
    const { room } = await openRoom()
    const { connection } = joinPeer(room)
    for (const frame of [
      Uint8Array.of(),
      Uint8Array.of(9),
      Uint8Array.of(0, 0, 50),
      encodeSync(SYNC.step1, Uint8Array.of(9)),
    ]) {
      expect(() => connection.receive(frame)).toThrow(ProtocolError)
    }
  })

  it('counts shapes and knows the name as they change', async () => {
    const { room, clock } = await openRoom()
    const { peer } = joinPeer(room)
    peer.doc.transact(() => {
      for (let i = 0; i < 5; i++) peer.shapes.set(String(i), rectangle(i))
      peer.doc.getMap('meta').set('name', 'Harbour')
    })
    clock.advance(A_TICK)
    expect(room.facts).toEqual({ name: 'Harbour', shapeCount: 5 })
    peer.shapes.delete('1')
    peer.shapes.set('2', rectangle(9))
    clock.advance(A_TICK)
    expect(room.facts.shapeCount).toBe(4)
  })
})

describe('a newcomer on a large board', () => {
  async function largeBoard() {
    const shapes = new Y.Doc()
    shapes.getMap('shapes').set('ink', new Uint8Array(2_000_000))
    return openRoom({}, shapes)
  }

  it('[W18] [W6] gets it packed, and what happens meanwhile once', async () => {
    const { room, clock } = await largeBoard()
    const [ours, stock] = [joinPeer(room), joinPeer(room, { drawbridge: false })]
    expect(stock.peer.isSynced).toBe(true)
    stock.peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    expect(ours.peer.isSynced).toBe(false)
    await expect.poll(() => ours.connection.frames.length).toBe(3)
    expect(ours.connection.frames.map(frame => frame[0])).toEqual([TAG.packed, TAG.sync, TAG.sync])
    ours.deliver()
    expect(ours.peer.isSynced).toBe(true)
    expect([...ours.peer.shapes.keys()]).toEqual(['ink', '1'])
  })

  it('who leaves before it is packed is sent nothing', async () => {
    const { room } = await largeBoard()
    const [gone, there] = [joinPeer(room), joinPeer(room)]
    gone.connection.leave()
    await expect.poll(() => there.connection.frames.length).toBe(1)
    expect(gone.connection.frames).toEqual([])
  })
})

describe('a crowd', () => {
  it('[L7] of a hundred and more, each gets the cursors near what they see; the document goes to all as ever', async () => {
    const { room, clock } = await openRoom()
    const join = (clientId: number) => {
      const joined = joinPeer(room)
      joined.connection.receive(encodeAwareness([{ clientId, clock: 1, json: '{}' }]))
      return joined
    }
    const [mover, near, far, unsaid] = [join(1), join(2), join(3), join(4)]
    near.connection.receive(encodeView({ x: 0, y: 0, w: 100, h: 100 }))
    far.connection.receive(encodeView({ x: 500, y: 0, w: 100, h: 100 }))
    const heard = (x: number) => {
      clock.advance(A_TICK)
      for (const { connection } of [near, far, unsaid]) connection.takeFrames()
      mover.peer.shapes.set(String(x), rectangle(x))
      mover.connection.receive(encodeLiveToServer(encodeCursor([x, 0])))
      clock.advance(A_TICK)
      return [near, far, unsaid].map(({ connection }) => typesOf(connection))
    }
    const everything = ['update', 'live']
    expect(heard(1)).toEqual([everything, everything, everything])
    for (let i = 5; i <= 100; i++) join(i)
    // Half a screen beside it still counts.
    expect(heard(149)).toEqual([everything, ['update'], everything])
    // Where it was, too: it must be seen to leave.
    expect(heard(500)).toEqual([everything, everything, everything])
    expect(heard(501)).toEqual([['update'], everything, everything])
  })
})

describe('roles', () => {
  it('[W19] a viewer gets everything, and nothing of theirs gets in; a stock viewer who writes is closed', async () => {
    const { room, clock, store, id } = await openRoom()
    const editor = joinPeer(room)
    const viewer = joinPeer(room, { role: 'viewer' })
    const stock = joinPeer(room, { role: 'commenter', drawbridge: false })
    editor.peer.shapes.set('1', rectangle(1))
    editor.peer.shapes.delete('1')
    editor.peer.shapes.set('2', rectangle(2))
    clock.advance(A_TICK)
    for (const { deliver } of [viewer, stock]) deliver()
    expect([...viewer.peer.shapes.keys()]).toEqual(['2'])
    expect([...stock.peer.shapes.keys()]).toEqual(['2'])

    viewer.peer.shapes.set('3', rectangle(3))
    viewer.peer.shapes.delete('2')
    stock.peer.shapes.delete('2')
    clock.advance(A_TICK)
    const refusals = viewer.connection.take().filter(({ type }) => type === 'refused')
    expect(refusals).toEqual([{ type: 'refused', refusal: expect.objectContaining({ code: 'read-only' }) }])
    expect(viewer.connection.closedWith).toBeUndefined()
    expect(stock.connection.closedWith).toBe(CLOSE.forbidden)
    expect(room.facts.shapeCount).toBe(1)
    await room.flush()
    expect((await store.readBoard(id))?.shapeCount).toBe(1)
  })

  it('[W19] [W9] an answer to our SyncStep1 that brings nothing new is no change, and is told saved', async () => {
    const { room, clock } = await openRoom()
    const editor = joinPeer(room)
    editor.peer.shapes.set('1', rectangle(1))
    editor.peer.shapes.delete('1')
    clock.advance(A_TICK)
    const viewer = joinPeer(room, { role: 'viewer' })
    viewer.deliver()
    // With the deletions that it knows of.
    viewer.connection.receive(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(viewer.peer.doc)))
    viewer.peer.sentCount++
    clock.advance(A_TICK)
    await room.flush()
    viewer.deliver()
    expect(viewer.peer.isSaved).toBe(true)
    expect(viewer.connection.closedWith).toBeUndefined()
  })

  it('[W19] a viewer is seen pointing, not drawing', async () => {
    const { room, clock } = await openRoom()
    const editor = joinPeer(room)
    const viewer = joinPeer(room, { role: 'viewer' })
    viewer.connection.receive(encodeAwareness([{ clientId: 7, clock: 1, json: '{}' }]))
    clock.advance(A_TICK)
    editor.connection.take()
    for (const kind of [LIVE.cursor, LIVE.gesture, LIVE.ink, LIVE.laser, LIVE.chat]) {
      viewer.connection.receive(encodeLiveToServer(Uint8Array.of(kind, 1)))
    }
    clock.advance(A_TICK)
    const live = editor.connection.take().flatMap(frame => (frame.type === 'live' ? frame.messages : []))
    expect(live.map(({ payload }) => payload[0])).toEqual([LIVE.cursor, LIVE.laser, LIVE.chat])
  })

  it('[W19] rights that change hold from the next frame on, and are told', async () => {
    const { room, clock } = await openRoom()
    const [one, other] = [joinPeer(room), joinPeer(room)]
    const gone = joinPeer(room)
    room.recheck(connection => {
      if (connection === gone.connection) return { code: CLOSE.forbidden, reason: 'Out.' }
      return connection === one.connection ? 'viewer' : 'editor'
    })
    expect(gone.connection.closedWith).toBe(CLOSE.forbidden)
    expect(one.connection.take()).toContainEqual({ type: 'role', role: 'viewer' })
    expect(typesOf(other.connection)).not.toContain('role')
    one.peer.shapes.set('1', rectangle(1))
    other.peer.shapes.set('2', rectangle(2))
    clock.advance(A_TICK)
    expect(room.facts.shapeCount).toBe(1)
    room.recheck(() => 'editor')
    one.peer.shapes.set('3', rectangle(3))
    clock.advance(A_TICK)
    // What was refused is missing before it.
    expect(typesOf(one.connection)).toContain('step1')
    one.deliver()
  })
})

describe('joining', () => {
  it('a newcomer is told the server’s time, which timers run by', async () => {
    const { room } = await openRoom()
    const [welcome] = new FakeConnection().join(room, 'editor', 'ann').take()
    expect(welcome).toMatchObject({
      type: 'welcome',
      welcome: { by: 'ann', role: 'editor', timeMs: SERVER_TIME_MS },
    })
  })

  it('[W5] [W6] a newcomer gets welcome, SyncStep1, and on its own SyncStep1 the board as a SyncStep2, or as an Update with the ticks since and an empty SyncStep2', async () => {
    const { room, clock } = await openRoom()
    const writer = joinPeer(room)
    for (let i = 0; i < 40; i++) writer.peer.shapes.set(String(i), rectangle(i))
    clock.advance(A_TICK)
    const first = new FakeConnection().join(room)
    expect(typesOf(first)).toEqual(['welcome', 'step1'])
    first.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    const [whole, ...more] = first.takeFrames()
    expect(whole?.subarray(0, 2)).toEqual(Uint8Array.of(TAG.sync, SYNC.step2))
    expect(more).toEqual([])
    const another = new FakeConnection().join(room)
    another.takeFrames()
    another.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    expect(another.takeFrames()[0]).toBe(whole)
    writer.peer.shapes.set('late', rectangle(1))
    clock.advance(A_TICK)
    const second = new FakeConnection({ drawbridge: false }).join(room)
    expect(typesOf(second)).toEqual(['step1'])
    second.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    const frames = second.takeFrames()
    expect(frames.length).toBe(3)
    expect(frames[0]).toEqual(Uint8Array.of(TAG.sync, SYNC.update, ...(whole?.subarray(2) ?? [])))
    expect(frames[2]).toEqual(EMPTY_STEP2)
    const doc = new Peer()
    for (const frame of frames) doc.receive(frame)
    expect(doc.shapes.size).toBe(41)
    expect(doc.isSynced).toBe(true)
  })

  it('[W6] before its SyncStep1 a connection gets no updates', async () => {
    const { room, clock } = await openRoom()
    const early = new FakeConnection().join(room)
    const { peer } = joinPeer(room)
    early.takeFrames()
    peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    expect(typesOf(early)).toEqual([])
  })

  it('[W5] who has something gets the difference, and a later SyncStep1 is answered with Step2 and Step1', async () => {
    const { room, clock } = await openRoom()
    const { peer, connection, deliver } = joinPeer(room)
    peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    deliver()
    connection.receive(encodeSync(SYNC.step1, Y.encodeStateVector(peer.doc)))
    const frames = connection.take()
    expect(frames.map(({ type }) => type)).toEqual(['step2', 'step1'])
  })

  it('[W5] a flood of SyncStep1 frames is refused as too fast', async () => {
    const { room } = await openRoom()
    const { connection } = joinPeer(room)
    const flood = () => {
      for (let i = 0; i < 30; i++) connection.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    }
    expect(flood).toThrow(expect.objectContaining({ code: CLOSE.tooFast }))
  })

  it('a full board sends the next one away for now', async () => {
    const { room } = await openRoom({ maxParticipantsPerBoard: 1 })
    joinPeer(room)
    const second = new FakeConnection().join(room)
    expect(second.closedWith).toBe(CLOSE.overloaded)
    expect(room.memberCount).toBe(1)
  })
})

describe('saved', () => {
  it('[W9] comes only after the append is durable, and counts SyncStep2 and Update', async () => {
    const { room, clock, store } = await openRoom()
    store.hold()
    const { peer, connection, deliver } = joinPeer(room)
    peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    await settle()
    deliver()
    expect(peer.sentCount).toBe(2)
    expect(peer.savedCount).toBe(1) // the empty SyncStep2 that answered the server's Step1
    store.release()
    await settle()
    expect(connection.take()).toEqual([{ type: 'saved', count: 2 }])
  })

  it('[W9] an author whose message changes nothing waits for what came before it', async () => {
    const { room, clock, store } = await openRoom()
    const [a, b] = [joinPeer(room), joinPeer(room)]
    clock.advance(A_TICK)
    store.hold()
    a.peer.shapes.set('1', rectangle(1))
    clock.advance(A_TICK)
    b.connection.takeFrames()
    b.connection.receive(encodeSync(SYNC.step2, Uint8Array.of(0, 0)))
    clock.advance(A_TICK)
    await settle()
    expect(typesOf(b.connection)).not.toContain('saved')
    store.release()
    await settle()
    expect(typesOf(b.connection)).toContain('saved')
  })

  it('[W9] stock connections get no frames of ours', async () => {
    const { room, clock } = await openRoom()
    const { peer, connection } = joinPeer(room, { drawbridge: false })
    peer.shapes.set('1', rectangle(1))
    connection.receive(encodeAwareness([{ clientId: 1, clock: 1, json: '{}' }]))
    clock.advance(A_TICK)
    await settle()
    expect(new Set(typesOf(connection))).toEqual(new Set(['update', 'awareness']))
  })

  it('[W10] while the store fails all are told once, newcomers too; nothing is lost, and saved comes when it works again', async () => {
    const { room, clock, store, happened, log } = await openRoom()
    const [a, stock] = [joinPeer(room), joinPeer(room, { drawbridge: false })]
    clock.advance(A_TICK)
    a.deliver()
    stock.connection.takeFrames()
    store.failure = new StoreError('full', 'database or disk is full')
    for (let i = 0; i < 400; i++) {
      a.peer.shapes.set(String(i), rectangle(i))
      clock.advance(A_TICK)
      await settle()
    }
    const refusals = a.connection.take().filter(({ type }) => type === 'refused')
    expect(refusals).toEqual([
      { type: 'refused', refusal: { code: 'not-saving', message: expect.any(String) } },
    ])
    expect(typesOf(stock.connection)).not.toContain('refused')
    const late = new FakeConnection().join(room)
    expect(typesOf(late)).toContain('refused')
    const idle = new FakeConnection().join(room)
    idle.takeFrames()
    expect(room.isClean).toBe(false)
    expect(happened).toEqual(['failing'])
    a.connection.leave()
    stock.connection.leave()
    store.failure = undefined
    const flushed = room.flush()
    clock.advance(5000)
    await flushed
    expect(room.isClean).toBe(true)
    expect(happened).toEqual(['failing', 'recovered'])
    // Nothing of this one was waiting: it is told all the same.
    expect(idle.take().filter(({ type }) => type === 'saved')).toEqual([{ type: 'saved', count: 0 }])
    expect(log.events().filter(event => event.startsWith('store.'))).toEqual([
      'store.failing',
      'store.recovered',
    ])
    const doc = new Y.Doc()
    const stored = await store.load(room.id)
    for (const update of [stored?.snapshot, ...(stored?.updates ?? [])])
      if (update) Y.applyUpdate(doc, update)
    expect(doc.getMap('shapes').size).toBe(400)
  })

  it('[W10] a store that does not answer is one that fails: all are told, and all of it is saved when it does', async () => {
    const { room, clock, store, happened, log } = await openRoom()
    const [a, b] = [joinPeer(room), joinPeer(room)]
    clock.advance(A_TICK)
    await settle()
    store.hold()
    a.peer.shapes.set('a', rectangle(1))
    clock.advance(A_TICK)
    clock.advance(LATE_MS)
    a.deliver()
    b.connection.take()
    expect(happened).toEqual(['failing'])
    b.peer.shapes.set('b', rectangle(2))
    clock.advance(60_000)
    await settle()
    a.deliver()
    expect(a.peer.shapes.has('b')).toBe(true)
    expect(a.peer.isSaved).toBe(false)
    expect(log.events().filter(event => event.startsWith('store.'))).toEqual(['store.failing'])
    store.release()
    await room.flush()
    a.deliver()
    b.deliver()
    expect([a.peer.isSaved, b.peer.isSaved]).toEqual([true, true])
    expect(happened).toEqual(['failing', 'recovered'])
    expect(store.appendCount).toBe(2)
  })

  it('the log is compacted as it grows, and says the same afterwards', async () => {
    const { room, clock, store } = await openRoom()
    const { peer } = joinPeer(room)
    for (let i = 0; i < 1200; i++) {
      peer.shapes.set(String(i % 50), rectangle(i))
      clock.advance(A_TICK)
      await settle()
    }
    await room.flush()
    expect(store.compactCount).toBeGreaterThan(0)
    const stored = await store.load(room.id)
    expect(stored?.updates.length).toBeLessThan(1000)
    const doc = new Y.Doc()
    for (const update of [stored?.snapshot, ...(stored?.updates ?? [])])
      if (update) Y.applyUpdate(doc, update)
    expect(doc.getMap('shapes').toJSON()).toEqual(peer.shapes.toJSON())
  })
})

describe('updates without their predecessors', () => {
  async function withGap() {
    const { room, clock, store } = await openRoom()
    const [gappy, other] = [joinPeer(room), joinPeer(room)]
    clock.advance(A_TICK)
    await settle()
    gappy.deliver()
    const doc = new Y.Doc()
    const [first = new Uint8Array(), second = new Uint8Array()] = updatesOf(doc, () => {
      doc.getMap('shapes').set('first', rectangle(1))
      doc.getMap('shapes').set('first', rectangle(2))
    })
    return { room, clock, store, gappy, other, doc, first, second }
  }

  it('[W8] are asked for at once and not acknowledged; others are, and with the gap filled so is the author', async () => {
    const { room, clock, gappy, other, doc, second } = await withGap()
    gappy.connection.receive(updateFrame(second))
    clock.advance(A_TICK)
    other.peer.shapes.set('other', rectangle(3))
    clock.advance(A_TICK)
    await settle()
    const frames = gappy.connection.take()
    expect(frames.map(({ type }) => type)).toEqual(['step1', 'update'])
    expect(other.connection.take()).toContainEqual({ type: 'saved', count: 2 })
    expect(room.facts.shapeCount).toBe(1)
    const asked = frames[0]?.type === 'step1' ? frames[0].bytes : new Uint8Array()
    gappy.connection.receive(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(doc, asked)))
    clock.advance(A_TICK)
    await settle()
    expect(gappy.connection.take()).toContainEqual({ type: 'saved', count: 3 })
    expect(room.facts.shapeCount).toBe(2)
  })

  it('[W8] are taken in when somebody else fills the gap', async () => {
    const { clock, gappy, other, first, second } = await withGap()
    gappy.connection.receive(updateFrame(second))
    clock.advance(A_TICK)
    other.connection.receive(updateFrame(first))
    clock.advance(A_TICK)
    await settle()
    expect(gappy.connection.take()).toContainEqual({ type: 'saved', count: 2 })
    other.deliver()
    expect(other.peer.shapes.toJSON()).toEqual({ first: { base: expect.objectContaining({ xy: [2, 0] }) } })
  })

  it('[W8] are not stored, and are asked for once a second, not at every message', async () => {
    const { room, clock, store, gappy, second } = await withGap()
    for (let i = 0; i < 10; i++) {
      gappy.connection.receive(updateFrame(second))
      clock.advance(A_TICK)
    }
    await room.flush()
    expect(typesOf(gappy.connection).filter(type => type === 'step1').length).toBe(1)
    expect((await store.load(room.id))?.updates).toEqual([])
    clock.advance(1000)
    expect(typesOf(gappy.connection).filter(type => type === 'step1').length).toBe(1)
  })

  it('[W8] without end close their author for now', async () => {
    const { clock, gappy, other } = await withGap()
    const doc = new Y.Doc()
    const updates = updatesOf(doc, () => {
      for (let i = 0; i < 40; i++) doc.getMap('shapes').set('big', 'x'.repeat(40_000))
    })
    for (const update of updates.slice(1)) {
      gappy.connection.receive(updateFrame(update))
      clock.advance(A_TICK)
    }
    expect(gappy.connection.closedWith).toBe(CLOSE.overloaded)
    expect(other.connection.closedWith).toBeUndefined()
  })
})

describe('a slow reader', () => {
  it('[W12] gets nothing while it lags, then one difference and everyone, and ends equal', async () => {
    const { room, clock } = await openRoom()
    const [writer, slow] = [joinPeer(room), joinPeer(room)]
    writer.connection.receive(encodeAwareness([{ clientId: 7, clock: 1, json: '{"name":"Ann"}' }]))
    clock.advance(A_TICK)
    slow.deliver()
    slow.connection.bufferedBytes = FULL
    for (let i = 0; i < 100; i++) {
      writer.peer.shapes.set(String(i % 30), rectangle(i))
      if (i % 3 === 0) writer.peer.shapes.delete(String(i % 7))
      writer.connection.receive(encodeLiveToServer(Uint8Array.of(LIVE.cursor, i)))
      clock.advance(A_TICK)
      await settle()
    }
    expect(slow.connection.takeFrames()).toEqual([])
    slow.connection.bufferedBytes = 0
    clock.advance(200)
    const frames = slow.connection.takeFrames()
    for (const frame of frames) slow.peer.receive(frame)
    expect(frames.filter(frame => frame[0] === 0).length).toBe(1)
    expect(frames.some(frame => frame[0] === 1)).toBe(true)
    writer.deliver()
    expect(slow.peer.shapes.toJSON()).toEqual(writer.peer.shapes.toJSON())
    writer.peer.shapes.set('after', rectangle(1))
    clock.advance(A_TICK)
    expect(typesOf(slow.connection)).toContain('update')
  })

  it('[W12] is closed as too slow, the writer is not disturbed', async () => {
    const { room, clock } = await openRoom()
    const [writer, slow] = [joinPeer(room), joinPeer(room)]
    clock.advance(A_TICK)
    slow.connection.bufferedBytes = FULL
    writer.peer.shapes.set('1', rectangle(1))
    clock.advance(MAX_LAG_MS)
    expect(slow.connection.closedWith).toBeUndefined()
    clock.advance(6000)
    expect(slow.connection.closedWith).toBe(CLOSE.tooSlow)
    expect(writer.connection.closedWith).toBeUndefined()
  })

  it('[W12] who reads a large board over a thin line is given the time that takes', async () => {
    const { room, clock } = await openRoom()
    const [writer, joiner] = [joinPeer(room), joinPeer(room)]
    clock.advance(A_TICK)
    joiner.connection.bufferedBytes = 20 << 20
    writer.peer.shapes.set('1', rectangle(1))
    clock.advance(5 * 60_000)
    expect(joiner.connection.closedWith).toBeUndefined()
    clock.advance(60_000)
    expect(joiner.connection.closedWith).toBe(CLOSE.tooSlow)
  })

  it('[W12] a reader that asks for the board again and again is owed it once', async () => {
    const { room, clock } = await openRoom()
    const { connection } = joinPeer(room)
    connection.bufferedBytes = FULL
    for (let i = 0; i < 10; i++) connection.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    expect(() => connection.receive(encodeSync(SYNC.step1, Uint8Array.of(9)))).toThrow(ProtocolError)
    expect(connection.take().filter(({ type }) => type === 'update' || type === 'step2')).toEqual([])
    connection.bufferedBytes = 0
    clock.advance(200)
    expect(connection.take().filter(({ type }) => type === 'step2').length).toBe(1)
  })
})

describe('live frames', () => {
  const live = (...bytes: number[]): Uint8Array => encodeLiveToServer(Uint8Array.from(bytes))
  const announce = (connection: FakeConnection, clientId: number): void =>
    connection.receive(encodeAwareness([{ clientId, clock: 1, json: '{}' }]))

  it('[L4] [L5] the last cursor and gesture of a tick, every ink chunk, in order, under the primary id, to ours only', async () => {
    const { room, clock } = await openRoom()
    const [a, b, stock] = [joinPeer(room), joinPeer(room), joinPeer(room, { drawbridge: false })]
    a.connection.receive(live(LIVE.cursor, 0))
    announce(a.connection, 11)
    announce(b.connection, 22)
    clock.advance(A_TICK)
    a.connection.receive(live(LIVE.cursor, 9))
    for (const { connection } of [a, b, stock]) connection.takeFrames()
    a.connection.receive(live(LIVE.cursor, 1))
    a.connection.receive(live(LIVE.ink, 1))
    a.connection.receive(live(LIVE.gesture, 1))
    b.connection.receive(live(LIVE.cursor, 5))
    a.connection.receive(live(LIVE.ink, 2))
    a.connection.receive(live(LIVE.cursor, 2))
    clock.advance(A_TICK)
    const message = (clientId: number, ...payload: number[]) => ({
      clientId,
      payload: Uint8Array.from(payload),
    })
    expect(b.connection.take()).toEqual([
      {
        type: 'live',
        messages: [
          message(11, LIVE.ink, 1),
          message(11, LIVE.gesture, 1),
          message(22, LIVE.cursor, 5),
          message(11, LIVE.ink, 2),
          message(11, LIVE.cursor, 2),
        ],
      },
    ])
    expect(stock.connection.takeFrames()).toEqual([])
  })

  it('[L6] one that is too large, or too many of one sender, are dropped', async () => {
    const { room, clock } = await openRoom()
    const { connection } = joinPeer(room)
    announce(connection, 1)
    clock.advance(A_TICK)
    connection.receive(live(LIVE.ink))
    connection.takeFrames()
    const large = (bytes: number): Uint8Array => {
      const payload = new Uint8Array(bytes)
      payload[0] = LIVE.ink
      return encodeLiveToServer(payload)
    }
    connection.receive(large(64 * 1024 + 1))
    for (let i = 0; i < 10; i++) connection.receive(large(60_000))
    clock.advance(A_TICK)
    const [frame] = connection.take()
    expect(frame?.type === 'live' && frame.messages.length).toBe(4)
  })

  it('[W3] from a stock connection is a bad frame', async () => {
    const { room } = await openRoom()
    const { connection } = joinPeer(room, { drawbridge: false })
    expect(() => connection.receive(live(LIVE.cursor))).toThrow(ProtocolError)
  })
})

describe('a full board', () => {
  it('[W14] refuses what adds to it, tells ours once and closes stock; what deletes is let in', async () => {
    const { room, clock } = await openRoom({ maxBoardBytes: 5000 })
    const [ours, stock] = [joinPeer(room), joinPeer(room, { drawbridge: false })]
    ours.peer.shapes.set('big', 'x'.repeat(4000))
    clock.advance(A_TICK)
    await settle()
    ours.deliver()
    stock.deliver()
    expect(ours.peer.isSaved).toBe(true)
    ours.peer.shapes.set('more', 'x'.repeat(2000))
    ours.peer.shapes.set('more', 'x'.repeat(2000))
    stock.peer.shapes.set('more', 'x'.repeat(2000))
    clock.advance(A_TICK)
    await settle()
    expect(ours.connection.take().filter(({ type }) => type === 'refused')).toEqual([
      { type: 'refused', refusal: { code: 'too-big', message: expect.any(String) } },
    ])
    expect(ours.connection.closedWith).toBeUndefined()
    expect(stock.connection.closedWith).toBe(CLOSE.tooBig)
    expect(ours.peer.isSaved).toBe(false)
    expect(room.facts.shapeCount).toBe(1)
    const third = joinPeer(room)
    third.peer.shapes.delete('big')
    clock.advance(A_TICK)
    expect(room.facts.shapeCount).toBe(0)
  })
})

it('[P6] a connection that ends is announced as gone, and the last one empties the room', async () => {
  const { room, clock, happened } = await openRoom()
  const [a, b] = [joinPeer(room), joinPeer(room)]
  a.connection.receive(encodeAwareness([{ clientId: 5, clock: 1, json: '{}' }]))
  clock.advance(A_TICK)
  b.connection.takeFrames()
  a.connection.leave()
  clock.advance(A_TICK)
  expect(b.connection.take()).toEqual([{ type: 'awareness', states: { 5: 'null' } }])
  b.connection.leave()
  expect(happened).toEqual(['emptied'])
})

it('who asks for everybody’s presence gets it once a tick, however often they ask', async () => {
  const { room, clock } = await openRoom()
  new FakeConnection()
    .join(room)
    .receive(encodeAwareness([{ clientId: 7, clock: 1, json: '{"name":"Ann"}' }]))
  const asker = new FakeConnection().join(room)
  clock.advance(A_TICK)
  asker.takeFrames()
  for (let i = 0; i < 1000; i++) asker.receive(Uint8Array.of(TAG.queryAwareness))
  clock.advance(A_TICK)
  const answers = asker.take().filter(({ type }) => type === 'awareness')
  expect(answers.length).toBeGreaterThan(0)
  expect(answers.length).toBeLessThanOrEqual(2)
})
