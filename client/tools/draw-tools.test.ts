import { describe, expect, it } from 'vitest'
import { decodeInk } from '#shared/board/ink.ts'
import { BoxTool } from './box-tool.ts'
import { EraserTool } from './eraser-tool.ts'
import { HandTool } from './hand-tool.ts'
import { LineTool } from './line-tool.ts'
import { PenTool } from './pen-tool.ts'
import { at, box, createTestContext, drag } from './test-context.ts'
import { NoteTool, TextTool } from './text-tools.ts'

describe('PenTool', () => {
  it('turns one press-drag-release into one stroke and one undo step', () => {
    const { ctx, board, seen, shapes } = createTestContext()
    const pen = new PenTool(ctx)
    pen.down(at(10, 20))
    pen.move(at(30, 40))
    expect(seen.ink).toHaveLength(2)
    expect(shapes()).toHaveLength(0)
    pen.move(at(50, 20))
    pen.up()
    const [stroke] = shapes()
    expect(stroke).toMatchObject({ type: 'stroke', xy: [10, 20], wh: [40, 20], by: 'tester' })
    expect(seen.ink).toBeUndefined()
    board.history.undo()
    expect(shapes()).toHaveLength(0)
  })

  it('draws a dot from a press without a move', () => {
    const { ctx, shapes } = createTestContext()
    drag(new PenTool(ctx), at(5, 5))
    expect(shapes()).toHaveLength(1)
    expect(shapes()[0]).toMatchObject({ wh: [0, 0] })
  })

  it('keeps a real pen’s pressure', () => {
    const { ctx, shapes } = createTestContext()
    const pen = new PenTool(ctx)
    pen.down({ ...at(0, 0, { pointerType: 'pen' }), samples: [[0, 0, 0.2]] })
    pen.move({ ...at(20, 0, { pointerType: 'pen' }), samples: [[20, 0, 0.3]] })
    pen.up()
    const [stroke] = shapes()
    const ink = stroke?.type === 'stroke' ? decodeInk(stroke.points) : undefined
    expect(ink?.hasPressure).toBe(true)
    expect(ink?.points[1]?.[2]).toBeCloseTo(0.3, 1)
  })

  it('leaves nothing when it is cancelled', () => {
    const { ctx, board, seen, shapes } = createTestContext()
    const pen = new PenTool(ctx)
    pen.down(at(0, 0))
    pen.move(at(9, 9))
    pen.cancel()
    pen.up()
    expect(shapes()).toHaveLength(0)
    expect(seen.ink).toBeUndefined()
    expect(board.history.canUndo).toBe(false)
  })

  it('draws straight with Shift', () => {
    const { ctx, seen } = createTestContext()
    const pen = new PenTool(ctx)
    pen.down(at(0, 0))
    pen.move(at(10, 30))
    pen.move(at(40, 0, { shift: true }))
    expect(seen.ink).toEqual([
      [0, 0, 0.5],
      [40, 0, 0.5],
    ])
  })
})

describe('BoxTool', () => {
  it.each([
    ['a plain drag', at(70, 50), { xy: [10, 10], wh: [60, 40] }],
    ['Shift: a square', at(70, 50, { shift: true }), { xy: [10, 10], wh: [60, 60] }],
    ['Alt: from the centre', at(40, 30, { alt: true }), { xy: [-20, -10], wh: [60, 40] }],
    ['up and left', at(-20, -30), { xy: [-20, -30], wh: [30, 40] }],
  ])('%s', (_what, to, expected) => {
    const { ctx, shapes, seen } = createTestContext()
    drag(new BoxTool(ctx, 'rectangle'), at(10, 10), to)
    expect(shapes()[0]).toMatchObject({ type: 'rectangle', ...expected })
    expect(seen.done).toEqual([shapes()[0]?.id])
  })

  it('makes one of a handy size from a click', () => {
    const { ctx, shapes } = createTestContext()
    drag(new BoxTool(ctx, 'ellipse'), at(100, 100), at(101, 100))
    expect(shapes()[0]).toMatchObject({ xy: [20, 50], wh: [160, 100] })
  })

  it('shows a draft while it is dragged, and none after cancel', () => {
    const { ctx, shapes, seen } = createTestContext()
    const tool = new BoxTool(ctx, 'diamond')
    tool.down(at(0, 0))
    tool.move(at(50, 50))
    expect(seen.draft?.[0]).toMatchObject({ type: 'diamond', wh: [50, 50] })
    tool.cancel()
    expect(seen.draft).toBeUndefined()
    expect(shapes()).toHaveLength(0)
  })
})

describe('LineTool', () => {
  it('attaches an arrow’s ends to the shapes they lie on', () => {
    const { ctx, board, shapes } = createTestContext()
    board.transact('draw', edit => {
      edit.add(box('0', 0, 0))
      edit.add(box('1', 300, 0))
    })
    drag(new LineTool(ctx, 'arrow'), at(50, 30), at(200, 30), at(350, 30))
    expect(shapes()[2]).toMatchObject({
      from: { shape: '0', anchor: [0.5, 0.5] },
      to: { shape: '1', anchor: [0.5, 0.5] },
    })
  })

  it('leaves them loose with Ctrl, and a line’s always', () => {
    const { ctx, board, shapes } = createTestContext()
    board.transact('draw', edit => edit.add(box('0', 0, 0)))
    drag(new LineTool(ctx, 'arrow'), at(200, 30), at(50, 30, { mod: true }))
    drag(new LineTool(ctx, 'line'), at(200, 30), at(50, 30))
    for (const line of shapes().slice(1)) expect(line).toMatchObject({ to: { xy: [50, 30] } })
    for (const line of shapes().slice(1)) expect('to' in line && line.to.shape).toBeFalsy()
  })

  it('snaps to 15° with Shift', () => {
    const { ctx, shapes } = createTestContext()
    drag(new LineTool(ctx, 'line'), at(0, 0), at(100, 4, { shift: true }))
    const [line] = shapes()
    expect('to' in (line ?? {}) && line?.type === 'line' && line.to.xy[1]).toBeCloseTo(0)
  })

  it('makes nothing from a click', () => {
    const { ctx, shapes } = createTestContext()
    drag(new LineTool(ctx, 'arrow'), at(0, 0))
    expect(shapes()).toHaveLength(0)
  })
})

describe('text and notes', () => {
  it('a click puts a text and the caret in it', () => {
    const { ctx, shapes, seen } = createTestContext()
    drag(new TextTool(ctx), at(10, 100))
    expect(shapes()[0]).toMatchObject({ type: 'text', xy: [10, 87.5], wrap: false })
    expect(seen.editing).toEqual({ id: shapes()[0]?.id, isNew: true })
  })

  it('a drag puts a text that wraps at its width', () => {
    const { ctx, shapes } = createTestContext()
    drag(new TextTool(ctx), at(10, 100), at(210, 120))
    expect(shapes()[0]).toMatchObject({ type: 'text', wrap: true, wh: [200, 25] })
  })

  it('a click on a text edits it', () => {
    const { ctx, board, shapes, seen } = createTestContext()
    board.transact('draw', edit => edit.add(box('0', 0, 0, 100, 25, { type: 'text', text: 'hi' } as never)))
    drag(new TextTool(ctx), at(50, 10))
    expect(shapes()).toHaveLength(1)
    expect(seen.editing).toEqual({ id: '0', isNew: false })
  })

  it('a note follows the pointer until release', () => {
    const { ctx, shapes, seen } = createTestContext()
    drag(new NoteTool(ctx), at(0, 0), at(200, 200))
    expect(shapes()[0]).toMatchObject({ type: 'note', xy: [120, 120], wh: [160, 160] })
    expect(seen.editing).toMatchObject({ isNew: false })
  })
})

describe('EraserTool', () => {
  it('fades what it passes over and removes it on release, as one step', () => {
    const { ctx, board, seen, shapes } = createTestContext()
    board.transact('draw', edit => {
      for (let i = 0; i < 5; i++) edit.add(box(String(i), i * 200, 0))
    })
    const eraser = new EraserTool(ctx)
    eraser.down(at(-50, 30))
    eraser.move(at(450, 30))
    expect([...seen.faded].sort()).toEqual(['0', '1', '2'])
    expect(shapes()).toHaveLength(5)
    eraser.up()
    expect(shapes()).toHaveLength(2)
    board.history.undo()
    expect(shapes()).toHaveLength(5)
  })

  it('gives everything back when it is cancelled, and spares locked shapes', () => {
    const { ctx, board, seen, shapes } = createTestContext()
    board.transact('draw', edit => {
      edit.add(box('0', 0, 0))
      edit.add(box('1', 200, 0, 100, 60, { locked: true }))
    })
    const eraser = new EraserTool(ctx)
    eraser.down(at(-50, 30))
    eraser.move(at(450, 30))
    expect([...seen.faded]).toEqual(['0'])
    eraser.cancel()
    expect(seen.faded.size).toBe(0)
    expect(shapes()).toHaveLength(2)
  })
})

describe('HandTool', () => {
  it('drags the paper by screen px', () => {
    const { ctx, seen } = createTestContext()
    drag(new HandTool(ctx), at(0, 0), at(10, 5), at(30, 10))
    expect(seen.panned).toEqual([30, 10])
  })
})
