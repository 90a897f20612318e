import { describe, expect, it } from 'vitest'
import { Doc } from 'yjs'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { YjsBoard } from '../board/yjs-board.ts'
import { type PasteAnswer, takeShapes } from './big-paste.ts'
import { copiesAt } from './pasted-shapes.ts'

const rectangle = (id: string, x = 0): Shape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle',
  order: `a${id}`,
  locked: false,
  xy: [x, 0],
  wh: [100, 50],
  angle: 0,
  text: '',
  wrap: false,
})

/** A board that shapes come to from a worker's port, whose messages the test sends. */
function setUp() {
  const board = new YjsBoard(new Doc())
  const source: Parameters<typeof takeShapes>[1] = { onmessage: null, onerror: null }
  const abort = new AbortController()
  const taken = takeShapes(board, source, () => {}, abort.signal)
  const answer = (data: PasteAnswer) =>
    source.onmessage?.call(source as Worker, new MessageEvent('message', { data }))
  return { board, source, abort, taken, answer }
}

describe('takeShapes', () => {
  it('puts each few on the board as they come, all of them one undo step', async () => {
    const { board, taken, answer } = setUp()
    answer([rectangle('1'), rectangle('2')])
    expect(board.shapeCount).toBe(2)
    answer([rectangle('3')])
    answer('end')
    expect(await taken).toEqual(['1', '2', '3'])
    board.history.undo()
    expect(board.shapeCount).toBe(0)
    expect(board.history.canUndo).toBe(false)
    board.history.redo()
    expect(board.shapeCount).toBe(3)
  })

  it('leaves the step before it alone', async () => {
    const { board, taken, answer } = setUp()
    answer([rectangle('1')])
    answer('end')
    await taken
    board.transact('draw', edit => edit.add(rectangle('2')))
    board.history.undo()
    expect(board.get('1')).toBeDefined()
    expect(board.get('2')).toBeUndefined()
  })

  it('brings nothing more once it is undone', async () => {
    const { board, source, taken, answer } = setUp()
    answer([rectangle('1')])
    board.history.undo()
    await taken
    expect(source.onmessage).toBeNull()
    expect(board.shapeCount).toBe(0)
  })

  it('ends with the page, and where there are no shapes', async () => {
    const left = setUp()
    left.answer([rectangle('1')])
    left.abort.abort()
    expect(await left.taken).toEqual(['1'])
    const words = setUp()
    words.answer('no-shapes')
    expect(await words.taken).toBeUndefined()
    expect(words.board.history.canUndo).toBe(false)
  })
})

describe('copiesAt', () => {
  it('puts the middle of all at the place, in front, under new ids', () => {
    const place = { frontOrder: 'b00', centre: [500, 500] as const, by: 'me' }
    const copies = copiesAt([rectangle('1'), rectangle('2', 200)], place)
    expect(copies.map(copy => 'xy' in copy && copy.xy)).toEqual([
      [350, 475],
      [550, 475],
    ])
    expect(copies.every(({ by, order, id }) => by === 'me' && order > 'b00' && id !== '1')).toBe(true)
  })
})
