import { describe, expect, it } from 'vitest'
import { applyUpdate, Doc, encodeStateAsUpdate, Map as SharedMap } from 'yjs'
import type { Role } from '#shared/roles.ts'
import { box } from '../tools/test-context.ts'
import { BoardRights } from './board-rights.ts'
import { Comments, placeOfPin } from './comments.ts'
import { YjsBoard } from './yjs-board.ts'

const ANN = { name: 'Ann', color: 'red' }
const BEN = { name: 'Ben', color: 'blue' }

/** One document, and somebody who looks at it. Time goes on by a second whenever it is asked for. */
function open() {
  const doc = new Doc()
  let nowMs = 1_000_000
  const as = (by: string, role: Role) => {
    const board = new YjsBoard(doc, new BoardRights({ role, by }))
    const comments = new Comments(board, () => (nowMs += 1000))
    return { board, comments }
  }
  let updateCount = 0
  doc.on('update', () => updateCount++)
  const quietly = (act: () => unknown) => {
    const before = updateCount
    const answer = act()
    return { answer, changes: updateCount - before }
  }
  return { doc, as, quietly }
}

describe('comments', () => {
  it('are threads, oldest first, with their answers, oldest first', () => {
    const { as } = open()
    const ann = as('ann', 'editor').comments
    const ben = as('ben', 'commenter').comments
    const first = ann.add('  One  ', ANN, { xy: [1, 2] }) ?? ''
    const second = ben.add('Two', BEN) ?? ''
    ben.reply(first, 'Answer', BEN)
    ann.reply(first, 'Answer to it', ANN)
    expect(ann.threads.map(({ id }) => id)).toEqual([first, second])
    expect(ann.thread(first)).toEqual({
      id: first,
      first: { id: first, by: 'ann', ...ANN, at: 1_001_000, text: 'One', pin: { xy: [1, 2] } },
      replies: [
        expect.objectContaining({ by: 'ben', text: 'Answer', thread: first }),
        expect.objectContaining({ by: 'ann', text: 'Answer to it' }),
      ],
    })
    expect(ben.threads).toEqual(ann.threads)
  })

  it('are told of to whoever listens, until they do not any more', () => {
    const { as } = open()
    const [ann, ben] = [as('ann', 'editor').comments, as('ben', 'commenter').comments]
    const seen: string[][] = []
    const stop = ben.subscribe(() => seen.push(ben.threads.map(({ first }) => first.text)))
    const id = ann.add('One', ANN) ?? ''
    ann.edit(id, 'Two')
    stop()
    ann.edit(id, 'Three')
    expect(seen).toEqual([['One'], ['Two']])
    ben.close()
    ann.edit(id, 'Four')
    expect(ben.get(id)?.text).toBe('Three')
  })

  it('are edited and removed by who wrote them', () => {
    const { as, quietly } = open()
    const [ann, ben] = [as('ann', 'editor').comments, as('ben', 'commenter').comments]
    const id = ben.add('Mine', BEN) ?? ''
    const comment = ann.get(id)
    if (!comment) throw new Error('it was just added')
    expect([ann.mayEdit(comment), ann.mayRemove(comment)]).toEqual([false, false])
    for (const act of [() => ann.edit(id, 'Hers'), () => ann.remove(id), () => ben.edit(id, ' Mine ')]) {
      expect(quietly(act)).toEqual({ answer: false, changes: 0 })
    }
    expect(quietly(() => ben.edit(id, 'Better'))).toEqual({ answer: true, changes: 1 })
    expect(ann.get(id)).toMatchObject({ text: 'Better', editedAt: expect.any(Number) })
    expect(quietly(() => ben.remove(id))).toEqual({ answer: true, changes: 1 })
    expect(ann.threads).toEqual([])
  })

  it('go with their thread; an owner deletes all of it, others what is theirs', () => {
    const { as, doc } = open()
    const [ann, ben, eve] = [
      as('ann', 'owner').comments,
      as('ben', 'add-only').comments,
      as('eve', 'editor').comments,
    ]
    const thread = () => {
      const id = ben.add('Thread', BEN) ?? ''
      return [id, ben.reply(id, 'mine', BEN) ?? '', eve.reply(id, 'hers', ANN) ?? ''] as const
    }
    const [bens, , eves] = thread()
    ben.remove(bens)
    expect(ann.threads).toEqual([])
    expect([...doc.getMap('comments').keys()]).toEqual([eves])
    expect(ben.reply(bens, 'too late', BEN)).toBeUndefined()
    const [again] = thread()
    ann.remove(again)
    expect([...doc.getMap('comments').keys()]).toEqual([eves])
  })

  it('are resolved and opened again by anybody who may comment', () => {
    const { as, quietly } = open()
    const [ann, ben, vic] = [
      as('ann', 'editor').comments,
      as('ben', 'commenter').comments,
      as('vic', 'viewer').comments,
    ]
    const id = ann.add('Done?', ANN) ?? ''
    expect(quietly(() => vic.resolve(id, true, BEN))).toEqual({ answer: false, changes: 0 })
    expect(ben.resolve(id, true, BEN)).toBe(true)
    expect(ann.thread(id)?.first.resolved).toMatchObject({ by: 'ben', name: 'Ben' })
    expect(quietly(() => ann.resolve(id, true, ANN))).toEqual({ answer: false, changes: 0 })
    expect(ann.resolve(id, false, ANN)).toBe(true)
    expect(ben.thread(id)?.first).not.toHaveProperty('resolved')
  })

  it('are not written by viewers, by nobody, nor when there is nothing to say', () => {
    const { as, doc, quietly } = open()
    const id = as('ann', 'editor').comments.add('Hello', ANN) ?? ''
    const vic = as('vic', 'viewer').comments
    const nobody = new Comments(new YjsBoard(doc, new BoardRights()), Date.now)
    const ann = as('ann', 'editor').comments
    for (const act of [
      () => vic.add('x', BEN),
      () => vic.reply(id, 'x', BEN),
      () => nobody.add('x', BEN),
      () => ann.add(' \n ', ANN),
      () => ann.reply('gone', 'x', ANN),
    ]) {
      expect(quietly(act)).toEqual({ answer: undefined, changes: 0 })
    }
    expect([vic.mayWrite, nobody.mayWrite, ann.mayWrite]).toEqual([false, false, true])
  })

  it('are no steps of the history', () => {
    const { as } = open()
    const { board, comments } = as('ann', 'editor')
    board.transact('draw', edit => edit.add(box('a', 0, 0)))
    const id = comments.add('Look', ANN, { xy: [0, 0] }) ?? ''
    comments.edit(id, 'Look here')
    board.history.undo()
    expect(board.get('a')).toBeUndefined()
    expect(board.history.canUndo).toBe(false)
    expect(comments.get(id)?.text).toBe('Look here')
    board.history.redo()
    expect(board.get('a')).toBeDefined()
  })

  it('that cannot be read are skipped and counted', () => {
    const { as, doc } = open()
    const { comments } = as('ann', 'editor')
    doc.getMap('comments').set('junk', 7)
    doc.getMap('comments').set('more', new SharedMap([['base', {}]]))
    expect([comments.threads, comments.skippedCount]).toEqual([[], 2])
  })

  it('come from others as they come from here', () => {
    const { as, doc } = open()
    const other = new Doc()
    const there = new Comments(new YjsBoard(other, new BoardRights({ role: 'editor', by: 'eve' })), () => 5)
    const { comments } = as('ann', 'editor')
    let told = 0
    comments.subscribe(() => told++)
    there.add('From afar', ANN)
    applyUpdate(doc, encodeStateAsUpdate(other))
    expect(comments.threads.map(({ first }) => first.text)).toEqual(['From afar'])
    expect(told).toBe(1)
  })
})

it('a pin goes where its shape goes, and stays when that is gone', () => {
  const { as } = open()
  const { board } = as('ann', 'editor')
  board.transact('draw', edit => edit.add(box('a', 0, 0, 100, 60)))
  const pin = { xy: [50, 30], shape: 'a', anchor: [0.5, 0.5] } as const
  expect(placeOfPin(pin, board)).toEqual([50, 30])
  board.transact('move', edit => edit.update('a', { xy: [100, 100] }))
  expect(placeOfPin(pin, board)).toEqual([150, 130])
  board.transact('delete', edit => edit.remove('a'))
  expect(placeOfPin(pin, board)).toEqual([50, 30])
})
