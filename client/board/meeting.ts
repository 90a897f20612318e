/** What a facilitator runs on a board, as plain values, and what this person may do with it: the timer, the poll, held shapes.
 * Loaded after the board.
 *
 * What the server would refuse never gets into the document: whoever may not gets `false`, and nothing happens. Nothing of it is in
 * the undo history. */

import type * as Y from 'yjs'
import { heldOf, writeHeld, writeReleased } from '#shared/board/held.ts'
import {
  MAX_QUESTION_LENGTH,
  MAX_TIMER_MS,
  MAX_VOTES_EACH,
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
} from '#shared/board/meeting.ts'
import { createShapeId, type ShapeId } from '#shared/ids.ts'
import type { Board } from './board.ts'
import { documentOf } from './shared-document.ts'

export type { Poll, TimerState }

export interface PollOptions {
  readonly votesEach: number
  /** Nobody sees counts until it is closed. */
  readonly isSecret: boolean
  readonly question?: string
}

export class Meeting {
  readonly #board: Board
  readonly #meeting: Y.Map<unknown>
  readonly #votes: Y.Map<unknown>
  readonly #held: Y.Map<unknown>
  readonly #write: (change: () => void) => void
  readonly #nowMs: () => number
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void

  /** @param nowMs  the server's time, ms since 1970 */
  constructor(board: Board, nowMs: () => number) {
    const { doc, write } = documentOf(board)
    this.#board = board
    this.#meeting = meetingOf(doc)
    this.#votes = votesOf(doc)
    this.#held = heldOf(doc)
    this.#write = write
    this.#nowMs = nowMs
    const changed = (): void => {
      for (const listener of [...this.#listeners]) listener()
    }
    const roots = [this.#meeting, this.#votes, this.#held]
    for (const root of roots) root.observe(changed)
    this.#stop = () => {
      for (const root of roots) root.unobserve(changed)
    }
  }

  /** Whether this person may set the timer, open and close polls. */
  get mayFacilitate(): boolean {
    return this.#board.rights.may('facilitate')
  }
  get mayVote(): boolean {
    return this.#board.rights.may('vote')
  }
  /** Whether this person may hold shapes in place, and change them all the same. */
  get mayHold(): boolean {
    return this.#board.rights.may('hold-shapes')
  }

  get timer(): TimerState | undefined {
    return readTimer(this.#meeting.get('timer'))
  }
  /** What is left on the timer now; 0 when it has run out, and when there is none. */
  get timerLeftMs(): number {
    return leftOf(this.timer, this.#nowMs())
  }
  startTimer(durationMs: number): boolean {
    const duration = clamp(durationMs, 1000, MAX_TIMER_MS)
    return this.#setTimer(duration, { kind: 'running', endsAt: this.#nowMs() + duration })
  }
  pauseTimer(): boolean {
    const { timer } = this
    if (timer?.phase.kind !== 'running') return false
    return this.#setTimer(timer.durationMs, { kind: 'paused', leftMs: this.timerLeftMs })
  }
  resumeTimer(): boolean {
    const { timer } = this
    if (timer?.phase.kind !== 'paused') return false
    return this.#setTimer(timer.durationMs, { kind: 'running', endsAt: this.#nowMs() + timer.phase.leftMs })
  }
  /** @param ms  more, or less when below 0; a timer that has run out runs again */
  addToTimer(ms: number): boolean {
    const { timer } = this
    if (!timer) return false
    const leftMs = clamp(this.timerLeftMs + ms, 0, MAX_TIMER_MS)
    const durationMs = Math.max(timer.durationMs, leftMs)
    const isPaused = timer.phase.kind === 'paused'
    return this.#setTimer(
      durationMs,
      isPaused ? { kind: 'paused', leftMs } : { kind: 'running', endsAt: this.#nowMs() + leftMs },
    )
  }
  clearTimer(): boolean {
    if (!this.mayFacilitate || !this.timer) return false
    this.#write(() => writeTimer(this.#meeting, undefined))
    return true
  }

  get poll(): Poll | undefined {
    return readPoll(this.#meeting.get('poll'))
  }
  /** Opens a poll in the place of the last one, whose votes count no more. */
  openPoll({ votesEach, isSecret, question = '' }: PollOptions): boolean {
    const by = this.#board.rights.standing?.by
    if (by === undefined || !this.mayFacilitate) return false
    const asked = question.trim().slice(0, MAX_QUESTION_LENGTH)
    this.#setPoll({
      id: createShapeId(),
      by,
      votesEach: clamp(Math.round(votesEach), 1, MAX_VOTES_EACH),
      isSecret,
      ...(asked !== '' && { question: asked }),
      phase: { kind: 'open' },
    })
    return true
  }
  /** What everybody's votes come to by then is the result. */
  closePoll(): boolean {
    const { poll } = this
    const by = this.#board.rights.standing?.by
    if (by === undefined || !this.mayFacilitate || poll?.phase.kind !== 'open') return false
    this.#setPoll({ ...poll, by, phase: { kind: 'closed', result: readResult(this.#votes, poll) } })
    return true
  }
  clearPoll(): boolean {
    if (!this.mayFacilitate || !this.poll) return false
    this.#setPoll(undefined)
    return true
  }

  /** Votes for each shape that has any, shapes that are gone by now included; `undefined` while nobody is to see them, and without a poll. */
  get result(): ReadonlyMap<ShapeId, number> | undefined {
    const { poll } = this
    if (!poll || (poll.phase.kind === 'open' && poll.isSecret)) return undefined
    return readResult(this.#votes, poll)
  }
  /** How many people have voted so far in an open poll. */
  get voterCount(): number {
    const { poll } = this
    return poll ? voterCount(this.#votes, poll) : 0
  }
  /** This person's own votes in the poll. */
  get ownVotes(): ReadonlyMap<ShapeId, number> {
    const { poll } = this
    const by = this.#board.rights.standing?.by
    return poll && by !== undefined ? readVotes(this.#votes.get(by), poll) : new Map()
  }
  get votesLeft(): number {
    const { poll } = this
    return poll?.phase.kind === 'open' ? poll.votesEach - sum(this.ownVotes.values()) : 0
  }
  /** Gives a shape one more of one's votes, or takes one back.
   * @returns whether there was one to give or to take */
  vote(shape: ShapeId, step: 1 | -1): boolean {
    const { poll } = this
    const by = this.#board.rights.standing?.by
    if (poll?.phase.kind !== 'open' || by === undefined || !this.mayVote) return false
    const own = new Map(this.ownVotes)
    const count = (own.get(shape) ?? 0) + step
    if (count < 0 || (step === 1 && this.votesLeft === 0)) return false
    if (count === 0) own.delete(shape)
    else own.set(shape, count)
    this.#write(() => writeVotes(this.#votes, by, poll.id, own))
    return true
  }

  /** Shapes that are held; some may be gone by now. */
  get heldIds(): readonly ShapeId[] {
    return [...this.#held.keys()]
  }
  hold(ids: Iterable<ShapeId>): boolean {
    const by = this.#board.rights.standing?.by
    if (by === undefined || !this.mayHold) return false
    this.#write(() => writeHeld(this.#held, ids, by))
    return true
  }
  release(ids: Iterable<ShapeId>): boolean {
    if (!this.mayHold) return false
    this.#write(() => writeReleased(this.#held, ids))
    return true
  }

  /** Called after every change of timer, poll, votes or held shapes, local and remote alike; not for the passing of time. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #setTimer(durationMs: number, phase: TimerState['phase']): boolean {
    const by = this.#board.rights.standing?.by
    if (by === undefined || !this.mayFacilitate) return false
    this.#write(() => writeTimer(this.#meeting, { by, durationMs, phase }))
    return true
  }

  #setPoll(poll: Poll | undefined): void {
    this.#write(() => writePoll(this.#meeting, poll))
  }
}

function leftOf(timer: TimerState | undefined, nowMs: number): number {
  if (!timer) return 0
  const { phase } = timer
  return phase.kind === 'paused' ? phase.leftMs : clamp(phase.endsAt - nowMs, 0, MAX_TIMER_MS)
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

const sum = (counts: Iterable<number>): number => {
  let total = 0
  for (const count of counts) total += count
  return total
}
