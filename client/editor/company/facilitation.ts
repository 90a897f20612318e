/** A meeting's tools as the page shows them: the timer by the second, the vote with its badges, shapes held in place. What lies in the
 * document is `board/meeting.ts`'s. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { frameOf, handlePoints } from '#shared/geometry/frame.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board } from '../../board/board.ts'
import { Meeting } from '../../board/meeting.ts'
import type { Session } from '../../sync/session.ts'
import type { CameraControl } from '../camera.ts'
import { Cell } from '../cell.ts'
import { labelOf } from '../outline.ts'
import type { Selection } from '../selection.ts'
import type {
  FacilitationView,
  HeldMark,
  HoldView,
  MeetingRights,
  PollView,
  Ranked,
  TimerView,
  VoteBadge,
} from './facilitation-view.ts'
import { VotingInput } from './voting-input.ts'

export interface FacilitationDeps {
  readonly container: HTMLElement
  readonly board: Board
  readonly session: Pick<Session, 'serverNowMs'>
  readonly camera: CameraControl
  readonly selection: Selection
  readonly announce: (text: string) => void
}

/** More badges than this in one view help nobody to choose. */
const MAX_BADGES = 300
const MAX_RANKED = 100
const MAX_MARKS = 50
const NO_MARKS: readonly HeldMark[] = []
/** Votes and the shapes that carry them come in bursts. */
const BADGES_MS = 100

export class Facilitation implements FacilitationView {
  readonly rights: Cell<MeetingRights>
  readonly timer = new Cell<TimerView | undefined>(undefined)
  readonly poll = new Cell<PollView | undefined>(undefined)
  readonly isVoting = new Cell(false)
  readonly badges = new Cell<readonly VoteBadge[]>([])
  readonly hold: Cell<HoldView>
  readonly heldMarks = new Cell<readonly HeldMark[]>(NO_MARKS)
  readonly #deps: FacilitationDeps
  readonly #meeting: Meeting
  readonly #input: VotingInput
  readonly #stops: (() => void)[] = []
  #timerTick: ReturnType<typeof setTimeout> | undefined
  #badgesLater: ReturnType<typeof setTimeout> | undefined

  constructor(deps: FacilitationDeps) {
    this.#deps = deps
    const { board, session, camera, selection, container } = deps
    this.#meeting = new Meeting(board, () => session.serverNowMs())
    this.rights = new Cell(this.#readRights())
    this.hold = new Cell(this.#readHold())
    this.#input = new VotingInput({ container, board, camera, vote: (id, step) => this.vote(id, step) })
    this.#stops.push(
      this.#meeting.subscribe(() => this.#changed()),
      board.subscribe(({ updated, removed }) => {
        if (updated.length + removed.length === 0) return
        if (this.poll.value) this.#showBadgesLater()
        if (this.hold.value.heldCount > 0) this.#showHold()
      }),
      camera.cell.subscribe(() => this.#showBadgesLater()),
      selection.cell.subscribe(() => this.#showHold()),
    )
    this.#changed()
  }

  /** The role may be another now. */
  roleChanged(): void {
    this.rights.set(this.#readRights())
    this.#changed()
  }

  startTimer(durationMs: number): void {
    this.#meeting.startTimer(durationMs)
  }
  pauseTimer(): void {
    this.#meeting.pauseTimer()
  }
  resumeTimer(): void {
    this.#meeting.resumeTimer()
  }
  addToTimer(ms: number): void {
    this.#meeting.addToTimer(ms)
  }
  clearTimer(): void {
    this.#meeting.clearTimer()
  }

  openPoll(options: { votesEach: number; isSecret: boolean; question: string }): void {
    this.#meeting.openPoll(options)
  }
  closePoll(): void {
    this.#meeting.closePoll()
  }
  clearPoll(): void {
    this.#meeting.clearPoll()
  }
  setVoting(isVoting: boolean): void {
    const is = isVoting && this.poll.value?.isOpen === true && this.#meeting.mayVote
    this.#input.isOn = is
    this.isVoting.set(is)
  }
  vote(id: ShapeId, step: 1 | -1): void {
    const { board, announce } = this.#deps
    const shape = board.get(id)
    const label = shape ? labelOf(shape, board) : 'A shape that is gone'
    if (this.#meeting.vote(id, step)) {
      const left = this.#meeting.votesLeft
      announce(`${step === 1 ? 'Vote for' : 'Vote taken back from'} ${label}. ${words(left, 'vote')} left.`)
    } else if (step === 1) announce('You have no votes left. Take one back first.')
  }
  voteForSelected(step: 1 | -1): void {
    const [id, another] = this.#deps.selection.ids
    if (id !== undefined && another === undefined) this.vote(id, step)
    else this.#deps.announce('Select one shape to vote for it.')
  }
  goTo(id: ShapeId): void {
    const { board, camera, selection } = this.#deps
    const box = board.boundsOf(id)
    if (!box) return
    camera.reveal(box)
    selection.set([id])
  }

  holdSelected(): void {
    const { selection, announce } = this.#deps
    const ids = selection.ids.filter(id => !this.#deps.board.isHeld(id))
    if (ids.length > 0 && this.#meeting.hold(ids)) announce(`${words(ids.length, 'shape')} held in place`)
  }
  releaseSelected(): void {
    this.#release(this.#deps.selection.ids.filter(id => this.#deps.board.isHeld(id)))
  }
  releaseAll(): void {
    this.#release(this.#meeting.heldIds)
  }

  close(): void {
    clearTimeout(this.#timerTick)
    clearTimeout(this.#badgesLater)
    for (const stop of this.#stops) stop()
    this.#input.close()
    this.#meeting.close()
  }

  #release(ids: readonly ShapeId[]): void {
    if (ids.length > 0 && this.#meeting.release(ids))
      this.#deps.announce(`${words(ids.length, 'shape')} may be changed again`)
  }

  #changed(): void {
    this.#tickTimer()
    this.#showPoll()
    this.#showHold()
  }

  /** Anew with every second that begins, for as long as it runs. */
  #tickTimer(): void {
    clearTimeout(this.#timerTick)
    const before = this.timer.value
    const now = this.#meeting.timer
    if (!now) {
      this.timer.set(undefined)
      return
    }
    const leftMs = this.#meeting.timerLeftMs
    const isRunning = now.phase.kind === 'running' && leftMs > 0
    const leftS = Math.ceil(leftMs / 1000)
    if (before?.leftS !== leftS || before.isRunning !== isRunning) this.timer.set({ leftS, isRunning })
    if (isRunning) {
      this.#timerTick = setTimeout(() => this.#tickTimer(), leftMs - (leftS - 1) * 1000)
      if (!before?.isRunning) this.#deps.announce(`Timer: ${spokenTime(leftS)}`)
      else if (leftS === 60 && before.leftS === 61) this.#deps.announce('One minute left')
    } else if (before?.isRunning && leftMs === 0) this.#deps.announce('Time is up')
  }

  #showPoll(): void {
    const { poll } = this.#meeting
    const before = this.poll.value
    this.poll.set(
      poll && {
        id: poll.id,
        question: poll.question ?? '',
        votesEach: poll.votesEach,
        isOpen: poll.phase.kind === 'open',
        isSecret: poll.isSecret,
        votesLeft: this.#meeting.votesLeft,
        voterCount: this.#meeting.voterCount,
        ranking: this.#ranking(),
      },
    )
    const after = this.poll.value
    if (after?.isOpen && after.id !== before?.id) {
      this.#deps.announce(`A vote has begun. You have ${words(after.votesEach, 'vote')}.`)
      this.setVoting(true)
    } else if (!after?.isOpen || !this.#meeting.mayVote) {
      if (before?.isOpen && after && !after.isOpen) this.#deps.announce('The vote has ended.')
      this.setVoting(false)
    }
    this.#showBadges()
  }

  #ranking(): Ranked[] {
    const { board } = this.#deps
    const sums = [...(this.#meeting.result ?? [])].sort((a, b) => b[1] - a[1])
    return sums.slice(0, MAX_RANKED).map(([id, votes]) => {
      const shape = board.get(id)
      const label = shape ? labelOf(shape, board) : 'A shape that is gone'
      return { id, votes, label, isThere: shape !== undefined }
    })
  }

  #showBadgesLater(): void {
    if (!this.poll.value) return
    this.#badgesLater ??= setTimeout(() => {
      this.#badgesLater = undefined
      this.#showBadges()
    }, BADGES_MS)
  }

  #showBadges(): void {
    if (!this.poll.value) {
      if (this.badges.value.length > 0) this.badges.set([])
      return
    }
    const { board, camera } = this.#deps
    const { x, y, w, h } = camera.viewport
    const own = this.#meeting.ownVotes
    const totals = this.#meeting.result
    const badges: VoteBadge[] = []
    for (const id of new Set([...own.keys(), ...(totals?.keys() ?? [])])) {
      const shape = board.get(id)
      const box = board.boundsOf(id)
      if (!shape || !box || badges.length === MAX_BADGES) continue
      const isSeen = box.x + box.w > x && box.x < x + w && box.y + box.h > y && box.y < y + h
      if (!isSeen) continue
      badges.push({
        id,
        at: this.#corner(shape, 'ne'),
        label: labelOf(shape, board),
        own: own.get(id) ?? 0,
        total: totals?.get(id) ?? (totals ? 0 : undefined),
      })
    }
    this.badges.set(badges)
  }

  #showHold(): void {
    const before = this.hold.value
    const after = this.#readHold()
    const isSame =
      before.freeCount === after.freeCount &&
      before.heldCount === after.heldCount &&
      before.allHeldCount === after.allHeldCount
    if (!isSame) this.hold.set(after)
    this.#showMarks()
  }

  /** Why a shape cannot be moved should be seen where one tries. */
  #showMarks(): void {
    const { board, selection } = this.#deps
    if (this.hold.value.heldCount === 0) {
      this.heldMarks.set(NO_MARKS)
      return
    }
    const held = selection.ids.filter(id => board.isHeld(id)).slice(0, MAX_MARKS)
    this.heldMarks.set(
      held.flatMap(id => {
        const shape = board.get(id)
        return shape ? [{ id, at: this.#corner(shape, 'nw') }] : []
      }),
    )
  }

  /** Of the shape's frame, turned with it. */
  #corner(shape: Shape, which: 'ne' | 'nw'): Point {
    const frame = frameOf([shape], id => this.#deps.board.get(id))
    if (!frame) throw new Error('a shape has a frame')
    // At no distance from the shape, however far one has zoomed out.
    return handlePoints(frame, Number.POSITIVE_INFINITY)[which]
  }

  #readHold(): HoldView {
    const { board, selection } = this.#deps
    const allHeldCount = this.#meeting.heldIds.filter(id => board.get(id)).length
    const heldCount = allHeldCount === 0 ? 0 : selection.ids.filter(id => board.isHeld(id)).length
    return { freeCount: selection.ids.length - heldCount, heldCount, allHeldCount }
  }

  #readRights(): MeetingRights {
    const { mayFacilitate, mayVote, mayHold } = this.#meeting
    return { mayFacilitate, mayVote, mayHold }
  }
}

const words = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

function spokenTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const rest = seconds % 60
  return [minutes > 0 && words(minutes, 'minute'), rest > 0 && words(rest, 'second')]
    .filter(Boolean)
    .join(' ')
}
