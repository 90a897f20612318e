import { describe, expect, it } from 'vitest'
import { seeded } from '../shared/testing/seeded.ts'
import { type BusMessage, decodeMessage, encodeMessage, senderOf } from './messages.ts'

const MESSAGE: BusMessage = {
  sender: 'node-one',
  epoch: 3,
  count: 70_000,
  parts: [
    { kind: 'hello', to: '' },
    { kind: 'roster', lastSeq: 12 },
    {
      kind: 'came',
      arrival: {
        participantId: 'p',
        token: '',
        by: 'mark',
        claims: '{"identity":"ü"}',
        sinceMs: 1_800_000_000_000,
      },
    },
    { kind: 'presence', participantId: 'p', clientId: 4_294_967_295, clock: 7, json: '{"name":"Ann"}' },
    { kind: 'update', number: 1, update: Uint8Array.of(0, 0) },
    {
      kind: 'appended',
      numbers: [
        [1, 4],
        [9, 9],
      ],
      count: 5,
      lastSeq: 20,
    },
    { kind: 'folded', throughSeq: 20 },
    { kind: 'live', clientId: 5, payload: Uint8Array.of(0, 1, 2) },
    { kind: 'left', participantId: 'p', isForGood: true },
    { kind: 'outdated', participantId: 'p', clientId: 5, clock: 8 },
    { kind: 'probe', participantId: 'p' },
    { kind: 'replaced', participantId: 'p' },
    { kind: 'removed', by: 'mark' },
    { kind: 'access' },
    { kind: 'alive' },
    { kind: 'bye' },
    { kind: 'asked', question: 300, wantsPeople: true },
    { kind: 'answered', question: 300, count: 2, people: '[{"by":"ü"}]' },
    { kind: 'gone' },
  ],
}

describe('a message between nodes', () => {
  it('comes out as it went in', () => {
    const bytes = encodeMessage(MESSAGE)
    expect(senderOf(bytes)).toBe('node-one')
    expect(decodeMessage(bytes)).toEqual(MESSAGE)
  })

  it('is refused whole when it is cut off in a part, or of another version', () => {
    const bytes = encodeMessage(MESSAGE)
    const whole = new Set([bytes.length])
    // Where a part ends, what is before it is a message.
    for (let count = 0; count < MESSAGE.parts.length; count++) {
      whole.add(encodeMessage({ ...MESSAGE, parts: MESSAGE.parts.slice(0, count) }).length)
    }
    for (let length = 0; length < bytes.length; length++) {
      const isRead = decodeMessage(bytes.subarray(0, length)) !== undefined
      expect(isRead, `cut at ${length}`).toBe(whole.has(length))
    }
    expect(decodeMessage(Uint8Array.of(2, ...bytes.subarray(1)))).toBeUndefined()
    expect(senderOf(Uint8Array.of(2, ...bytes.subarray(1)))).toBeUndefined()
  })

  it('is read or refused, whatever bytes it is', () => {
    const random = seeded(5)
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256))
      if (bytes.length > 0 && random() < 0.8) bytes[0] = 1
      expect(() => decodeMessage(bytes)).not.toThrow()
    }
  })
})
