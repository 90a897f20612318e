import { randomBytes } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { EMPTY_STEP2, encodeSync, PACKED_MORE, SYNC } from '#shared/protocol.ts'
import { readServerFrame } from '../testing/fake-connection.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Message } from './connection.ts'
import { BoardDocument } from './document.ts'
import { StateFrames } from './state-frames.ts'

const NOTHING = Uint8Array.of(0)

/** A document with a stroke of `bytes` bytes. */
function stored(bytes = 1000) {
  const doc = new Y.Doc()
  doc.getMap('shapes').set('one', new Uint8Array(bytes))
  return { snapshot: Y.encodeStateAsUpdate(doc), updates: [] as Uint8Array[] }
}

it('[W18] sends what is large in several frames, of which the last says which step it is', async () => {
  const plain = Buffer.concat([Buffer.from(randomBytes(300_000).toString('hex')), Buffer.alloc(50_000)])
  const frames = new StateFrames(
    { encodeInPieces: () => [plain], diff: () => Uint8Array.of(0, 0) },
    new ManualClock(),
  )
  await frames.pack()
  const received = frames.answer(NOTHING, true).state.map(readOne)
  const parts = received.map(frame => {
    if (frame.type !== 'packed') throw new Error(`a ${frame.type} frame`)
    return frame
  })
  expect(parts.map(({ step }) => step)).toEqual([PACKED_MORE, PACKED_MORE, SYNC.step2])
  expect(inflateRawSync(Buffer.concat(parts.map(({ part }) => part))).equals(plain)).toBe(true)
})

const readOne = (message: Message) =>
  readServerFrame(message instanceof Uint8Array ? message : Buffer.concat(message))

function read([message, ...others]: readonly Message[]) {
  if (!message || others.length > 0) throw new Error(`${others.length + 1} frames`)
  return readOne(message)
}

/** Counts how often the whole board is encoded. */
function counting(document: BoardDocument<unknown>) {
  const counted = {
    encodings: 0,
    encodeInPieces: () => {
      counted.encodings++
      return document.encodeInPieces()
    },
    diff: (stateVector: Uint8Array) => document.diff(stateVector),
  }
  return counted
}

it('[W6] answers with what was read from the store, without encoding it again', () => {
  const board = stored()
  const document = counting(new BoardDocument(board, 0))
  const frames = new StateFrames(document, new ManualClock(), board)
  const { state, since } = frames.answer(NOTHING)
  expect(read(state)).toEqual({ type: 'step2', bytes: board.snapshot })
  expect(since).toEqual([])
  expect(document.encodings).toBe(0)
})

it('[W6] gives the ticks since after it, the same bytes to all who ask', () => {
  const board = stored()
  const frames = new StateFrames(new BoardDocument(board, 0), new ManualClock(), board)
  const tick = encodeSync(SYNC.update, Uint8Array.of(1, 2, 3))
  frames.advance(tick)
  const answer = frames.answer(NOTHING)
  expect(read(answer.state)).toEqual({ type: 'update', bytes: board.snapshot })
  expect(answer.since).toEqual([tick, EMPTY_STEP2])
  expect(frames.answer(NOTHING)).toBe(answer)
})

it('encodes anew when the ticks since have grown to a quarter of it, or are many', () => {
  for (const [bytes, ticks] of [
    [300, 1],
    [10, 513],
  ] as const) {
    const board = stored()
    const document = counting(new BoardDocument(board, 0))
    const frames = new StateFrames(document, new ManualClock(), {
      ...board,
      snapshot: new Uint8Array(bytes === 10 ? 1e6 : 1000),
    })
    for (let i = 0; i < ticks; i++) frames.advance(new Uint8Array(bytes))
    const { state, since } = frames.answer(NOTHING)
    expect(document.encodings).toBe(1)
    expect(read(state)).toEqual({ type: 'step2', bytes: new Uint8Array(board.snapshot) })
    expect(since).toEqual([])
  }
})

it('does not keep what nobody has asked for in a while', () => {
  const clock = new ManualClock()
  const board = stored()
  const document = counting(new BoardDocument(board, 0))
  const frames = new StateFrames(document, clock, board)
  clock.advance(10_000)
  frames.answer(NOTHING)
  clock.advance(10_000)
  frames.answer(NOTHING)
  expect(document.encodings).toBe(0)
  clock.advance(20_000)
  frames.answer(NOTHING)
  expect(document.encodings).toBe(1)
})

it('a state in pieces is the state', () => {
  const doc = new Y.Doc()
  for (let i = 0; i < 500; i++) doc.getMap('shapes').set(`shape-${i}`, new Uint8Array(i).fill(i))
  const document = new BoardDocument({ snapshot: Y.encodeStateAsUpdate(doc), updates: [] }, 0)
  const pieces = document.encodeInPieces()
  expect(pieces.length).toBeGreaterThan(1)
  expect(new Uint8Array(Buffer.concat(pieces))).toEqual(document.encode())
})

it('[W18] packs the board once for all who can unpack it; the others get it plain', async () => {
  const board = stored(200_000)
  const frames = new StateFrames(new BoardDocument(board, 0), new ManualClock(), board)
  const plain = frames.answer(NOTHING, true)
  await frames.pack()
  const packed = frames.answer(NOTHING, true)
  const received = read(packed.state)
  if (received.type !== 'packed') throw new Error(`a ${received.type} frame`)
  expect(received.step).toBe(SYNC.step2)
  expect(new Uint8Array(inflateRawSync(received.part))).toEqual(board.snapshot)
  expect(received.part.length).toBeLessThan(2000)
  expect(frames.answer(NOTHING, true)).toBe(packed)
  expect(frames.answer(NOTHING)).toBe(plain)
  frames.advance(encodeSync(SYNC.update, Uint8Array.of(0, 0)))
  expect(read(frames.answer(NOTHING, true).state)).toMatchObject({ type: 'packed', step: SYNC.update })
})

it('[W18] what does not get smaller goes as it is', async () => {
  const document = { encodeInPieces: () => [randomBytes(100_000)], diff: () => Uint8Array.of(0, 0) }
  const frames = new StateFrames(document, new ManualClock())
  await frames.pack()
  expect(read(frames.answer(NOTHING, true).state).type).toBe('step2')
})
