/** Tools in the hands of somebody who may only change what is theirs. */
import { beforeEach, expect, it } from 'vitest'
import { EraserTool } from './eraser-tool.ts'
import { SelectTool } from './select/select-tool.ts'
import { at, box, createTestContext, drag } from './test-context.ts'
import { TextTool } from './text-tools.ts'

let test: ReturnType<typeof createTestContext>
beforeEach(() => {
  test = createTestContext()
  test.board.transact('draw', edit => {
    edit.add(box('anns', 0, 0, 100, 60, { by: 'ann' }))
    edit.add(box('bens', 300, 0, 100, 60, { by: 'ben' }))
    edit.add(box('locked', 600, 0, 100, 60, { by: 'ben', locked: true }))
  })
  test.board.rights.standing = { role: 'add-only', by: 'ben' }
})
const places = () => test.shapes().map(shape => ('xy' in shape ? shape.xy[0] : undefined))

it('select moves what is theirs, and says so of what is not', () => {
  const tool = new SelectTool(test.ctx)
  drag(tool, at(320, 20), at(340, 20))
  expect(places()).toEqual([0, 320, 600])
  expect(test.seen.notYoursCount).toBe(0)
  drag(tool, at(20, 20), at(60, 20))
  expect(places()).toEqual([0, 320, 600])
  expect(test.seen.notYoursCount).toBe(1)
})

it('a box selects what is theirs', () => {
  drag(new SelectTool(test.ctx), at(-50, -50), at(800, 200))
  expect(test.seen.selected).toEqual(['bens'])
})

it('a double click opens the text of what is theirs', () => {
  const tool = new SelectTool(test.ctx)
  tool.doubleClick(at(20, 20))
  expect(test.seen.editing).toBeUndefined()
  tool.doubleClick(at(320, 20))
  expect(test.seen.editing).toEqual({ id: 'bens', isNew: false })
})

it('the eraser takes what is theirs along, and speaks up when that is nothing', () => {
  const tool = new EraserTool(test.ctx)
  drag(tool, at(-20, 30), at(450, 30))
  expect(test.shapes().map(({ id }) => id)).toEqual(['anns', 'locked'])
  expect(test.seen.notYoursCount).toBe(0)
  drag(tool, at(-20, 30), at(150, 30))
  expect(test.shapes()).toHaveLength(2)
  expect(test.seen.notYoursCount).toBe(1)
  // A lock says so by itself.
  drag(tool, at(550, 30), at(750, 30))
  expect(test.seen.notYoursCount).toBe(1)
})

it('a click with the text tool on somebody else’s text puts one of one’s own', () => {
  test.board.rights.standing = { role: 'editor', by: 'ann' }
  test.board.transact('draw', edit =>
    edit.add(box('words', 0, 300, 100, 60, { type: 'text', text: 'hello', by: 'ann' })),
  )
  test.board.rights.standing = { role: 'add-only', by: 'ben' }
  drag(new TextTool({ ...test.ctx, by: () => 'ben' }), at(20, 330))
  expect(test.shapes()).toHaveLength(5)
  expect(test.seen.editing?.id).not.toBe('words')
})
