import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { heldBy, heldOf, isHeld, writeHeld, writeReleased } from './held.ts'
import {
  isSoundMeetingValue,
  isSoundVotes,
  meetingOf,
  type Poll,
  readPoll,
  readResult,
  readTimer,
  readVotes,
  type TimerState,
  voterCount,
  votesOf,
  writePoll,
  writeTimer,
  writeVotes,
} from './meeting.ts'

const timer: TimerState = {
  by: 'ann',
  durationMs: 60_000,
  phase: { kind: 'running', endsAt: 1_700_000_000_000 },
}
const poll: Poll = {
  id: 'p1',
  by: 'ann',
  votesEach: 3,
  isSecret: true,
  question: 'Which first?',
  phase: { kind: 'open' },
}

it('a timer reads as it was written, running, paused and gone', () => {
  const meeting = meetingOf(new Y.Doc())
  for (const each of [timer, { ...timer, phase: { kind: 'paused', leftMs: 0 } } as const]) {
    writeTimer(meeting, each)
    expect(readTimer(meeting.get('timer'))).toEqual(each)
    expect(isSoundMeetingValue('timer', meeting.get('timer'))).toBe(true)
  }
  writeTimer(meeting, undefined)
  expect(readTimer(meeting.get('timer'))).toBeUndefined()
  expect(isSoundMeetingValue('timer', meeting.get('timer'))).toBe(true)
})

it.each([
  7,
  [],
  {},
  { by: 'ann', durationMs: -1, endsAt: 1 },
  { by: 'ann', durationMs: 1e12, endsAt: 1 },
  { by: 'ann', durationMs: 60_000 },
  { by: 'ann', durationMs: 60_000, leftMs: 1e12 },
  { durationMs: 60_000, endsAt: 1 },
])('%j is no timer', value => {
  expect(readTimer(value)).toBeUndefined()
  expect(isSoundMeetingValue('timer', value)).toBe(false)
})

it('a poll reads as it was written, open and closed with its result', () => {
  const meeting = meetingOf(new Y.Doc())
  const result = new Map([['s1', 4]])
  for (const each of [poll, { ...poll, phase: { kind: 'closed', result } } as const]) {
    writePoll(meeting, each)
    expect(readPoll(meeting.get('poll'))).toEqual(each)
    expect(isSoundMeetingValue('poll', meeting.get('poll'))).toBe(true)
  }
})

it.each([
  7,
  {},
  { id: 'p', by: 'ann', votesEach: 0, state: 'open' },
  { id: 'p', by: 'ann', votesEach: 1.5, state: 'open' },
  { id: 'p', by: 'ann', votesEach: 101, state: 'open' },
  { id: 'p', by: 'ann', votesEach: 3, state: 'ajar' },
  { id: 'p', by: '', votesEach: 3, state: 'open' },
])('%j is no poll', value => {
  expect(readPoll(value)).toBeUndefined()
  expect(isSoundMeetingValue('poll', value)).toBe(false)
})

describe('votes', () => {
  const cast = (...casts: [by: string, poll: string, on: Record<string, number>][]) => {
    const votes = votesOf(new Y.Doc())
    for (const [by, id, on] of casts) writeVotes(votes, by, id, new Map(Object.entries(on)))
    return votes
  }

  it('are summed over everybody, those of another poll left out', () => {
    const votes = cast(['ann', 'p1', { s1: 2, s2: 1 }], ['ben', 'p1', { s1: 1 }], ['eve', 'p0', { s1: 3 }])
    expect(Object.fromEntries(readResult(votes, poll))).toEqual({ s1: 3, s2: 1 })
    expect(voterCount(votes, poll)).toBe(2)
  })

  it('beyond what a person has are not counted', () => {
    const votes = cast(['eve', 'p1', { s1: 2, s2: 50, s3: 1 }])
    expect(Object.fromEntries(readVotes(votes.get('eve'), poll))).toEqual({ s1: 2, s2: 1 })
  })

  it('that come when a poll is closed change nothing', () => {
    const votes = cast(['ann', 'p1', { s1: 2 }])
    const closed: Poll = { ...poll, phase: { kind: 'closed', result: readResult(votes, poll) } }
    writeVotes(votes, 'late', 'p1', new Map([['s2', 3]]))
    expect(Object.fromEntries(readResult(votes, closed))).toEqual({ s1: 2 })
  })

  it('that are all taken back leave nothing behind', () => {
    const votes = cast(['ann', 'p1', { s1: 2 }])
    writeVotes(votes, 'ann', 'p1', new Map())
    expect(votes.size).toBe(0)
  })

  it.each([
    7,
    null,
    { poll: 'p1' },
    { poll: 'p1', on: [1] },
    { poll: 7, on: { s1: 1 } },
    { poll: 'p1', on: { s1: -1 } },
    { poll: 'p1', on: { s1: 0.5 } },
    { poll: 'p1', on: { s1: '9' } },
  ])('%j gives nobody anything', value => {
    const votes = votesOf(new Y.Doc())
    votes.set('eve', value)
    expect(readResult(votes, poll).size).toBe(0)
    expect(isSoundVotes(value)).toBe(false)
  })
})

it('a shape is held until it is released', () => {
  const held = heldOf(new Y.Doc())
  writeHeld(held, ['s1', 's2'], 'ann')
  expect([isHeld(held, 's1'), heldBy(held, 's2'), isHeld(held, 's3')]).toEqual([true, 'ann', false])
  writeReleased(held, ['s1', 's3'])
  expect([...held.keys()]).toEqual(['s2'])
  held.set('s4', 7)
  expect([isHeld(held, 's4'), heldBy(held, 's4')]).toEqual([true, undefined])
})
