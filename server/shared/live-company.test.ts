import { expect, it } from 'vitest'
import {
  type CompanyPayload,
  decodeCompanyPayload,
  encodeCaret,
  encodeChat,
  encodeLaser,
  encodeReaction,
  encodeSummons,
  encodeViewport,
  MAX_CHAT_LENGTH,
  REACTIONS,
} from './live-company.ts'
import { LIVE } from './protocol.ts'
import { seeded } from './testing/seeded.ts'

const BOX = { x: -120.25, y: 3e6, w: 0.1, h: 4000 }
const CARET = { shape: 'note', anchor: 'start', head: { client: 2 ** 32 - 1, clock: 17 } } as const

const PAYLOADS: readonly (readonly [Uint8Array, CompanyPayload])[] = [
  [encodeViewport(BOX), { kind: 'viewport', box: BOX }],
  [encodeSummons(BOX), { kind: 'summons', box: BOX }],
  [encodeLaser(true, [[1.5, -2, 0.5]], 2), { kind: 'laser', isStart: true, points: [[1.5, -2, 0.5]] }],
  [
    encodeChat({ at: [-3.25, 7], text: 'look here 👀' }),
    { kind: 'chat', line: { at: [-3.25, 7], text: 'look here 👀' } },
  ],
  [encodeChat(undefined), { kind: 'chat', line: undefined }],
  [encodeReaction('love', [10, 20]), { kind: 'reaction', reaction: 'love', at: [10, 20] }],
  [encodeCaret(CARET), { kind: 'caret', caret: CARET }],
  [encodeCaret(undefined), { kind: 'caret', caret: undefined }],
]

it.each(PAYLOADS)('reads what was written: %#', (bytes, payload) => {
  expect(decodeCompanyPayload(bytes)).toEqual(payload)
})

it.each(PAYLOADS.filter(([bytes]) => bytes.length > 1))('[L1] ignores one that ends early: %#', bytes => {
  // One byte alone is the end of a chat line or of a caret.
  for (let end = 2; end < bytes.length; end++) {
    const read = decodeCompanyPayload(bytes.slice(0, end))
    // A text's length says how far it goes, ink's count how many points there are.
    expect(read, `of ${bytes.length} bytes the first ${end}`).toBeUndefined()
  }
})

it('[L1] ignores boxes that no screen shows, and reactions that there are not', () => {
  const bad = [
    { ...BOX, x: Number.NaN },
    { ...BOX, y: Number.POSITIVE_INFINITY },
    { ...BOX, w: 0 },
    { ...BOX, h: -5 },
    { ...BOX, w: 1e12 },
  ]
  for (const box of bad) {
    expect(decodeCompanyPayload(encodeViewport(box))).toBeUndefined()
    expect(decodeCompanyPayload(encodeSummons(box))).toBeUndefined()
  }
  expect(decodeCompanyPayload(Uint8Array.of(LIVE.reaction, REACTIONS.length, 0, 0))).toBeUndefined()
  expect(decodeCompanyPayload(Uint8Array.of(LIVE.cursor, 0, 0))).toBeUndefined()
})

it('a chat line is one short line, whatever was sent', () => {
  const long = encodeChat({ at: [0, 0], text: 'a'.repeat(MAX_CHAT_LENGTH) })
  const twice = new Uint8Array([...long.slice(0, 3), 81, ...new TextEncoder().encode('b'.repeat(81))])
  const read = (bytes: Uint8Array) => {
    const payload = decodeCompanyPayload(bytes)
    return payload?.kind === 'chat' ? payload.line?.text : undefined
  }
  expect(read(long)).toHaveLength(MAX_CHAT_LENGTH)
  expect(read(twice)).toBe('b'.repeat(MAX_CHAT_LENGTH))
  expect(read(encodeChat({ at: [0, 0], text: 'one\ntwo\u202ethree\0' }))).toBe('one two three ')
})

it('[L1] random bytes never throw, and what is read of them is sound', () => {
  const random = seeded(5)
  const kinds = [LIVE.laser, LIVE.chat, LIVE.viewport, LIVE.reaction, LIVE.summons, LIVE.caret]
  let readCount = 0
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 48) }, () => Math.floor(random() * 256))
    bytes[0] = kinds[i % kinds.length] ?? 0
    const payload = decodeCompanyPayload(bytes)
    if (!payload) continue
    readCount++
    if (payload.kind === 'viewport' || payload.kind === 'summons') {
      expect(Object.values(payload.box).every(Number.isFinite)).toBe(true)
      expect(Math.min(payload.box.w, payload.box.h)).toBeGreaterThan(0)
    }
    if (payload.kind === 'chat' && payload.line) expect(payload.line.at.every(Number.isFinite)).toBe(true)
    if (payload.kind === 'reaction') expect(REACTIONS).toContain(payload.reaction)
    if (payload.kind === 'laser') expect(payload.points.flat().every(Number.isFinite)).toBe(true)
  }
  expect(readCount).toBeGreaterThan(100)
})
