import * as decoding from 'lib0/decoding'
import { expect, it } from 'vitest'
import { createParticipantToken } from './ids.ts'
import {
  CLOSE,
  decodeClientFrame,
  decodeOwnServerFrame,
  EMPTY_STEP2,
  encodeAwareness,
  encodeLive,
  encodeLiveToServer,
  encodeRefused,
  encodeRole,
  encodeSaved,
  encodeSync,
  encodeWelcome,
  isDocumentMessage,
  KEEPALIVE,
  LIVE,
  ProtocolError,
  participantToken,
  readAwareness,
  SYNC,
  type Welcome,
} from './protocol.ts'
import { seeded } from './testing/seeded.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const all = () => true

const STATES = [
  { clientId: 1, clock: 7, json: '{"user":{"name":"Åse ✏️"}}' },
  { clientId: 4_294_967_295, clock: 0, json: 'null' },
]

/** One of each frame that a client may send. */
const CLIENT_FRAMES: Record<string, Uint8Array> = {
  step1: encodeSync(SYNC.step1, bytes(1, 2, 3)),
  step2: encodeSync(SYNC.step2, bytes(4, 5)),
  update: encodeSync(SYNC.update, bytes(6)),
  awareness: encodeAwareness(STATES),
  live: encodeLiveToServer(bytes(LIVE.ink, 9, 9)),
}

it('[W1] client frames come back as they were meant', () => {
  expect(decodeClientFrame(CLIENT_FRAMES.step1 ?? bytes())).toEqual({
    type: 'step1',
    stateVector: bytes(1, 2, 3),
  })
  expect(decodeClientFrame(CLIENT_FRAMES.step2 ?? bytes())).toEqual({ type: 'update', update: bytes(4, 5) })
  expect(decodeClientFrame(CLIENT_FRAMES.update ?? bytes())).toEqual({ type: 'update', update: bytes(6) })
  expect(decodeClientFrame(CLIENT_FRAMES.live ?? bytes())).toEqual({
    type: 'live',
    payload: bytes(LIVE.ink, 9, 9),
  })
  expect(decodeClientFrame(bytes(3))).toEqual({ type: 'query-awareness' })
  const awareness = decodeClientFrame(CLIENT_FRAMES.awareness ?? bytes())
  expect(awareness.type === 'awareness' && readAwareness(awareness.body, all)).toEqual(STATES)
})

it('[W1] our own frames come back as they were meant', () => {
  const welcome: Welcome = {
    timeMs: 1_700_000_000_000,
    participantId: 'p',
    by: 'b',
    role: 'editor',
    serverVersion: '1',
    limits: { maxMessageBytes: 1, maxBoardBytes: 2 },
  }
  const refusal = { code: 'not-saving', message: 'Später' } as const
  const messages = [
    { clientId: 3, payload: bytes(0, 1) },
    { clientId: 9, payload: bytes(2) },
  ]
  const read = (frame: Uint8Array) => {
    const decoder = decoding.createDecoder(frame)
    return decodeOwnServerFrame(decoding.readVarUint(decoder), decoder)
  }
  expect(read(encodeWelcome(welcome))).toEqual({ type: 'welcome', welcome })
  expect(read(encodeSaved(70_000))).toEqual({ type: 'saved', count: 70_000 })
  expect(read(encodeLive(messages))).toEqual({ type: 'live', messages })
  expect(read(encodeRefused(refusal))).toEqual({ type: 'refused', refusal })
  expect(read(encodeRole('viewer'))).toEqual({ type: 'role', role: 'viewer' })
  for (const frame of [
    encodeWelcome(welcome),
    encodeLive(messages),
    encodeRefused(refusal),
    encodeSaved(70_000),
  ]) {
    for (let end = 1; end < frame.length; end++) {
      expect(() => read(frame.slice(0, end))).toThrow(ProtocolError)
    }
  }
})

it('[W2] bytes after the body are ignored', () => {
  const frame = bytes(...(CLIENT_FRAMES.update ?? []), 99, 99)
  expect(decodeClientFrame(frame)).toEqual({ type: 'update', update: bytes(6) })
})

it.each(Object.entries(CLIENT_FRAMES).filter(([name]) => name !== 'live'))(
  '[W3] every truncation of %s is a ProtocolError',
  (_name, frame) => {
    for (let end = 0; end < frame.length; end++) {
      expect(() => decodeClientFrame(frame.slice(0, end))).toThrow(ProtocolError)
    }
  },
)

it('[W3] every truncation of an awareness body is a ProtocolError', () => {
  const frame = decodeClientFrame(CLIENT_FRAMES.awareness ?? bytes())
  if (frame.type !== 'awareness') throw new Error('expected an awareness frame')
  for (let end = 0; end < frame.body.length; end++) {
    for (const wants of [all, () => false]) {
      expect(() => readAwareness(frame.body.slice(0, end), wants)).toThrow(ProtocolError)
    }
  }
})

it.each([
  ['an empty frame', bytes()],
  ['an own tag of the server', encodeSaved(1)],
  ['a tag nobody knows', bytes(77)],
  ['a sync step nobody knows', bytes(0, 3, 0)],
  ['an update longer than its frame', bytes(0, 2, 200, 1, 0)],
  ['a length beyond all numbers', bytes(0, 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)],
  ['a live frame without payload', bytes(102)],
])('[W3] %s is a ProtocolError with the code for bad frames', (_what, frame) => {
  expect(() => decodeClientFrame(frame)).toThrow(
    expect.objectContaining({ name: 'ProtocolError', code: CLOSE.badFrame }),
  )
})

it('[W3] text that is not UTF-8 is a ProtocolError, unless nobody wants it', () => {
  const body = bytes(1, 5, 1, 2, 0xff, 0xfe)
  expect(() => readAwareness(body, all)).toThrow(ProtocolError)
  expect(readAwareness(body, () => false)).toEqual([])
})

it('[W3] 100,000 random and mutated frames give frames or ProtocolErrors, nothing else', {
  timeout: 60_000,
}, () => {
  const seed = 20_260
  const random = seeded(seed)
  const originals = Object.values(CLIENT_FRAMES)
  const below = (n: number): number => Math.floor(random() * n)
  const mutate = (frame: Uint8Array): Uint8Array => {
    const copy = frame.slice(0, frame.length - below(2))
    for (let i = below(4); i >= 0; i--) if (copy.length > 0) copy[below(copy.length)] = below(256)
    return copy
  }
  for (let i = 0; i < 100_000; i++) {
    const original = originals[below(originals.length)] ?? bytes()
    const frame = i % 2 ? Uint8Array.from({ length: below(24) }, () => below(256)) : mutate(original)
    try {
      const decoded = decodeClientFrame(frame)
      if (decoded.type === 'awareness') readAwareness(decoded.body, all)
    } catch (error) {
      if (!(error instanceof ProtocolError))
        throw new Error(`seed ${seed}, input ${i}: ${[...frame]}`, { cause: error })
    }
  }
})

it('[W6] [W7] the two constants are what the stock client takes them for', () => {
  expect(decodeClientFrame(EMPTY_STEP2)).toEqual({ type: 'update', update: bytes(0, 0) })
  expect(KEEPALIVE).toEqual(encodeAwareness([]))
})

it('[W9] SyncStep2 and Update are document messages, the rest is not', () => {
  expect(
    Object.entries(CLIENT_FRAMES)
      .filter(([, frame]) => isDocumentMessage(frame))
      .map(([name]) => name),
  ).toEqual(['step2', 'update'])
})

it('the participant token is taken from the offered sub-protocols only if it is one', () => {
  const token = createParticipantToken()
  expect(participantToken(['drawbridge.v1', `participant.${token}`])).toBe(token)
  expect(participantToken(['drawbridge.v1', 'participant.short'])).toBeUndefined()
  expect(participantToken([])).toBeUndefined()
})
