/** Clients that are broken or mean, over real sockets: each is bounded and gets its close code and its line in the log, and two
 * people who draw on the same board go on drawing meanwhile and afterwards. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { CLOSE, encodeAwareness, encodeLiveToServer, encodeSync, SYNC } from '#shared/protocol.ts'
import type { Environment } from './config.ts'
import { type Clock, systemClock } from './live/clock.ts'
import { LAGGING_BYTES } from './live/outbox.ts'
import { seeded } from './shared/testing/seeded.ts'
import { updateFrame, updatesOf } from './testing/open-room.ts'
import { afterwards, cleanUp, openServer, type Participant } from './testing/open-server.ts'
import { clientFrame, OPCODE, type RawSocket } from './testing/raw-socket.ts'

// Each waits for a state and needs a fraction of a second; the machine may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

afterEach(cleanUp)

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const { binary, text, ping } = OPCODE

/** Updates of somebody new, each built upon the one before. */
function chainOfUpdates(count: number): Uint8Array[] {
  const doc = new Y.Doc()
  const list = doc.getArray('list')
  return updatesOf(doc, () => {
    for (let i = 0; i < count; i++) list.push([i])
  })
}

/** An awareness frame with one state of these bytes. */
const awareness = (clientId: number, state: Uint8Array): Uint8Array =>
  bytes(1, state.length + 4, 1, clientId, 1, state.length, ...state)

type Attack = (raw: RawSocket) => void
const repeat = (count: number, frame: Uint8Array): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, () => frame))

/** At most 100,000 bytes a message, 400,000 bytes and 1200 messages at once. */
const TIGHT: Environment = { MAX_MESSAGE_BYTES: '100000', BYTES_PER_SECOND: '100000' }
const WIDE: Environment = { BYTES_PER_SECOND: '0', MESSAGES_PER_SECOND: '0' }

const ATTACKS: readonly [name: string, code: number, attack: Attack, env?: Environment][] = [
  [
    '[W3] random bytes',
    CLOSE.badFrame,
    raw => {
      const random = seeded(4)
      for (let i = 0; i < 300; i++)
        raw.send(Uint8Array.from({ length: 1 + random() * 60 }, () => random() * 256))
    },
  ],
  ['[W3] an empty message', CLOSE.badFrame, raw => raw.send(bytes())],
  [
    '[W3] a truncated update',
    CLOSE.badFrame,
    raw => raw.send(updateFrame((chainOfUpdates(1)[0] ?? bytes()).slice(0, -4))),
  ],
  [
    '[W20] an update that claims 2^32 structs',
    CLOSE.tooBig,
    raw => raw.send(updateFrame(bytes(1, 255, 255, 255, 255, 15, 1, 0))),
  ],
  ['[W3] an own frame on the stock wire', CLOSE.badFrame, raw => raw.send(encodeLiveToServer(bytes(0, 1)))],
  [
    '[W3] a state that is not UTF-8',
    CLOSE.badFrame,
    raw => raw.send(awareness(9, bytes(0x22, 0xff, 0xfe, 0x22))),
  ],
  [
    '[W3] awareness that claims 2^35 states',
    CLOSE.badFrame,
    raw => raw.send(bytes(1, 6, 128, 128, 128, 128, 128, 1)),
  ],
  [
    '[W3] a state vector that claims 2^35 clients',
    CLOSE.badFrame,
    raw => raw.send(encodeSync(SYNC.step1, bytes(128, 128, 128, 128, 128, 1, 1, 1))),
  ],
  [
    '[W5] a state vector of more than a mebibyte',
    CLOSE.tooBig,
    raw => raw.send(encodeSync(SYNC.step1, new Uint8Array(1_100_000))),
  ],
  [
    '[W5] large state vectors one after the other',
    CLOSE.tooFast,
    raw => raw.write(repeat(3, clientFrame(binary, encodeSync(SYNC.step1, new Uint8Array(1_000_000))))),
  ],
  [
    '[W5] a SyncStep1 a hundred times',
    CLOSE.tooFast,
    raw => raw.write(repeat(100, clientFrame(binary, encodeSync(SYNC.step1, bytes(0))))),
  ],
  [
    '[W8] updates without end whose predecessors are missing',
    CLOSE.overloaded,
    raw => {
      for (const update of chainOfUpdates(1102).slice(1)) raw.send(updateFrame(update))
    },
  ],
  [
    '[W13] 10,000 frames at once',
    CLOSE.tooFast,
    raw => raw.write(repeat(10_000, clientFrame(binary, bytes(3)))),
  ],
  [
    '[W13] pongs without end, which nobody asked for',
    CLOSE.tooFast,
    raw => raw.write(repeat(2000, clientFrame(OPCODE.pong, bytes()))),
  ],
  [
    '[W13] 100 MB in pieces',
    CLOSE.tooFast,
    raw => {
      const piece = clientFrame(binary, updateFrame(new Uint8Array(99_000)))
      for (let i = 0; i < 1000; i++) raw.write(piece)
    },
    TIGHT,
  ],
  ['[W4] a message that is too big', CLOSE.tooBig, raw => raw.send(new Uint8Array(100_001)), TIGHT],
  [
    '[W4] a message that says it has 100 MB',
    1009,
    raw => raw.write(clientFrame(binary, new Uint8Array(1000), {}, 100_000_000)),
    TIGHT,
  ],
  [
    '[W4] a message in fragments without end',
    1009,
    raw => {
      raw.write(clientFrame(binary, new Uint8Array(50_000), { fin: false }))
      raw.write(repeat(10, clientFrame(OPCODE.continuation, new Uint8Array(50_000), { fin: false })))
    },
    TIGHT,
  ],
  ['[W1] a text message', CLOSE.unsupportedData, raw => raw.write(clientFrame(text, Buffer.from('hello')))],
  ['[W1] a text message that is not UTF-8', 1007, raw => raw.write(clientFrame(text, bytes(0xff, 0xfe)))],
  [
    'RFC 6455 5.1 a compressed frame, which was not negotiated',
    1002,
    raw => raw.send(new Uint8Array(10), { rsv1: true }),
  ],
  ['RFC 6455 5.1 a frame without a mask', 1002, raw => raw.send(bytes(3), { masked: false })],
  ['RFC 6455 5.2 an opcode that does not exist', 1002, raw => raw.write(clientFrame(5, bytes()))],
  ['RFC 6455 5.5 a ping in fragments', 1002, raw => raw.write(clientFrame(ping, bytes(1), { fin: false }))],
]

describe('a hostile connection', () => {
  it.each(ATTACKS)('%s: %i', async (_name, code, attack, env) => {
    const { exchange, raw, ends } = await openServer(env)
    const attacker = await raw()
    await exchange()
    attack(attacker)
    await exchange()
    expect(await attacker.closed).toBe(code)
    await exchange()
    expect(await ends(1)).toEqual([code])
  })

  it('[W3] whose garbage comes in one packet with its handshake ends like any other', async () => {
    const { exchange, raw, ends } = await openServer()
    const attacker = await raw(clientFrame(binary, bytes(200, 200)))
    expect(await attacker.closed).toBe(CLOSE.badFrame)
    await exchange()
    expect(await ends(1)).toEqual([CLOSE.badFrame])
  })

  it('is one of many from one address: those over the limit are told to come later, 1013', async () => {
    const { exchange, raw, ends, metric } = await openServer({ MAX_CONNECTIONS_PER_IP: '12' })
    const sockets = await Promise.all(Array.from({ length: 80 }, () => raw()))
    await exchange()
    expect(await ends(70)).toEqual(Array.from({ length: 70 }, () => CLOSE.overloaded))
    expect(await metric('connections')).toBe(12)
    const closed = sockets.filter(({ tcp }) => tcp.destroyed)
    expect(await Promise.all(closed.map(socket => socket.closed))).not.toContain(1006)
  })

  it('that pings and does not read the answers is cut', async () => {
    const { exchange, raw, metric, ends } = await openServer()
    const attacker = await raw()
    attacker.tcp.pause()
    const isCut = ends(1)
    const pings = repeat(10_000, clientFrame(ping, new Uint8Array(125)))
    // More than the two ends of a TCP connection hold.
    for (let i = 0; i < 32; i++) attacker.write(pings)
    expect(await isCut).toEqual([1006])
    expect(await metric('buffered_bytes')).toBeLessThan(LAGGING_BYTES)
    await exchange()
  })
})

describe('what is dropped and closes nothing', () => {
  it('[P1] [P2] states that are none, and states of somebody else', async () => {
    const { ann, ben, exchange, raw } = await openServer()
    ann.peer.send(encodeAwareness([{ clientId: 7, clock: 5, json: '{"user":"Ann"}' }]))
    await ben.until(() => ben.states.get(7) === '{"user":"Ann"}')
    const attacker = await raw()
    const send = (clientId: number, clock: number, json: string): void => {
      attacker.send(encodeAwareness([{ clientId, clock, json }]))
    }
    send(8, 1, '{"a":NaN}')
    send(8, 2, '"text"')
    send(8, 3, '[1]')
    send(8, 4, `{"long":"${'x'.repeat(5000)}"}`)
    send(8, 5, '{"__proto__":{"isAdmin":true},"constructor":1}')
    send(7, 6, '{"user":"Eve"}')
    send(7, 7, 'null')
    send(2 ** 53 - 1, 1, '{"user":"huge id"}')
    await ben.until(() => ben.states.has(2 ** 53 - 1))
    expect(ben.states.get(8)).toBe('{"__proto__":{"isAdmin":true},"constructor":1}')
    expect(ben.states.get(7)).toBe('{"user":"Ann"}')
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
    await exchange()
    expect(attacker.tcp.destroyed).toBe(false)
  })

  it('[W8] an update whose predecessors are missing is parked, and delays nobody’s `saved`', async () => {
    const { ann, exchange, raw, metric } = await openServer()
    const [first, second] = chainOfUpdates(2)
    const attacker = await raw()
    attacker.send(updateFrame(second ?? bytes()))
    await exchange()
    await ann.until(() => ann.peer.isSaved)
    expect(await metric('updates_parked_total')).toBe(1)
    expect(ann.peer.doc.getArray('list').length).toBe(0)
    attacker.send(updateFrame(first ?? bytes()))
    await ann.until(() => ann.peer.doc.getArray('list').length === 2)
  })

  it('changes in the name of another’s client id, with names that mean something to JavaScript', async () => {
    const { ann, ben, exchange, raw } = await openServer()
    await exchange()
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(ann.peer.doc))
    doc.clientID = ben.peer.doc.clientID
    const attacker = await raw()
    for (const update of updatesOf(doc, () => {
      doc.getMap('__proto__').set('constructor', { ['__proto__']: { isAdmin: true }, x: Number.NaN })
      doc.getMap('drawn').set('hasOwnProperty', 1)
    }))
      attacker.send(updateFrame(update))
    await Promise.all([ann.has('hasOwnProperty'), ben.has('hasOwnProperty')])
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
    // Ben's page has seen somebody else write under its id, and goes on under another.
    expect(ben.peer.doc.clientID).not.toBe(doc.clientID)
    await exchange()
  })
})

/** Dead and slow ones are given their time. */
const TWENTY_TIMES_AS_FAST: Clock = {
  nowMs: () => systemClock.nowMs() * 20,
  after: (delayMs, run) => systemClock.after(delayMs / 20, run),
}

describe('a slow connection', () => {
  it('[W12] that stops reading costs 256 KiB and a frame; the others’ frames keep coming; it ends equal', async () => {
    const { ann, ben, join, metric } = await openServer(WIDE)
    const slow = await join()
    slow.socket.pause()
    const blob = 'x'.repeat(256 * 1024)
    const limit = LAGGING_BYTES + blob.length + 4096
    const isLagging = async (): Promise<boolean> => (await metric('lagging_readers')) === 1
    // As much as the kernel takes on the way first.
    do {
      await ben.has(ann.draw(blob))
      expect(await metric('buffered_bytes')).toBeLessThan(limit)
    } while (!(await isLagging()))
    for (let i = 0; i < 20; i++) await ben.has(ann.draw(blob))
    expect(await metric('buffered_bytes')).toBeLessThan(limit)
    const last = ben.draw()
    slow.socket.resume()
    await slow.has(last)
    await ann.has(last)
    const drawn = ({ peer }: Participant): number => peer.doc.getMap('drawn').size
    await slow.until(() => drawn(slow) === drawn(ann))
    expect(Y.encodeStateVector(slow.peer.doc)).toEqual(Y.encodeStateVector(ann.peer.doc))
    expect(await metric('lagging_readers')).toBe(0)
  })

  it('[W12] that says it lives and never reads is given up: 4508', async () => {
    const { ann, ben, exchange, raw, metric, ends } = await openServer(WIDE, TWENTY_TIMES_AS_FAST)
    const slow = await raw(clientFrame(binary, encodeSync(SYNC.step1, bytes(0))))
    slow.tcp.pause()
    const isEnded = ends(1)
    const beat = setInterval(() => slow.write(clientFrame(OPCODE.pong, bytes())), 50)
    afterwards(() => clearInterval(beat))
    do await ben.has(ann.draw('x'.repeat(256 * 1024)))
    while ((await metric('lagging_readers')) === 0)
    expect(await isEnded).toEqual([CLOSE.tooSlow])
    expect(await metric('buffered_bytes')).toBeLessThan(LAGGING_BYTES)
    await exchange()
  })

  it('[W7] [P6] that is dead at the other end is cut, and its presence leaves', async () => {
    const { ben, exchange, raw, ends } = await openServer({}, TWENTY_TIMES_AS_FAST)
    const dead = await raw()
    dead.send(encodeAwareness([{ clientId: 9, clock: 1, json: '{"user":"Dan"}' }]))
    await ben.until(() => ben.states.get(9) === '{"user":"Dan"}')
    // It takes what comes and answers nothing, as a machine does whose page is gone.
    await exchange()
    await ben.until(() => ben.states.get(9) === 'null')
    expect(await dead.closed).toBe(1006)
    await exchange()
    expect(await ends(1)).toEqual([1006])
  })
})
