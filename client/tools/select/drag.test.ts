import { describe, expect, it } from 'vitest'
import type { Shape } from '#shared/board/shape.ts'
import type { ShapePatch } from '../../board/board.ts'
import { at, box, createTestContext } from '../test-context.ts'
import { SelectTool } from './select-tool.ts'

/** The shape lies at 0, 0 and is 100 × 60; its frame's corner handle is at 106, 66 and the one to turn it at 50, -32. */
const GESTURES = {
  move: [at(50, 30), at(80, 30)],
  resize: [at(106, 66), at(206, 126)],
  turn: [at(50, -32), at(112, 30)],
} as const

function underDrag(gesture: keyof typeof GESTURES, meanwhile: ShapePatch) {
  const { ctx, board, seen } = createTestContext()
  board.transact('draw', edit => edit.add(box('0', 0, 0)))
  ctx.selection.set(['0'])
  const tool = new SelectTool(ctx)
  const [from, to] = GESTURES[gesture]
  tool.down(from)
  tool.move(to)
  board.transact('somebody else', edit => edit.update('0', meanwhile))
  tool.move(to)
  const draft = seen.draft?.[0]
  tool.up()
  return { draft, after: board.get('0') }
}

describe('what others do to a shape while it is dragged', () => {
  it.each<[string, keyof typeof GESTURES, ShapePatch, Partial<Shape> & Record<string, unknown>]>([
    ['moved and sized', 'move', { wh: [300, 200] }, { xy: [30, 0], wh: [300, 200] }],
    ['moved and turned', 'move', { angle: 1 }, { xy: [30, 0], angle: 1 }],
    ['sized and restyled', 'resize', { stroke: 'red' }, { wh: [200, 120], stroke: 'red' }],
    ['turned and moved', 'turn', { xy: [500, 500] }, { xy: [500, 500], angle: Math.PI / 2 }],
    ['turned and sized', 'turn', { wh: [10, 10] }, { wh: [10, 10], angle: Math.PI / 2 }],
  ])('%s: both stay, and show already in the draft', (_what, gesture, meanwhile, expected) => {
    const { draft, after } = underDrag(gesture, meanwhile)
    expect(after).toMatchObject(expected)
    expect(draft).toMatchObject(expected)
  })

  it('a shape that is deleted is drafted no more', () => {
    const { ctx, board, seen } = createTestContext()
    board.transact('draw', edit => edit.add(box('0', 0, 0)))
    ctx.selection.set(['0'])
    const tool = new SelectTool(ctx)
    tool.down(at(50, 30))
    tool.move(at(80, 30))
    board.transact('somebody else', edit => edit.remove('0'))
    tool.move(at(90, 30))
    expect(seen.draft).toEqual([])
  })
})
