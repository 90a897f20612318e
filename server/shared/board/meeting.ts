/** What a facilitator runs on a board, and how it lies in its document: a timer and a poll.
 *
 *   meeting  Y.Map {
 *     timer   { by, durationMs, endsAt? (while it runs: server time, ms since 1970), leftMs? (while it is paused) } or null
 *     poll    { by, id, votesEach, state: 'open' | 'closed', isSecret, question?, result? (when closed: shape id → votes) } or null
 *   }
 *   votes    Y.Map   mark of a person → { poll, on: { shape id → votes } }, all of that person's votes in the poll named
 *
 * One plain value each: two facilitators who press at once shall not make a timer that is half of one and half of the other's.
 *
 * Who closes a poll writes the result into it, so that a vote that was still on its way changes nothing afterwards. Votes of another poll
 * than the present one, and what goes beyond `votesEach`, are not counted. `isSecret` keeps the counts of an open poll off everybody's
 * screen; it is no secret from who reads the document by other means.
 *
 * Any peer can write anything, so reading never throws. */
import type * as Y from 'yjs'
import type { ShapeId } from '../ids.ts'
import { type Fields, isFields, isId, isMs, isTextUpTo } from './plain.ts'

export const MAX_TIMER_MS = 24 * 3600 * 1000
export const MAX_VOTES_EACH = 100
/** UTF-16 units. */
export const MAX_QUESTION_LENGTH = 500

export interface TimerState {
  /** The mark of who set it. */
  readonly by: string
  readonly durationMs: number
  /** `endsAt`: by the server's clock, ms since 1970. */
  readonly phase:
    | { readonly kind: 'running'; readonly endsAt: number }
    | { readonly kind: 'paused'; readonly leftMs: number }
}

export interface Poll {
  readonly id: string
  /** The mark of who opened it. */
  readonly by: string
  readonly votesEach: number
  readonly isSecret: boolean
  readonly question?: string
  /** `result`: votes for each shape that got any. */
  readonly phase:
    | { readonly kind: 'open' }
    | { readonly kind: 'closed'; readonly result: ReadonlyMap<ShapeId, number> }
}

export const meetingOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('meeting')
export const votesOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('votes')

/** @param value  what stands under `timer` in the `meeting` root
 * @returns `undefined` when there is none that can be read */
export function readTimer(value: unknown): TimerState | undefined {
  if (!isFields(value)) return undefined
  const { by, durationMs, endsAt, leftMs } = value
  if (!isId(by) || !isMs(durationMs) || durationMs > MAX_TIMER_MS) return undefined
  if (isMs(endsAt)) return { by, durationMs, phase: { kind: 'running', endsAt } }
  return isMs(leftMs) && leftMs <= MAX_TIMER_MS
    ? { by, durationMs, phase: { kind: 'paused', leftMs } }
    : undefined
}

/** @param value  what stands under `poll` in the `meeting` root
 * @returns `undefined` when there is none that can be read */
export function readPoll(value: unknown): Poll | undefined {
  if (!isFields(value)) return undefined
  const { id, by, votesEach, isSecret, question, state, result } = value
  if (!isId(id) || !isId(by) || !isCount(votesEach) || votesEach > MAX_VOTES_EACH) return undefined
  if (state !== 'open' && state !== 'closed') return undefined
  return {
    id,
    by,
    votesEach,
    isSecret: isSecret === true,
    ...(isTextUpTo(question, MAX_QUESTION_LENGTH) && question !== '' && { question }),
    phase: state === 'open' ? { kind: 'open' } : { kind: 'closed', result: countsOf(result) },
  }
}

/** A person's votes in a poll, no more than it gives each.
 * @param value  what stands under their mark in the `votes` root */
export function readVotes(value: unknown, { id, votesEach }: Poll): ReadonlyMap<ShapeId, number> {
  return isFields(value) && value.poll === id ? countsOf(value.on, votesEach) : NO_VOTES
}

/** Everybody's votes in an open poll, or what came of a closed one. */
export function readResult(votes: Y.Map<unknown>, poll: Poll): ReadonlyMap<ShapeId, number> {
  if (poll.phase.kind === 'closed') return poll.phase.result
  const sums = new Map<ShapeId, number>()
  for (const value of votes.values()) {
    for (const [shape, count] of readVotes(value, poll)) sums.set(shape, (sums.get(shape) ?? 0) + count)
  }
  return sums
}

/** How many people have voted in an open poll. */
export function voterCount(votes: Y.Map<unknown>, poll: Poll): number {
  let count = 0
  for (const value of votes.values()) if (readVotes(value, poll).size > 0) count++
  return count
}

/** Call inside a transaction.
 * @param timer  `undefined` takes it away */
export function writeTimer(meeting: Y.Map<unknown>, timer: TimerState | undefined): void {
  meeting.set('timer', timer ? valueOfTimer(timer) : null)
}

/** Call inside a transaction.
 * @param poll  `undefined` takes it away */
export function writePoll(meeting: Y.Map<unknown>, poll: Poll | undefined): void {
  meeting.set('poll', poll ? valueOfPoll(poll) : null)
}

/** Call inside a transaction.
 * @param by  whose votes
 * @param on  votes for each shape; none takes them all back */
export function writeVotes(
  votes: Y.Map<unknown>,
  by: string,
  poll: string,
  on: ReadonlyMap<ShapeId, number>,
): void {
  if (on.size > 0) votes.set(by, { poll, on: Object.fromEntries(on) })
  else if (votes.has(by)) votes.delete(by)
}

/** For the server to mend: whether something under a key of the `meeting` root may stay. Keys that are not ours are not judged. */
export function isSoundMeetingValue(key: string, value: unknown): boolean {
  if (value === null) return true
  if (key === 'timer') return readTimer(value) !== undefined
  return key !== 'poll' || readPoll(value) !== undefined
}

/** For the server to mend: whether something may stay in the `votes` root. Whether it counts is said by `readVotes`. */
export const isSoundVotes = (value: unknown): boolean =>
  isFields(value) &&
  isId(value.poll) &&
  isFields(value.on) &&
  Object.keys(value.on).length <= MAX_VOTES_EACH &&
  Object.entries(value.on).every(([shape, count]) => isId(shape) && isCount(count))

const NO_VOTES: ReadonlyMap<ShapeId, number> = new Map()

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0

/** @param most  of all together; what goes beyond is left out */
function countsOf(value: unknown, most = Number.POSITIVE_INFINITY): ReadonlyMap<ShapeId, number> {
  if (!isFields(value)) return NO_VOTES
  const counts = new Map<ShapeId, number>()
  let left = most
  for (const [shape, count] of Object.entries(value)) {
    if (left === 0) break
    if (!isId(shape) || !isCount(count)) continue
    counts.set(shape, Math.min(count, left))
    left -= Math.min(count, left)
  }
  return counts
}

const valueOfTimer = ({ by, durationMs, phase }: TimerState): Fields =>
  phase.kind === 'running'
    ? { by, durationMs, endsAt: phase.endsAt }
    : { by, durationMs, leftMs: phase.leftMs }

function valueOfPoll({ id, by, votesEach, isSecret, question, phase }: Poll): Fields {
  const common = { id, by, votesEach, isSecret, ...(question !== undefined && { question }) }
  if (phase.kind === 'open') return { ...common, state: 'open' }
  return { ...common, state: 'closed', result: Object.fromEntries(phase.result) }
}
