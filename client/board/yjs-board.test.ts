import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import { DEFAULT_STYLE, type LineShape, type Shape } from '#shared/board/shape.ts'
import { spliceBetween } from './shared-text.ts'
import { syncOf } from './test-sync.ts'
import { YjsBoard } from './yjs-board.ts'

const rectangle = (id: string, x = 0, order = 'a0'): Shape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle',
  order,
  locked: false,
  xy: [x, 0],
  wh: [100, 50],
  angle: 0,
  text: '',
  wrap: false,
})

const arrow = (id: string, target: string): LineShape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'arrow',
  order: 'a9',
  locked: false,
  from: { xy: [-200, 25] },
  to: { xy: [50, 25], shape: target, anchor: [0.5, 0.5] },
  via: [],
})

/** Two boards whose documents exchange updates when `sync` is called. */
function two() {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const boards = [new YjsBoard(docs[0]), new YjsBoard(docs[1])] as const
  const sync = syncOf(docs)
  return { docs, boards, left: boards[0], right: boards[1], sync }
}

describe('YjsBoard', () => {
  it('gives back the shape it was given, also after a trip through the document', () => {
    const { left, right, sync } = two()
    const shape = { ...rectangle('r'), fill: 'red', dash: 'dashed' as const, angle: 0.5, text: 'hello' }
    left.transact('draw', edit => edit.add(shape))
    sync()
    expect(left.get('r')).toEqual(shape)
    expect(right.get('r')).toEqual(shape)
  })

  it('keeps two people’s changes to different keys of one shape', () => {
    const { left, right, sync } = two()
    left.transact('draw', edit => edit.add(rectangle('r')))
    sync()
    left.transact('move', edit => edit.update('r', { xy: [500, 500] }))
    right.transact('paint', edit => edit.update('r', { stroke: 'red' }))
    sync()
    expect(left.get('r')).toMatchObject({ xy: [500, 500], stroke: 'red' })
    expect(right.get('r')).toEqual(left.get('r'))
  })

  it('keeps both people’s words in one text', () => {
    const { left, right, sync } = two()
    left.transact('draw', edit => edit.add({ ...rectangle('r'), text: 'middle' } as Shape))
    sync()
    left.textOf('r')?.splice(0, 0, 'front ')
    right.textOf('r')?.splice(6, 0, ' back')
    sync()
    expect(left.get('r')).toMatchObject({ text: 'front middle back' })
    expect(right.get('r')).toMatchObject({ text: 'front middle back' })
  })

  it('tells others’ text changes as splices, and not the field’s own', () => {
    const { left, right, sync } = two()
    left.transact('draw', edit => edit.add({ ...rectangle('r'), text: 'abc' } as Shape))
    sync()
    let field = 'abc'
    const text = left.textOf('r')
    text?.subscribe(splices => {
      for (const { at, removed, inserted } of splices) {
        field = field.slice(0, at) + inserted + field.slice(at + removed)
      }
    })
    field = 'xabc'
    text?.splice(0, 0, 'x')
    right.textOf('r')?.splice(1, 1, 'YY')
    sync()
    expect(field).toBe('xaYYc')
    expect(text?.value).toBe('xaYYc')
  })

  it('undoes one’s own steps only, one gesture one step', () => {
    const { left, right, sync } = two()
    left.transact('draw', edit => edit.add(rectangle('mine')))
    left.transact('move', edit => edit.update('mine', { xy: [10, 10] }))
    left.transact('move', edit => edit.update('mine', { xy: [20, 20] }))
    sync()
    right.transact('draw', edit => edit.add(rectangle('theirs', 300)))
    sync()
    left.history.undo()
    expect(left.get('mine')).toMatchObject({ xy: [10, 10] })
    left.history.undo()
    left.history.undo()
    expect(left.get('mine')).toBeUndefined()
    expect(left.history.canUndo).toBe(false)
    sync()
    expect(right.get('theirs')).toBeDefined()
    expect(right.get('mine')).toBeUndefined()
    left.history.redo()
    expect(left.get('mine')).toMatchObject({ xy: [0, 0] })
  })

  it('leaves what another changed since when it undoes', () => {
    const { left, right, sync } = two()
    left.transact('draw', edit => edit.add(rectangle('r')))
    left.transact('move', edit => edit.update('r', { xy: [10, 10] }))
    sync()
    right.transact('move', edit => edit.update('r', { xy: [77, 77] }))
    sync()
    left.history.undo()
    sync()
    expect(left.get('r')).toMatchObject({ xy: [77, 77] })
    expect(right.get('r')).toMatchObject({ xy: [77, 77] })
  })

  it('joins the transactions of a step', () => {
    const { left } = two()
    left.transact('draw', edit => edit.add(rectangle('r')))
    const step = left.startStep('type')
    left.textOf('r')?.splice(0, 0, 'a')
    left.textOf('r')?.splice(1, 0, 'b')
    step.end()
    left.history.undo()
    expect(left.get('r')).toMatchObject({ text: '' })
  })

  it('undoes an open step piece by piece, and as one when it is over', () => {
    const { left } = two()
    left.transact('draw', edit => edit.add(rectangle('r')))
    const step = left.startStep('type', true)
    step.mark()
    left.textOf('r')?.splice(0, 0, 'one ')
    step.mark()
    left.textOf('r')?.splice(4, 0, 'two')
    step.undo()
    expect(left.get('r')).toMatchObject({ text: 'one ' })
    step.undo()
    step.undo()
    expect(left.get('r')).toMatchObject({ text: '' })
    step.redo()
    left.textOf('r')?.splice(4, 0, 'more')
    step.end()
    expect(left.get('r')).toMatchObject({ text: 'one more' })
    left.history.undo()
    expect(left.get('r')).toBeUndefined()
    left.history.redo()
    expect(left.get('r')).toMatchObject({ text: 'one more' })
  })

  it('leaves no trace of a step that is abandoned', () => {
    const { left } = two()
    left.transact('draw', edit => edit.add(rectangle('before')))
    left.transact('draw', edit => edit.add(rectangle('r')))
    const step = left.startStep('type', true)
    left.textOf('r')?.splice(0, 0, 'a')
    left.textOf('r')?.splice(0, 1, '')
    step.abandon()
    expect(left.get('r')).toBeUndefined()
    expect(left.history.canRedo).toBe(false)
    left.history.undo()
    expect(left.get('before')).toBeUndefined()
  })

  it('a line stays where it is when the shape it hangs on goes, and hangs on it again after undo', () => {
    const { left } = two()
    left.transact('draw', edit => {
      edit.add(rectangle('r'))
      edit.add(arrow('arrow', 'r'))
    })
    left.transact('move', edit => edit.update('r', { xy: [1000, 0] }))
    const before = left.boundsOf('arrow')
    left.transact('delete', edit => edit.remove('r'))
    expect(left.boundsOf('arrow')?.w).toBeCloseTo(before?.w ?? 0)
    left.history.undo()
    expect(left.get('arrow')).toMatchObject({ to: { shape: 'r' } })
  })

  it('skips entries that are not shapes, and counts them', () => {
    const { docs, left } = two()
    docs[0].transact(() => {
      shapesOf(docs[0]).set('number', 7)
      const odd = new Y.Map<unknown>()
      odd.set('base', { type: 'rectangle', order: 'a0', xy: [Number.NaN, 0], wh: [1, 1] })
      shapesOf(docs[0]).set('odd', odd)
    })
    expect(left.shapeCount).toBe(0)
    expect(left.skippedCount).toBe(2)
  })

  it('moves a line with the shape it hangs on, and says so', () => {
    const { left } = two()
    left.transact('draw', edit => {
      edit.add(arrow('arrow', 'r'))
      edit.add(rectangle('r'))
    })
    const before = left.boundsOf('arrow')
    const heard: string[] = []
    left.subscribe(change => heard.push(...change.updated))
    left.transact('move', edit => edit.update('r', { xy: [1000, 0] }))
    expect(heard.sort()).toEqual(['arrow', 'r'])
    expect(left.boundsOf('arrow')?.w).toBeGreaterThan((before?.w ?? 0) + 900)
    expect(left.query({ x: 700, y: 0, w: 10, h: 60 }).map(shape => shape.id)).toEqual(['arrow'])
  })

  it('answers queries in paint order, whatever the order of arrival', () => {
    const { left } = two()
    left.transact('draw', edit => {
      edit.add(rectangle('c', 0, 'a3'))
      edit.add(rectangle('a', 0, 'a1'))
    })
    left.transact('draw', edit => edit.add(rectangle('b', 0, 'a2')))
    const everywhere = { x: -1e4, y: -1e4, w: 2e4, h: 2e4 }
    const order = () => left.query(everywhere).map(shape => shape.id)
    expect(order()).toEqual(['a', 'b', 'c'])
    left.transact('delete', edit => edit.remove('c'))
    left.transact('draw', edit => edit.add(rectangle('d', 0, 'a4')))
    expect(order()).toEqual(['a', 'b', 'd'])
    left.transact('to front', edit => edit.update('a', { order: 'a5' }))
    expect(order()).toEqual(['b', 'd', 'a'])
  })
})

describe('spliceBetween', () => {
  it.each([
    ['', 'a', 1, { at: 0, removed: 0, inserted: 'a' }],
    ['aa', 'aaa', 1, { at: 0, removed: 0, inserted: 'a' }],
    ['aa', 'aaa', 3, { at: 2, removed: 0, inserted: 'a' }],
    ['abc', 'ac', 1, { at: 1, removed: 1, inserted: '' }],
    ['hello', 'help', 4, { at: 3, removed: 2, inserted: 'p' }],
    ['abc', '', 0, { at: 0, removed: 3, inserted: '' }],
    // The two share the first half of their surrogate pair, the next two the second.
    ['a😀b', 'a😁b', 3, { at: 1, removed: 2, inserted: '😁' }],
    ['a😀b', 'a🐀b', 3, { at: 1, removed: 2, inserted: '🐀' }],
  ])('turns %j into %j with the caret at %i', (before, after, caret, splice) => {
    expect(spliceBetween(before, after, caret)).toEqual(splice)
  })
  it('is nothing between equal texts', () => {
    expect(spliceBetween('a', 'a', 1)).toBeUndefined()
  })
})
