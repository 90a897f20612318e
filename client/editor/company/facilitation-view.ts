/** What the app may know and ask of a meeting's tools: the timer, the vote, shapes held in place. */
import type { Point } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { ReadonlyCell } from '../cell.ts'

export interface TimerView {
  /** Whole seconds, the begun one included; 0 when it has run out. */
  readonly leftS: number
  readonly isRunning: boolean
}

export interface PollView {
  readonly id: string
  readonly question: string
  readonly votesEach: number
  readonly isOpen: boolean
  readonly isSecret: boolean
  /** Of this person. */
  readonly votesLeft: number
  /** How many people have given a vote so far. */
  readonly voterCount: number
  /** Most votes first; nothing while nobody is to see them. */
  readonly ranking: readonly Ranked[]
}

export interface Ranked {
  readonly id: ShapeId
  readonly label: string
  readonly votes: number
  /** It is on the board still. */
  readonly isThere: boolean
}

/** Votes on one shape, shown at its upper right corner. */
export interface VoteBadge {
  readonly id: ShapeId
  /** Board units. */
  readonly at: Point
  readonly label: string
  readonly own: number
  /** Everybody's; `undefined` while nobody is to see them. */
  readonly total: number | undefined
}

/** A selected shape that the owner holds, marked at its upper left corner. */
export interface HeldMark {
  readonly id: ShapeId
  /** Board units. */
  readonly at: Point
}

/** What may be held or let go now. */
export interface HoldView {
  /** Selected shapes that are not held. */
  readonly freeCount: number
  /** Selected shapes that are. */
  readonly heldCount: number
  /** On the whole board. */
  readonly allHeldCount: number
}

export interface MeetingRights {
  readonly mayFacilitate: boolean
  readonly mayVote: boolean
  readonly mayHold: boolean
}

export interface FacilitationView {
  readonly rights: ReadonlyCell<MeetingRights>

  readonly timer: ReadonlyCell<TimerView | undefined>
  startTimer(durationMs: number): void
  pauseTimer(): void
  resumeTimer(): void
  addToTimer(ms: number): void
  clearTimer(): void

  readonly poll: ReadonlyCell<PollView | undefined>
  openPoll(options: { votesEach: number; isSecret: boolean; question: string }): void
  closePoll(): void
  clearPoll(): void
  /** Clicks on shapes are votes. */
  readonly isVoting: ReadonlyCell<boolean>
  setVoting(isVoting: boolean): void
  /** Gives a vote to the one selected shape, or takes it back: voting by keys. */
  voteForSelected(step: 1 | -1): void
  vote(id: ShapeId, step: 1 | -1): void
  /** In view, at most a few hundred. */
  readonly badges: ReadonlyCell<readonly VoteBadge[]>
  /** Shows a shape and selects it. */
  goTo(id: ShapeId): void

  readonly hold: ReadonlyCell<HoldView>
  /** At most a few dozen. */
  readonly heldMarks: ReadonlyCell<readonly HeldMark[]>
  holdSelected(): void
  releaseSelected(): void
  releaseAll(): void
}
