import { describe, expect, it } from 'vitest'
import { at, box, createTestContext, drag } from '../test-context.ts'
import { resizeBox } from './resize.ts'
import { SelectTool } from './select-tool.ts'

function withBoxes() {
  const test = createTestContext()
  test.board.transact('draw', edit => {
    edit.add(box('0', 0, 0))
    edit.add(box('1', 200, 0))
    edit.add(box('2', 0, 200))
  })
  return { ...test, tool: new SelectTool(test.ctx) }
}

describe('SelectTool: selecting', () => {
  it('selects what is clicked, adds with Shift, lets go on nothing', () => {
    const { tool, seen } = withBoxes()
    drag(tool, at(50, 30))
    expect(seen.selected).toEqual(['0'])
    drag(tool, at(250, 30, { shift: true }))
    expect(seen.selected).toEqual(['0', '1'])
    drag(tool, at(250, 30, { shift: true }))
    expect(seen.selected).toEqual(['0'])
    drag(tool, at(600, 600))
    expect(seen.selected).toEqual([])
  })

  it('takes the front-most of what overlaps, and an empty shape only by its outline', () => {
    const { board, tool, seen } = withBoxes()
    board.transact('draw', edit => {
      edit.add(box('3', 20, 20))
      edit.add(box('4', -50, -50, 400, 400, { fill: 'none' }))
    })
    drag(tool, at(50, 30))
    expect(seen.selected).toEqual(['3'])
    drag(tool, at(350, 100))
    expect(seen.selected).toEqual(['4'])
  })

  it('selects by a dragged box, and keeps what was selected with Shift', () => {
    const { tool, seen } = withBoxes()
    drag(tool, at(150, -20), at(350, 100))
    expect(seen.selected).toEqual(['1'])
    drag(tool, at(-20, 150, { shift: true }), at(120, 300, { shift: true }))
    expect(seen.selected).toEqual(['1', '2'])
    expect(seen.brush).toBeUndefined()
  })

  it('by a box over more than are outlined is told in steps, and all of it on release', () => {
    const test = createTestContext()
    test.board.transact('draw', edit => {
      for (let i = 0; i < 900; i++) edit.add(box(`${i}`, (i % 30) * 10, Math.floor(i / 30) * 10, 5, 5))
    })
    let told = 0
    const selection = {
      get ids() {
        return test.ctx.selection.ids
      },
      set: (ids: readonly string[]) => {
        told++
        test.ctx.selection.set(ids)
      },
    }
    const tool = new SelectTool({ ...test.ctx, selection })
    tool.down(at(-20, -20))
    tool.move(at(299, 250))
    told = 0
    for (let y = 251; y <= 298; y++) tool.move(at(299, y))
    expect(told).toBeLessThanOrEqual(6)
    tool.up()
    expect(test.seen.selected).toHaveLength(900)
  })

  it('gives the selection back when a dragged box is cancelled', () => {
    const { tool, seen } = withBoxes()
    tool.down(at(-20, -20))
    tool.move(at(400, 400))
    expect(seen.selected).toHaveLength(3)
    tool.cancel()
    expect(seen.selected).toEqual([])
  })

  it('does not select locked shapes', () => {
    const { board, tool, seen } = withBoxes()
    board.transact('lock', edit => edit.update('0', { locked: true }))
    drag(tool, at(50, 30))
    expect(seen.selected).toEqual([])
  })
})

describe('SelectTool: moving', () => {
  it('moves the selection once, on release', () => {
    const { board, tool, seen } = withBoxes()
    tool.down(at(50, 30))
    tool.move(at(70, 50))
    expect(board.get('0')).toMatchObject({ xy: [0, 0] })
    expect(seen.draft?.[0]).toMatchObject({ id: '0', xy: [20, 20] })
    tool.move(at(150, 130))
    tool.up()
    expect(board.get('0')).toMatchObject({ xy: [100, 100] })
    board.history.undo()
    expect(board.get('0')).toMatchObject({ xy: [0, 0] })
  })

  it('moves by whole pixels, so that what is dropped stays where it was shown', () => {
    const { board, tool, seen } = withBoxes()
    tool.down(at(50, 30))
    tool.move(at(70.3, 50.2))
    expect(seen.draft?.[0]).toMatchObject({ xy: [20.5, 20] })
    tool.up()
    expect(board.get('0')).toMatchObject({ xy: [20.5, 20] })
  })

  it('keeps to an axis with Shift and leaves copies with Alt', () => {
    const { board, tool, seen, shapes } = withBoxes()
    drag(tool, at(50, 30), at(150, 50, { shift: true }))
    expect(board.get('0')).toMatchObject({ xy: [100, 0] })
    drag(tool, at(150, 30), at(150, 130, { alt: true }))
    expect(board.get('0')).toMatchObject({ xy: [100, 0] })
    expect(shapes()).toHaveLength(4)
    expect(board.get(seen.selected[0] ?? '')).toMatchObject({ xy: [100, 100] })
  })

  it('survives that somebody deletes the shape under the drag', () => {
    const { board, tool } = withBoxes()
    tool.down(at(50, 30))
    tool.move(at(90, 90))
    board.transact('delete', edit => edit.remove('0'))
    tool.move(at(99, 99))
    tool.up()
    expect(board.get('0')).toBeUndefined()
  })

  it('cancel leaves everything where it was', () => {
    const { board, tool, seen } = withBoxes()
    tool.down(at(50, 30))
    tool.move(at(90, 90))
    tool.cancel()
    tool.up()
    expect(board.get('0')).toMatchObject({ xy: [0, 0] })
    expect(seen.draft).toBeUndefined()
  })

  it('lets an arrow go of what stays when it is dragged away', () => {
    const { ctx, board, tool } = withBoxes()
    ctx.board.transact('draw', edit =>
      edit.add({
        ...box('9', 0, 0),
        type: 'arrow',
        from: { xy: [50, 30], shape: '0', anchor: [0.5, 0.5] },
        to: { xy: [250, 30], shape: '1', anchor: [0.5, 0.5] },
        via: [],
      } as never),
    )
    drag(tool, at(150, 30), at(150, 130))
    const arrow = board.get('9')
    expect(arrow?.type === 'arrow' && arrow.from.shape).toBeFalsy()
    expect(arrow?.type === 'arrow' && arrow.from.xy[1]).toBeCloseTo(130)
  })
})

describe('SelectTool: sizing and turning', () => {
  it('sizes by a corner; Shift keeps proportions', () => {
    const { board, tool } = withBoxes()
    drag(tool, at(50, 30))
    drag(tool, at(106, 66), at(156, 96))
    expect(board.get('0')).toMatchObject({ xy: [0, 0], wh: [150, 90] })
    drag(tool, at(156, 96), at(306, 96, { shift: true }))
    expect(board.get('0')).toMatchObject({ xy: [0, 0], wh: [300, 180] })
  })

  it('turns by the handle above; Shift snaps', () => {
    const { board, tool } = withBoxes()
    drag(tool, at(50, 30))
    drag(tool, at(50, -32), at(120, 30))
    expect(board.get('0')).toMatchObject({ angle: Math.PI / 2 })
  })

  it('sizes a turned shape in its own direction', () => {
    const { board, tool } = withBoxes()
    board.transact('turn', edit => edit.update('0', { angle: Math.PI / 2 }))
    drag(tool, at(50, 30))
    // Turned by 90° about (50, 30), the frame's right edge is at the bottom.
    drag(tool, at(50, 86), at(50, 106))
    const shape = board.get('0')
    expect(shape).toMatchObject({ wh: [120, 60] })
    expect(shape && 'xy' in shape && shape.xy.map(Math.round)).toEqual([-10, 10])
  })

  it('sizes several as one', () => {
    const { board, tool } = withBoxes()
    drag(tool, at(-50, -50), at(400, 400))
    drag(tool, at(306, 266), at(606, 526))
    expect(board.get('1')).toMatchObject({ xy: [400, 0], wh: [200, 120] })
    expect(board.get('2')).toMatchObject({ xy: [0, 400], wh: [200, 120] })
  })
})

describe('SelectTool: texts', () => {
  it('a double click edits a shape’s text, and puts a text where nothing is', () => {
    const { tool, seen, shapes } = withBoxes()
    tool.doubleClick(at(50, 30))
    expect(seen.editing).toEqual({ id: '0', isNew: false })
    tool.doubleClick(at(500, 500))
    expect(seen.editing?.isNew).toBe(true)
    expect(shapes().at(-1)?.type).toBe('text')
  })
})

describe('resizeBox', () => {
  const from = { x: 0, y: 0, w: 100, h: 50 }
  it.each([
    ['se', [10, 20], { keepsRatio: false, fromCentre: false }, { x: 0, y: 0, w: 110, h: 70 }],
    ['nw', [10, 20], { keepsRatio: false, fromCentre: false }, { x: 10, y: 20, w: 90, h: 30 }],
    ['e', [10, 20], { keepsRatio: false, fromCentre: false }, { x: 0, y: 0, w: 110, h: 50 }],
    ['e', [10, 0], { keepsRatio: false, fromCentre: true }, { x: -10, y: 0, w: 120, h: 50 }],
    ['n', [0, -50], { keepsRatio: true, fromCentre: false }, { x: -50, y: -50, w: 200, h: 100 }],
    ['se', [-500, -500], { keepsRatio: false, fromCentre: false }, { x: 0, y: 0, w: 1, h: 1 }],
  ] as const)('%s by %j %j', (handle, by, options, expected) => {
    expect(resizeBox(from, handle, by, options)).toEqual(expected)
  })
})
