import { describe, expect, it } from 'vitest'
import { Doc } from 'yjs'
import type { Role } from '#shared/roles.ts'
import { box } from '../tools/test-context.ts'
import { BoardRights } from './board-rights.ts'
import { Meeting } from './meeting.ts'
import { YjsBoard } from './yjs-board.ts'

function open() {
  const doc = new Doc()
  const clock = { nowMs: 1_000_000 }
  const as = (by: string, role: Role) => {
    const board = new YjsBoard(doc, new BoardRights({ role, by }))
    return { board, meeting: new Meeting(board, () => clock.nowMs) }
  }
  let updateCount = 0
  doc.on('update', () => updateCount++)
  const quietly = (act: () => unknown) => {
    const before = updateCount
    return { answer: act(), changes: updateCount - before }
  }
  return { doc, clock, as, quietly }
}
const REFUSED = { answer: false, changes: 0 }

describe('the timer', () => {
  it('runs, rests, goes on, takes more, runs out and is cleared, the same for everybody', () => {
    const { clock, as } = open()
    const [ann, vic] = [as('ann', 'editor').meeting, as('vic', 'viewer').meeting]
    expect([vic.timer, vic.timerLeftMs]).toEqual([undefined, 0])
    ann.startTimer(60_000)
    expect(vic.timer).toMatchObject({ by: 'ann', durationMs: 60_000 })
    clock.nowMs += 20_000
    expect(vic.timerLeftMs).toBe(40_000)
    ann.pauseTimer()
    clock.nowMs += 99_000
    expect([vic.timerLeftMs, ann.pauseTimer()]).toEqual([40_000, false])
    ann.addToTimer(60_000)
    expect([vic.timerLeftMs, vic.timer?.durationMs]).toEqual([100_000, 100_000])
    ann.resumeTimer()
    clock.nowMs += 200_000
    expect([vic.timerLeftMs, vic.timer?.phase.kind]).toEqual([0, 'running'])
    ann.addToTimer(60_000)
    expect(vic.timerLeftMs).toBe(60_000)
    expect(ann.clearTimer()).toBe(true)
    expect([vic.timer, ann.clearTimer(), ann.pauseTimer(), ann.addToTimer(1)]).toEqual([
      undefined,
      false,
      false,
      false,
    ])
  })

  it.each(['add-only', 'commenter', 'viewer'] as const)('is not for a %s to touch', role => {
    const { as, quietly } = open()
    const { meeting } = as('ben', role)
    as('ann', 'editor').meeting.startTimer(60_000)
    expect(meeting.mayFacilitate).toBe(false)
    for (const act of [
      () => meeting.startTimer(1000),
      () => meeting.pauseTimer(),
      () => meeting.addToTimer(1000),
      () => meeting.clearTimer(),
      () => meeting.openPoll({ votesEach: 3, isSecret: false }),
    ]) {
      expect(quietly(act)).toEqual(REFUSED)
    }
  })
})

describe('the poll', () => {
  it('gives everybody so many votes, on one shape or on several, to be given and taken back', () => {
    const { as, quietly } = open()
    const [ann, ben] = [as('ann', 'editor').meeting, as('ben', 'commenter').meeting]
    expect(quietly(() => ben.vote('s1', 1))).toEqual(REFUSED)
    ann.openPoll({ votesEach: 3, isSecret: false, question: '  Which?  ' })
    expect(ben.poll).toMatchObject({ by: 'ann', votesEach: 3, question: 'Which?', phase: { kind: 'open' } })
    for (const shape of ['s1', 's1', 's2']) expect(ben.vote(shape, 1)).toBe(true)
    expect(quietly(() => ben.vote('s3', 1))).toEqual(REFUSED)
    expect(quietly(() => ben.vote('s3', -1))).toEqual(REFUSED)
    ann.vote('s2', 1)
    expect(Object.fromEntries(ann.result ?? [])).toEqual({ s1: 2, s2: 2 })
    expect([ben.votesLeft, ann.votesLeft, ann.voterCount]).toEqual([0, 2, 2])
    ben.vote('s1', -1)
    expect([Object.fromEntries(ben.ownVotes), ben.votesLeft]).toEqual([{ s1: 1, s2: 1 }, 1])
  })

  it('keeps its counts to itself while it is open and secret, and its result when it is closed', () => {
    const { as, doc, quietly } = open()
    const [ann, ben] = [as('ann', 'owner').meeting, as('ben', 'add-only').meeting]
    ann.openPoll({ votesEach: 1, isSecret: true })
    ben.vote('s1', 1)
    expect([ann.result, ann.voterCount, ben.ownVotes.get('s1')]).toEqual([undefined, 1, 1])
    ann.closePoll()
    expect(Object.fromEntries(ben.result ?? [])).toEqual({ s1: 1 })
    expect(quietly(() => ben.vote('s1', -1))).toEqual(REFUSED)
    doc.getMap('votes').set('late', { poll: ann.poll?.id, on: { s9: 1 } })
    expect(Object.fromEntries(ben.result ?? [])).toEqual({ s1: 1 })
    ann.openPoll({ votesEach: 1, isSecret: false })
    expect([ben.votesLeft, ben.ownVotes.size, ben.result?.size]).toEqual([1, 0, 0])
    expect([ann.clearPoll(), ben.poll, ben.result]).toEqual([true, undefined, undefined])
  })

  it('is not for viewers to vote in', () => {
    const { as, quietly } = open()
    as('ann', 'editor').meeting.openPoll({ votesEach: 1, isSecret: false })
    const { meeting } = as('vic', 'viewer')
    expect(meeting.mayVote).toBe(false)
    expect(quietly(() => meeting.vote('s1', 1))).toEqual(REFUSED)
  })
})

describe('held shapes', () => {
  const drawn = () => {
    const opened = open()
    const owner = opened.as('ann', 'owner')
    owner.board.transact('draw', edit => {
      edit.add(box('a', 0, 0, 100, 60, { by: 'ben', type: 'note' }))
      edit.add(box('b', 200, 0, 100, 60, { by: 'ben' }))
    })
    return { ...opened, owner }
  }

  it('are changed and deleted by the owner alone', () => {
    const { as, owner, quietly } = drawn()
    const ben = as('ben', 'editor').board
    const text = ben.textOf('a')
    owner.meeting.hold(['a'])
    const [a, b] = [ben.get('a'), ben.get('b')]
    if (!a || !b) throw new Error('both are there')
    expect([ben.isHeld('a'), ben.mayChange(a), ben.rights.mayChange(a), ben.mayChange(b)]).toEqual([
      true,
      false,
      false,
      true,
    ])
    const acts = [
      () => ben.transact('move', edit => edit.update('a', { xy: [9, 9] })),
      () => ben.transact('delete', edit => edit.remove('a')),
      () => ben.transact('replace', edit => edit.add(box('a', 5, 5))),
      () => text?.splice(0, 0, 'late'),
    ]
    for (const act of acts) expect(quietly(act).changes).toBe(0)
    owner.board.transact('move', edit => edit.update('a', { xy: [9, 9] }))
    expect(ben.get('a')).toMatchObject({ xy: [9, 9] })
    owner.meeting.release(['a'])
    expect(ben.mayChange(a)).toBe(true)
    text?.splice(0, 0, 'now')
    expect(ben.get('a')).toMatchObject({ text: 'now' })
  })

  it('are held and released by the owner alone', () => {
    const { as, owner, quietly } = drawn()
    const { meeting } = as('eve', 'editor')
    expect(quietly(() => meeting.hold(['a']))).toEqual(REFUSED)
    owner.meeting.hold(['a'])
    expect(quietly(() => meeting.release(['a']))).toEqual(REFUSED)
    expect([meeting.heldIds, meeting.mayHold]).toEqual([['a'], false])
  })

  it('keep a step that would change them from being taken back or done again, until they are released', () => {
    const { as, owner, quietly } = drawn()
    const { board: ben } = as('ben', 'editor')
    ben.transact('move', edit => edit.update('a', { xy: [50, 50] }))
    ben.transact('move', edit => edit.update('b', { xy: [250, 50] }))
    let told = 0
    ben.history.subscribe(() => told++)
    owner.meeting.hold(['a'])
    expect([ben.history.canUndo, told]).toEqual([true, 1])
    ben.history.undo()
    expect(ben.get('b')).toMatchObject({ xy: [200, 0] })
    expect(ben.history.canUndo).toBe(false)
    expect(quietly(() => ben.history.undo()).changes).toBe(0)
    owner.meeting.release(['a'])
    expect(ben.history.canUndo).toBe(true)
    ben.history.undo()
    expect(ben.get('a')).toMatchObject({ xy: [0, 0] })
    owner.meeting.hold(['a'])
    expect(ben.history.canRedo).toBe(false)
    owner.meeting.release(['a'])
    ben.history.redo()
    expect(ben.get('a')).toMatchObject({ xy: [50, 50] })
  })

  it('keep the groups they stand in from being deleted', () => {
    const { as, owner, quietly } = drawn()
    owner.board.transact('group', edit => {
      edit.add(box('group', 0, 0, 400, 100, { by: 'ben' }))
      edit.add(box('outer', 0, 0, 400, 100, { by: 'ben' }))
      edit.update('group', { parent: 'outer' })
      edit.update('outer', { parent: 'group' })
      edit.update('a', { parent: 'group' })
    })
    owner.meeting.hold(['a'])
    const { board: ben } = as('ben', 'editor')
    const acts = ['group', 'outer'].map(id => () => ben.transact('delete', edit => edit.remove(id)))
    for (const act of acts) expect(quietly(act).changes).toBe(0)
    ben.transact('delete', edit => edit.remove('b'))
    expect(ben.get('b')).toBeUndefined()
    owner.board.transact('delete', edit => edit.remove('group'))
    expect(ben.get('group')).toBeUndefined()
  })

  it('are told of to whoever listens', () => {
    const { as, owner } = drawn()
    const { board, meeting } = as('ben', 'editor')
    const seen: (readonly string[])[] = []
    const stop = board.subscribeHeld(ids => seen.push(ids))
    let told = 0
    meeting.subscribe(() => told++)
    owner.meeting.hold(['a', 'b'])
    owner.meeting.release(['b'])
    stop()
    owner.meeting.release(['a'])
    expect([seen, told]).toEqual([[['a', 'b'], ['b']], 3])
    meeting.close()
    owner.meeting.hold(['a'])
    expect(told).toBe(3)
  })
})
