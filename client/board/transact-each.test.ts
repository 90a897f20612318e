import { describe, expect, it } from 'vitest'
import { shapesOf } from '#shared/board/layout.ts'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { steppedBoards } from './test-sync.ts'

const COUNT = 1200
const EVERYWHERE = { x: -1e6, y: -1e6, w: 2e6, h: 2e6 }
const ids = Array.from({ length: COUNT }, (_, i) => `s${i}`)

const rectangle = (id: string): Shape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle',
  order: `a${id.slice(1).padStart(5, '0')}`,
  locked: false,
  xy: [Number(id.slice(1)) * 10, 0],
  wh: [100, 50],
  angle: 0,
  text: '',
  wrap: false,
})

/** A board of many shapes whose frames the test steps, and somebody else's of the same. */
function setUp() {
  const { docs, work, rights, mine, theirs, sync, frame } = steppedBoards()
  const rest = async () => {
    while (work.isBusy) await frame()
  }
  theirs.transact('draw', edit => {
    for (const id of ids) edit.add(rectangle(id))
  })
  theirs.work.finish()
  sync()
  const told: string[] = []
  const shown = (what: string) => ({ shown: () => void told.push(what) })
  const each = (label: string, change: (id: string) => Partial<Shape>, options = {}) =>
    mine.transactEach(
      label,
      function* (edit) {
        for (const id of ids) yield edit.update(id, change(id))
      },
      options,
    )
  const removeEach = (options = {}) =>
    mine.transactEach(
      'delete',
      function* (edit) {
        for (const id of ids) yield edit.remove(id)
      },
      options,
    )
  const inDocument = () => shapesOf(docs[0]).size
  return { docs, work, rights, mine, theirs, sync, rest, told, shown, each, removeEach, inDocument }
}

const xOf = (shape: Shape | undefined) => (shape && 'xy' in shape ? shape.xy[0] : undefined)

describe('transactEach', () => {
  it('of a few shapes is done at once', () => {
    const { mine, told, shown, work, inDocument } = setUp()
    mine.transactEach(
      'delete',
      function* (edit) {
        for (const id of ids.slice(0, 20)) yield edit.remove(id)
      },
      shown('delete'),
    )
    expect(told).toEqual(['delete'])
    expect(work.isBusy).toBe(false)
    expect(inDocument()).toBe(COUNT - 20)
  })

  it('of thousands shows more and more, and says when it shows all', async () => {
    const { mine, told, shown, work, removeEach, rest, inDocument } = setUp()
    const pieces: boolean[] = []
    mine.subscribe(({ isPiece }) => pieces.push(isPiece))
    removeEach(shown('delete'))
    expect(mine.shapeCount).toBeLessThan(COUNT)
    expect(mine.shapeCount).toBeGreaterThan(0)
    expect(work.isShown).toBe(false)
    expect(told).toEqual([])
    work.show()
    expect(mine.shapeCount).toBe(0)
    expect(work.isShown).toBe(true)
    expect(told).toEqual(['delete'])
    expect(inDocument()).toBe(COUNT)
    await rest()
    expect(inDocument()).toBe(0)
    expect(pieces.every(Boolean)).toBe(true)
    expect(told).toEqual(['delete'])
  })

  it('is done at once as long as the code for more has not come', () => {
    const { theirs } = setUp()
    const told: string[] = []
    theirs.transactEach(
      'delete',
      function* (edit) {
        for (const id of ids) yield edit.remove(id)
      },
      { shown: () => told.push('delete') },
    )
    expect(theirs.shapeCount).toBe(0)
    expect(theirs.work.isBusy).toBe(false)
    expect(told).toEqual(['delete'])
  })

  it('is one step, back and forth', async () => {
    const { mine, removeEach, rest } = setUp()
    removeEach()
    await rest()
    mine.history.undo()
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
    expect(mine.history.canUndo).toBe(false)
    mine.history.redo()
    await rest()
    expect(mine.shapeCount).toBe(0)
    expect(mine.history.canRedo).toBe(false)
  })

  it('taken back before it is shown comes onto the board first, as one step', async () => {
    const { mine, removeEach, rest } = setUp()
    removeEach()
    mine.history.undo()
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
    expect(mine.history.canUndo).toBe(false)
    mine.history.redo()
    await rest()
    expect(mine.shapeCount).toBe(0)
  })

  it('reads what others have changed before its turn', async () => {
    const { mine, theirs, sync, each, rest } = setUp()
    each('move', id => ({ xy: [(xOf(mine.get(id)) ?? 0) + 1, 0] }) as Partial<Shape>)
    theirs.transact('move', edit => edit.update('s1199', { xy: [500, 0] }))
    theirs.transact('delete', edit => edit.remove('s1198'))
    theirs.transact('paint', edit => edit.update('s0', { stroke: 'red' }))
    sync()
    await rest()
    sync()
    for (const board of [mine, theirs]) {
      expect(board.get('s0')).toMatchObject({ xy: [1, 0], stroke: 'red' })
      expect(board.get('s1199')).toMatchObject({ xy: [501, 0] })
      expect(board.get('s1198')).toBeUndefined()
    }
    mine.history.undo()
    await rest()
    sync()
    expect(theirs.get('s0')).toMatchObject({ xy: [0, 0], stroke: 'red' })
    expect(theirs.get('s1199')).toMatchObject({ xy: [500, 0] })
  })

  it('shows all before what comes after it reads a shape', async () => {
    const { mine, each, rest, told, shown } = setUp()
    each('move', () => ({ xy: [7, 7] }) as Partial<Shape>, shown('move'))
    mine.transact('grow', edit => {
      edit.update('s1199', { wh: [2 * (xOf(mine.get('s1199')) ?? 0), 14] })
    })
    expect(told).toEqual(['move'])
    await rest()
    expect(mine.get('s1199')).toMatchObject({ xy: [7, 7], wh: [14, 14] })
    mine.history.undo()
    expect(mine.get('s1199')).toMatchObject({ xy: [7, 7], wh: [100, 50] })
    mine.history.undo()
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
  })

  it('goes on with the last step of the same name, if that is still under way', async () => {
    const { mine, each, rest } = setUp()
    const by1 = (id: string) => ({ xy: [(xOf(mine.get(id)) ?? 0) + 1, 0] }) as Partial<Shape>
    each('move', by1, { goesOn: true })
    each('move', by1, { goesOn: true })
    await rest()
    each('move', by1, { goesOn: true })
    await rest()
    expect(mine.get('s5')).toMatchObject({ xy: [53, 0] })
    mine.history.undo()
    await rest()
    expect(mine.get('s5')).toMatchObject({ xy: [52, 0] })
    mine.history.undo()
    await rest()
    expect(mine.get('s5')).toMatchObject({ xy: [50, 0] })
    expect(mine.history.canUndo).toBe(false)
  })

  it('does not go on with a step that something was done after', async () => {
    const { mine, each, rest } = setUp()
    each('move', () => ({ xy: [1, 1] }) as Partial<Shape>, { goesOn: true })
    mine.transact('draw', edit => edit.add(rectangle('s9999')))
    each('move', () => ({ xy: [2, 2] }) as Partial<Shape>, { goesOn: true })
    await rest()
    mine.history.undo()
    await rest()
    expect(mine.get('s1199')).toMatchObject({ xy: [1, 1] })
    mine.history.undo()
    await rest()
    expect(mine.get('s9999')).toBeUndefined()
    expect(mine.get('s1199')).toMatchObject({ xy: [1, 1] })
  })

  it('of an open step that ends before it is shown is that step', async () => {
    const { mine, each, rest } = setUp()
    const step = mine.startStep('style')
    mine.transact('style', edit => edit.update('s0', { opacity: 0.9 }))
    each('style', () => ({ opacity: 0.8 }))
    step.end()
    await rest()
    expect(mine.get('s1199')).toMatchObject({ opacity: 0.8 })
    mine.history.undo()
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
    expect(mine.history.canUndo).toBe(false)
  })

  it('lets a text be typed into meanwhile, with its own steps', async () => {
    const { mine, removeEach, each, rest } = setUp()
    each('paint', () => ({ stroke: 'red' }))
    const step = mine.startStep('edit text')
    mine.textOf('s1199')?.splice(0, 0, 'one')
    step.mark()
    await rest()
    mine.textOf('s1199')?.splice(3, 0, ' two')
    step.undo()
    expect(mine.get('s1199')).toMatchObject({ text: 'one', stroke: 'red' })
    step.undo()
    step.undo()
    expect(mine.get('s1199')).toMatchObject({ text: '', stroke: 'red' })
    step.redo()
    step.end()
    expect(mine.get('s1199')).toMatchObject({ text: 'one', stroke: 'red' })
    mine.history.undo()
    mine.history.undo()
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
    removeEach()
    await rest()
    expect(mine.shapeCount).toBe(0)
  })

  it('stops when this person’s role is another, and says so', async () => {
    const { mine, rights, removeEach, rest, told, shown, inDocument } = setUp()
    removeEach(shown('delete'))
    rights.standing = { role: 'viewer', by: 'me' }
    await rest()
    expect(told).toEqual(['delete'])
    expect(inDocument()).toBe(COUNT)
    expect(mine.query(EVERYWHERE)).toEqual(ids.map(rectangle))
    removeEach(shown('refused'))
    expect(told).toEqual(['delete', 'refused'])
  })

  it('leaves what the owner has come to hold meanwhile', async () => {
    const { mine, docs, rights, removeEach, rest } = setUp()
    rights.standing = { role: 'editor', by: 'me' }
    removeEach()
    docs[0].getMap('held').set('s1199', { by: 'owner' })
    await rest()
    expect(mine.query(EVERYWHERE)).toEqual([rectangle('s1199')])
  })
})
