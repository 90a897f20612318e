import * as decoding from 'lib0/decoding'
import { describe, expect, it } from 'vitest'
import { encodeCursor, encodeGesture } from '#shared/live.ts'
import { decodeOwnServerFrame, encodeLive } from '#shared/protocol.ts'
import { LiveRelay } from './live-relay.ts'

const VIEW = { x: 0, y: 0, w: 100, h: 100 }

function read(frame: Uint8Array | undefined) {
  if (!frame) return undefined
  const decoder = decoding.createDecoder(frame)
  const own = decodeOwnServerFrame(decoding.readVarUint(decoder), decoder)
  return own.type === 'live' ? own.messages.map(({ clientId }) => clientId) : undefined
}

describe('[L7] what a viewport gets of a tick', () => {
  it('is all for who sees all: the very bytes that everybody gets', () => {
    const relay = new LiveRelay()
    const payloads = [encodeCursor([1, 1]), encodeCursor([99, 50])]
    payloads.forEach((payload, i) => {
      relay.add(i, payload)
    })
    const tick = relay.take()
    expect(tick?.whole).toEqual(encodeLive(payloads.map((payload, clientId) => ({ clientId, payload }))))
    expect(tick?.frameFor(VIEW)).toBe(tick?.whole)
  })

  it('lacks the cursors outside, and nothing else', () => {
    const relay = new LiveRelay()
    relay.add(1, encodeCursor([500, 1]))
    relay.add(2, encodeCursor([50, 50]))
    relay.add(3, encodeGesture({ move: { by: [900, 900], ids: ['a'] } }))
    relay.add(4, encodeCursor([1, -0.5]))
    relay.add(5, encodeCursor(undefined))
    relay.add(6, Uint8Array.of(0, 255))
    expect(read(relay.take()?.frameFor(VIEW))).toEqual([2, 3, 5, 6])
    relay.add(1, encodeCursor([501, 1]))
    expect(relay.take()?.frameFor(VIEW)).toBeUndefined()
  })

  it('has a cursor once more when it leaves the viewport, and not after that', () => {
    const relay = new LiveRelay()
    const seen = [[50, 50] as const, [500, 50] as const, [501, 50] as const, [99, 50] as const].map(at => {
      relay.add(1, encodeCursor(at))
      return read(relay.take()?.frameFor(VIEW))
    })
    expect(seen).toEqual([[1], [1], undefined, [1]])
    relay.forget(1)
    relay.add(1, encodeCursor([500, 50]))
    expect(relay.take()?.frameFor(VIEW)).toBeUndefined()
  })
})
