import { describe, expect, it } from 'vitest'
import { Doc } from 'yjs'
import type { LineShape, Shape } from '#shared/board/shape.ts'
import type { Role } from '#shared/roles.ts'
import { box } from '../tools/test-context.ts'
import { BoardRights } from './board-rights.ts'
import { YjsBoard } from './yjs-board.ts'

/** A board with a shape of Ann's and one of Ben's, and a line of Ann's that hangs on Ben's; here is Ben. */
function bensBoard(role: Role) {
  const doc = new Doc()
  const board = new YjsBoard(doc, new BoardRights({ role: 'editor', by: 'ann' }))
  const line = {
    ...box('line', 0, 0),
    type: 'arrow',
    from: { xy: [0, 0] },
    to: { xy: [300, 0], shape: 'bens', anchor: [0, 0] },
  }
  board.transact('draw', edit => {
    edit.add(box('anns', 0, 0, 100, 60, { by: 'ann' }))
    edit.add(box('bens', 300, 0, 100, 60, { by: 'ben' }))
    edit.add({ ...line, via: [], by: 'ann' } as unknown as LineShape)
  })
  board.rights.standing = { role, by: 'ben' }
  let updateCount = 0
  doc.on('update', () => {
    updateCount++
  })
  const shape = (id: string) => board.get(id) as Shape
  return { board, doc, shape, updateCount: () => updateCount }
}

const changeAll = (board: YjsBoard): void =>
  board.transact('change', edit => {
    for (const id of ['anns', 'bens']) edit.update(id, { stroke: 'red' })
  })

describe('the board keeps to what this person may do', () => {
  it.each(['owner', 'editor'] as const)('an %s changes everything', role => {
    const { board, shape } = bensBoard(role)
    changeAll(board)
    board.rename('Plans')
    expect([shape('anns').stroke, shape('bens').stroke, board.name]).toEqual(['red', 'red', 'Plans'])
    board.transact('delete', edit => edit.remove('anns'))
    expect(board.get('anns')).toBeUndefined()
  })

  it('who may add changes what is theirs', () => {
    const { board, shape } = bensBoard('add-only')
    const { stroke } = shape('anns')
    changeAll(board)
    board.rename('Plans')
    board.transact('delete', edit => {
      edit.remove('anns')
      edit.add(box('new', 0, 300, 100, 60, { by: 'ben' }))
    })
    expect([shape('anns').stroke, shape('bens').stroke, board.name]).toEqual([stroke, 'red', ''])
    expect(board.get('new')).toBeDefined()
    expect([board.mayChange(shape('anns')), board.mayChange(shape('new'))]).toEqual([false, true])
  })

  it('and leaves others’ lines alone that hang on what they delete', () => {
    const { board, shape } = bensBoard('add-only')
    board.transact('delete', edit => edit.remove('bens'))
    expect(board.get('bens')).toBeUndefined()
    expect((shape('line') as LineShape).to.shape).toBe('bens')
    const editors = bensBoard('editor')
    editors.board.transact('delete', edit => edit.remove('bens'))
    expect((editors.shape('line') as LineShape).to.shape).toBeUndefined()
  })

  it.each(['commenter', 'viewer'] as const)('a %s changes nothing: the document hears of nothing', role => {
    const { board, updateCount } = bensBoard(role)
    changeAll(board)
    board.rename('Plans')
    board.transact('delete', edit => {
      edit.remove('bens')
      edit.add(box('new', 0, 300, 100, 60, { by: 'ben' }))
    })
    expect(updateCount()).toBe(0)
    expect(board.shapeCount).toBe(3)
  })

  it('who has not been told yet what they may changes nothing', () => {
    const doc = new Doc()
    const board = new YjsBoard(doc, new BoardRights())
    board.transact('draw', edit => edit.add(box('a', 0, 0)))
    expect(doc.store.clients.size).toBe(0)
  })

  it('a board that is not here yet is begun by those who may edit only', () => {
    const doc = new Doc()
    const board = new YjsBoard(doc, new BoardRights({ role: 'add-only', by: 'ben' }))
    board.transact('draw', edit => edit.add(box('a', 0, 0, 100, 60, { by: 'ben' })))
    expect(board.shapeCount).toBe(1)
    expect(doc.getMap('meta').size).toBe(0)
  })

  it('a locked shape is not to be changed as it is, but to be unlocked', () => {
    const { board, shape } = bensBoard('editor')
    board.transact('lock', edit => edit.update('anns', { locked: true }))
    expect(board.mayChange(shape('anns'))).toBe(false)
    board.transact('unlock', edit => edit.update('anns', { locked: false }))
    expect(board.mayChange(shape('anns'))).toBe(true)
  })

  it('steps can be forgotten', () => {
    const { board, shape } = bensBoard('editor')
    changeAll(board)
    board.history.clear()
    board.history.undo()
    expect(board.history.canUndo).toBe(false)
    expect(shape('bens').stroke).toBe('red')
  })
})

it('says when it is known who this is', async () => {
  await new BoardRights({ role: 'viewer', by: 'ann' }).known
  const rights = new BoardRights()
  let isKnown = false
  void rights.known.then(() => {
    isKnown = true
  })
  await Promise.resolve()
  expect(isKnown).toBe(false)
  rights.standing = { role: 'editor', by: 'ann' }
  await rights.known
  expect(isKnown).toBe(true)
})
