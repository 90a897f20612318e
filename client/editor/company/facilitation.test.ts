import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDocument, YjsBoard } from '../../board/yjs-board.ts'
import { box } from '../../tools/test-context.ts'
import { CameraControl } from '../camera.ts'
import { Selection } from '../selection.ts'
import { Facilitation } from './facilitation.ts'

const START_MS = Date.UTC(2026, 0, 1)

function open(role: 'owner' | 'commenter' = 'owner') {
  const board = new YjsBoard(createDocument())
  board.rights.standing = { role: 'owner', by: 'ada' }
  board.transact('make', edit => {
    edit.add(box('a', 0, 0))
    edit.add(box('b', 5000, 0))
  })
  board.rights.standing = { role, by: 'ada' }
  const camera = new CameraControl()
  camera.sizePx = [800, 600]
  const said: string[] = []
  const selection = new Selection(board)
  const facilitation = new Facilitation({
    container: new EventTarget() as HTMLElement,
    board,
    session: { serverNowMs: () => Date.now() },
    camera,
    selection,
    announce: text => said.push(text),
  })
  return { board, camera, selection, facilitation, said }
}

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget())
  vi.useFakeTimers({ now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the timer', () => {
  it('counts whole seconds down, and says its beginning, its last minute and its end', () => {
    const { facilitation, said } = open()
    facilitation.startTimer(62_000)
    expect(facilitation.timer.value).toEqual({ leftS: 62, isRunning: true })
    vi.advanceTimersByTime(1001)
    expect(facilitation.timer.value?.leftS).toBe(61)
    vi.advanceTimersByTime(61_000)
    expect(facilitation.timer.value).toEqual({ leftS: 0, isRunning: false })
    expect(said).toEqual(['Timer: 1 minute 2 seconds', 'One minute left', 'Time is up'])
  })

  it('waits while it is paused, and wakes nobody then', () => {
    const { facilitation } = open()
    facilitation.startTimer(60_000)
    vi.advanceTimersByTime(10_500)
    facilitation.pauseTimer()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(3_600_000)
    expect(facilitation.timer.value).toEqual({ leftS: 50, isRunning: false })
    facilitation.resumeTimer()
    vi.advanceTimersByTime(9_500)
    expect(facilitation.timer.value).toEqual({ leftS: 40, isRunning: true })
  })
})

describe('a vote', () => {
  it('shows badges of what is in view, and others when the camera moves', () => {
    const { facilitation, camera } = open()
    facilitation.openPoll({ votesEach: 3, isSecret: false, question: '' })
    expect(facilitation.isVoting.value).toBe(true)
    facilitation.vote('a', 1)
    facilitation.vote('b', 1)
    facilitation.vote('b', 1)
    expect(facilitation.badges.value).toMatchObject([{ id: 'a', at: [100, 0], own: 1, total: 1 }])
    camera.set({ x: 4900, y: -100, zoom: 1 })
    vi.runOnlyPendingTimers()
    expect(facilitation.badges.value).toMatchObject([{ id: 'b', at: [5100, 0], own: 2, total: 2 }])
  })

  it('says that there are none left, and takes back', () => {
    const { facilitation, said } = open()
    facilitation.openPoll({ votesEach: 1, isSecret: true, question: 'Which?' })
    facilitation.vote('a', 1)
    facilitation.vote('b', 1)
    expect(said.at(-1)).toBe('You have no votes left. Take one back first.')
    facilitation.vote('a', -1)
    expect(facilitation.poll.value?.votesLeft).toBe(1)
  })

  it('lists the result, what is gone by then included', () => {
    const { facilitation, board } = open()
    facilitation.openPoll({ votesEach: 3, isSecret: true, question: '' })
    facilitation.vote('b', 1)
    facilitation.vote('a', 1)
    facilitation.vote('b', 1)
    expect(facilitation.poll.value?.ranking).toEqual([])
    board.transact('remove', edit => edit.remove('b'))
    facilitation.closePoll()
    expect(facilitation.isVoting.value).toBe(false)
    expect(facilitation.poll.value?.ranking).toEqual([
      { id: 'b', label: 'A shape that is gone', votes: 2, isThere: false },
      { id: 'a', label: 'Rectangle', votes: 1, isThere: true },
    ])
  })
})

describe('holding in place', () => {
  it('counts what is selected, and marks what is held', () => {
    const { facilitation, selection } = open()
    selection.set(['a', 'b'])
    facilitation.holdSelected()
    selection.set(['a'])
    expect(facilitation.hold.value).toEqual({ freeCount: 0, heldCount: 1, allHeldCount: 2 })
    expect(facilitation.heldMarks.value).toEqual([{ id: 'a', at: [0, 0] }])
    facilitation.releaseAll()
    expect(facilitation.hold.value).toEqual({ freeCount: 1, heldCount: 0, allHeldCount: 0 })
    expect(facilitation.heldMarks.value).toEqual([])
  })

  it('is the owner’s', () => {
    const { facilitation, selection } = open('commenter')
    expect(facilitation.rights.value).toEqual({ mayFacilitate: false, mayVote: true, mayHold: false })
    selection.set(['a'])
    facilitation.holdSelected()
    facilitation.startTimer(1000)
    expect(facilitation.hold.value.heldCount).toBe(0)
    expect(facilitation.timer.value).toBeUndefined()
  })
})
