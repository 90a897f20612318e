import { expect, it } from 'vitest'
import { LIVE } from '#shared/protocol.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { LiveAllowance } from './live-allowance.ts'

it('[L9] chat, reactions and summonses have a rate of their own; the rest has none', () => {
  const clock = new ManualClock()
  const allowance = new LiveAllowance(clock)
  const countTaken = (kind: number) =>
    Array.from({ length: 100 }, () => allowance.take(kind, 10)).filter(Boolean).length
  expect(countTaken(LIVE.chat)).toBe(40)
  expect(countTaken(LIVE.reaction)).toBe(20)
  expect(countTaken(LIVE.summons)).toBe(3)
  for (const kind of [LIVE.cursor, LIVE.gesture, LIVE.ink, LIVE.laser, LIVE.viewport, LIVE.caret, 99])
    expect(countTaken(kind)).toBe(100)
  clock.advance(5000)
  expect(countTaken(LIVE.summons)).toBe(1)
  expect(countTaken(LIVE.reaction)).toBe(20)
})

it('[L9] what is longer than our page makes it is dropped', () => {
  const allowance = new LiveAllowance(new ManualClock())
  const limits = { laser: 4096, chat: 512, viewport: 64, reaction: 64, summons: 64, caret: 512 } as const
  for (const [kind, bytes] of Object.entries(limits) as [keyof typeof limits, number][]) {
    expect(allowance.take(LIVE[kind], bytes), kind).toBe(true)
    expect(allowance.take(LIVE[kind], bytes + 1), kind).toBe(false)
  }
})
