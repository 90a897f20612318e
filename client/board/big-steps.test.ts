import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readShape, shapesOf } from '#shared/board/layout.ts'
import { DEFAULT_STYLE, type LineShape, type Shape } from '#shared/board/shape.ts'
import { steppedBoards } from './test-sync.ts'
import { YjsBoard } from './yjs-board.ts'

const COUNT = 1200
const EVERYWHERE = { x: -1e6, y: -1e6, w: 2e6, h: 2e6 }

const rectangle = (id: string, order: string): Shape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle',
  order,
  locked: false,
  xy: [Number(id.slice(1)) * 10, 0],
  wh: [100, 50],
  angle: 0,
  text: '',
  wrap: false,
})
const ids = Array.from({ length: COUNT }, (_, i) => `s${i}`)
const order = (i: number) => `a${String(i).padStart(5, '0')}`
const shapes = ids.map((id, i) => rectangle(id, order(i)))

/** A board of many shapes whose frames the test steps, and somebody else's of the same. */
function setUp() {
  const boards = steppedBoards()
  const { docs, work, mine, theirs, sync } = boards
  const inDocument = () => shapesOf(docs[0]).size
  /** What a page that is opened now shows. */
  const reloaded = () => new YjsBoard(docs[0])
  const expectSameAsDocument = () => {
    expect(work.isBusy).toBe(false)
    const all = [...shapesOf(docs[0])].map(([id, entry]) => readShape(id, entry))
    expect(all.map(shape => shape && mine.get(shape.id))).toEqual(all)
    expect(mine.shapeCount).toBe(all.length)
    expect(reloaded().query(EVERYWHERE)).toEqual(mine.query(EVERYWHERE))
  }
  theirs.transact('draw', edit => {
    for (const shape of shapes) edit.add(shape)
  })
  theirs.work.finish()
  sync()
  return { ...boards, inDocument, expectSameAsDocument }
}
type SetUp = ReturnType<typeof setUp>

const removeAll = ({ mine }: SetUp) =>
  mine.transact('delete', edit => {
    for (const id of ids) edit.remove(id)
  })

describe('a change of thousands of shapes', () => {
  it('shows at once, and goes into the document a few at a time', async () => {
    const all = setUp()
    const { mine, work, inDocument, frame } = all
    const heard: number[] = []
    mine.subscribe(change => heard.push(change.removed.length))
    removeAll(all)
    expect(mine.shapeCount).toBe(0)
    expect(mine.query(EVERYWHERE)).toEqual([])
    expect(heard).toEqual([COUNT])
    expect(inDocument()).toBe(COUNT)
    let before = COUNT
    while (work.isBusy) {
      await frame()
      expect(before - inDocument()).toBeLessThanOrEqual(150)
      expect(inDocument()).toBeLessThan(before)
      before = inDocument()
    }
    // Nobody hears twice of what shows already.
    expect(heard).toEqual([COUNT])
    all.expectSameAsDocument()
  })

  it('is one step back and one forth', () => {
    const all = setUp()
    const { mine, work } = all
    mine.transact('draw', edit => edit.add(rectangle('s9999', 'b1')))
    removeAll(all)
    mine.history.undo()
    work.finish()
    expect(mine.shapeCount).toBe(COUNT + 1)
    expect(mine.query(EVERYWHERE).slice(0, -1)).toEqual(shapes)
    mine.history.redo()
    work.finish()
    expect(mine.shapeCount).toBe(1)
    mine.history.undo()
    work.finish()
    mine.history.undo()
    work.finish()
    expect(mine.get('s9999')).toBeUndefined()
    expect(mine.shapeCount).toBe(COUNT)
    expect(mine.history.canUndo).toBe(false)
    mine.history.redo()
    mine.history.redo()
    work.finish()
    expect(mine.shapeCount).toBe(1)
    expect(mine.history.canRedo).toBe(false)
    all.expectSameAsDocument()
  })

  it('comes back a piece a frame', async () => {
    const all = setUp()
    const { mine, work, frame, inDocument } = all
    removeAll(all)
    work.finish()
    mine.history.undo()
    let before = inDocument()
    let frameCount = 0
    while (work.isBusy) {
      await frame()
      frameCount++
      expect(inDocument()).toBeGreaterThan(before)
      expect(inDocument() - before).toBeLessThanOrEqual(150)
      before = inDocument()
    }
    expect(frameCount).toBeGreaterThan(1)
    expect(inDocument()).toBe(COUNT)
    all.expectSameAsDocument()
  })

  it('lets small things be done meanwhile, which are steps after it', async () => {
    const all = setUp()
    const { mine, work, frame, inDocument } = all
    removeAll(all)
    mine.transact('draw', edit => edit.add(rectangle('s9999', 'b1')))
    expect(inDocument()).toBe(COUNT + 1)
    await frame()
    mine.transact('move', edit => edit.update('s9999', { xy: [7, 7] }))
    expect(inDocument()).toBeGreaterThan(1)
    while (work.isBusy) await frame()
    expect(inDocument()).toBe(1)
    all.expectSameAsDocument()
    mine.history.undo()
    expect(mine.get('s9999')).toMatchObject({ xy: [99990, 0] })
    mine.history.undo()
    expect(mine.shapeCount).toBe(0)
    mine.history.undo()
    work.finish()
    expect(mine.shapeCount).toBe(COUNT)
    expect(mine.history.canUndo).toBe(false)
    for (let i = 0; i < 3; i++) mine.history.redo()
    work.finish()
    expect(mine.shapeCount).toBe(1)
    expect(mine.get('s9999')).toMatchObject({ xy: [7, 7] })
    all.expectSameAsDocument()
  })

  it('does not overtake what is done to one of its shapes meanwhile', async () => {
    const all = setUp()
    const { mine, work, frame } = all
    mine.transact('move', edit => {
      for (const id of ids) edit.update(id, { xy: [7, 7], stroke: 'red' })
    })
    await frame()
    mine.transact('move', edit => edit.update('s1199', { xy: [8, 8] }))
    while (work.isBusy) await frame()
    expect(mine.get('s1199')).toMatchObject({ xy: [8, 8], stroke: 'red' })
    all.expectSameAsDocument()
    mine.history.undo()
    expect(mine.get('s1199')).toMatchObject({ xy: [7, 7], stroke: 'red' })
    mine.history.undo()
    work.finish()
    expect(mine.query(EVERYWHERE)).toEqual(shapes)
    expect(mine.history.canUndo).toBe(false)
  })

  it('is followed by other big ones, which show before it is in the document', async () => {
    const all = setUp()
    const { mine, work, frame, inDocument } = all
    mine.transact('move', edit => {
      for (const id of ids) edit.update(id, { xy: [7, 7] })
    })
    mine.transact('paint', edit => {
      for (const id of ids) edit.update(id, { stroke: 'red' })
    })
    expect(mine.get('s1199')).toMatchObject({ xy: [7, 7], stroke: 'red' })
    removeAll(all)
    expect(mine.shapeCount).toBe(0)
    expect(inDocument()).toBe(COUNT)
    while (work.isBusy) await frame()
    all.expectSameAsDocument()
    mine.history.undo()
    work.finish()
    expect(mine.get('s0')).toMatchObject({ xy: [7, 7], stroke: 'red' })
    mine.history.undo()
    work.finish()
    expect(mine.get('s0')).toMatchObject({ xy: [7, 7], stroke: DEFAULT_STYLE.stroke })
    mine.history.undo()
    work.finish()
    expect(mine.query(EVERYWHERE)).toEqual(shapes)
    expect(mine.history.canUndo).toBe(false)
  })

  it('steps back that are asked for meanwhile come after it', async () => {
    const all = setUp()
    const { mine, work, frame } = all
    mine.transact('draw', edit => edit.add(rectangle('s9999', 'b1')))
    removeAll(all)
    mine.history.undo()
    mine.history.undo()
    mine.history.undo()
    while (work.isBusy) await frame()
    expect(mine.shapeCount).toBe(COUNT)
    expect(mine.get('s9999')).toBeUndefined()
    all.expectSameAsDocument()
  })

  it('merges with what others do meanwhile', async () => {
    const all = setUp()
    const { mine, theirs, work, frame, sync } = all
    mine.transact('move', edit => {
      for (const id of ids) edit.update(id, { xy: [7, 7] })
    })
    await frame()
    theirs.transact('draw', edit => edit.add(rectangle('s5000', 'b0')))
    theirs.transact('paint', edit => edit.update('s1199', { stroke: 'red' }))
    theirs.transact('delete', edit => edit.remove('s1198'))
    sync()
    // Not yet in the document, and shown all the same.
    expect(mine.get('s1199')).toMatchObject({ stroke: 'red', xy: [7, 7] })
    expect(mine.get('s1198')).toBeUndefined()
    while (work.isBusy) await frame()
    sync()
    expect(theirs.get('s1199')).toMatchObject({ stroke: 'red', xy: [7, 7] })
    expect(theirs.get('s0')).toMatchObject({ xy: [7, 7] })
    expect(mine.get('s1198')).toBeUndefined()
    expect(mine.get('s5000')).toBeDefined()
    all.expectSameAsDocument()
    mine.history.undo()
    work.finish()
    sync()
    expect(theirs.get('s1199')).toMatchObject({ stroke: 'red', xy: [11990, 0] })
    expect(theirs.shapeCount).toBe(COUNT)
    all.expectSameAsDocument()
  })

  it('does not bring back what is being removed when somebody else changes it meanwhile', async () => {
    const all = setUp()
    const { mine, theirs, work, frame, sync } = all
    removeAll(all)
    await frame()
    theirs.transact('paint', edit => edit.update('s1199', { stroke: 'red' }))
    sync()
    expect(mine.shapeCount).toBe(0)
    while (work.isBusy) await frame()
    sync()
    expect(theirs.shapeCount).toBe(0)
    all.expectSameAsDocument()
  })

  it('of an open step goes on as that step, however often it changes', async () => {
    const all = setUp()
    const { mine, work, frame } = all
    const step = mine.startStep('style')
    for (const opacity of [0.9, 0.8, 0.7]) {
      mine.transact('style', edit => {
        for (const id of ids) edit.update(id, { opacity })
      })
      await frame()
      expect(mine.get('s0')).toMatchObject({ opacity })
      expect(mine.get('s1199')).toMatchObject({ opacity })
    }
    step.end()
    while (work.isBusy) await frame()
    all.expectSameAsDocument()
    mine.history.undo()
    work.finish()
    expect(mine.query(EVERYWHERE)).toEqual(shapes)
    expect(mine.history.canUndo).toBe(false)
    mine.history.redo()
    work.finish()
    expect(mine.get('s1199')).toMatchObject({ opacity: 0.7 })
    all.expectSameAsDocument()
  })

  it('keeps lines where they are whose shapes go, and hangs them on again', () => {
    const all = setUp()
    const { mine, work } = all
    const line: LineShape = {
      ...DEFAULT_STYLE,
      id: 'line',
      type: 'arrow',
      order: 'c0',
      locked: false,
      from: { xy: [0, 0], shape: 's0', anchor: [0.5, 0.5] },
      to: { xy: [0, 0], shape: 's1199', anchor: [0.5, 0.5] },
      via: [],
    }
    mine.transact('draw', edit => edit.add(line))
    const bounds = mine.boundsOf('line')
    removeAll(all)
    expect(mine.boundsOf('line')?.w).toBeCloseTo(bounds?.w ?? 0)
    work.finish()
    all.expectSameAsDocument()
    expect(mine.get('line')).not.toHaveProperty('to.shape')
    mine.history.undo()
    work.finish()
    expect(mine.get('line')).toMatchObject({ from: { shape: 's0' }, to: { shape: 's1199' } })
    all.expectSameAsDocument()
  })

  it('goes on when this person may do more than before', async () => {
    const all = setUp()
    const { rights, work, frame, inDocument } = all
    rights.standing = { role: 'editor', by: 'me' }
    removeAll(all)
    await frame()
    await frame()
    expect(inDocument()).toBeGreaterThan(0)
    rights.standing = { role: 'owner', by: 'me' }
    while (work.isBusy) await frame()
    expect(inDocument()).toBe(0)
    all.expectSameAsDocument()
  })

  it('stops when this person may do less, and shows what there is', async () => {
    const all = setUp()
    const { rights, work, frame, inDocument } = all
    removeAll(all)
    await frame()
    await frame()
    const left = inDocument()
    expect(left).toBeGreaterThan(0)
    rights.standing = { role: 'viewer', by: 'me' }
    await frame()
    expect(work.isBusy).toBe(false)
    expect(inDocument()).toBe(left)
    all.expectSameAsDocument()
  })

  it('says when there is something left to do, and when not any more', async () => {
    const all = setUp()
    const busy: boolean[] = []
    all.work.subscribe(() => busy.push(all.work.isBusy))
    removeAll(all)
    while (all.work.isBusy) await all.frame()
    removeAll(all)
    all.mine.history.undo()
    all.work.finish()
    expect(busy).toEqual([true, false, true, false])
  })

  it('takes back what was put there in one step of many transactions', () => {
    const all = setUp()
    const { mine, work } = all
    const step = mine.startStep('paste')
    for (let at = 0; at < COUNT; at += 150)
      mine.transact('paste', edit => {
        for (const [i, shape] of shapes.slice(at, at + 150).entries())
          edit.add({ ...shape, id: `p${at + i}` } as Shape)
      })
    step.end()
    expect(mine.shapeCount).toBe(2 * COUNT)
    mine.history.undo()
    expect(work.isBusy).toBe(true)
    work.finish()
    expect(mine.shapeCount).toBe(COUNT)
    expect(mine.history.canUndo).toBe(false)
    all.expectSameAsDocument()
  })
})

describe('paint order', () => {
  it('is right after any changes, in whatever order they come', () => {
    let state = 7
    const random = () => {
      state = (state * 16_807) % 2_147_483_647
      return state / 2_147_483_647
    }
    const board = new YjsBoard(new Y.Doc())
    const there = new Map<string, string>()
    for (let round = 0; round < 300; round++) {
      board.transact('change', edit => {
        for (let i = 0; i < 1 + random() * 8; i++) {
          const id = `s${Math.floor(random() * 120)}`
          const key = order(Math.floor(random() * 1000))
          if (!there.has(id)) edit.add(rectangle(id, key))
          else if (random() < 0.4) edit.update(id, { order: key })
          else if (random() < 0.5) edit.update(id, { xy: [round, 0] })
          else {
            edit.remove(id)
            there.delete(id)
            continue
          }
          there.set(id, key)
        }
      })
      const expected = [...shapesById(board, there.keys())].sort((a, b) =>
        a.order === b.order ? (a.id < b.id ? -1 : 1) : a.order < b.order ? -1 : 1,
      )
      expect(board.query(EVERYWHERE).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
      const front = expected.at(-1)
      expect(board.frontOrder()).toBe(front?.order ?? null)
    }
  })
})

function* shapesById(board: YjsBoard, all: Iterable<string>): Generator<Shape> {
  for (const id of all) {
    const shape = board.get(id)
    if (shape) yield shape
  }
}
