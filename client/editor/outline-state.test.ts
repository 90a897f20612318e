import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDocument, YjsBoard } from '../board/yjs-board.ts'
import { box } from '../tools/test-context.ts'
import { OutlineState } from './outline-state.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** @param tookMs  what listing the shapes in view takes each time */
function setUp(tookMs: () => number) {
  const board = new YjsBoard(createDocument())
  const outline = new OutlineState(
    board,
    {
      get viewport() {
        now += tookMs()
        return { x: 0, y: 0, w: 1000, h: 1000 }
      },
    },
    () => [],
  )
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const labels = () => outline.cell.value.map(({ label }) => label)
  const draw = (id: string) => {
    board.transact('draw', edit => edit.add(box(id, 0, 0)))
    outline.boardChanged()
  }
  return { draw, labels }
}

it('lists what is in view a moment after it has changed', () => {
  const { draw, labels } = setUp(() => 0)
  draw('a')
  vi.advanceTimersByTime(99)
  expect(labels()).toEqual([])
  vi.advanceTimersByTime(1)
  expect(labels()).toEqual(['Rectangle'])
})

it('takes its time where listing takes long, but keeps nobody waiting after one slow moment', () => {
  const times = [30, 5000]
  const { draw, labels } = setUp(() => times.shift() ?? 0)
  draw('a')
  vi.advanceTimersByTime(100)
  draw('b')
  vi.advanceTimersByTime(599)
  expect(labels()).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(labels()).toHaveLength(2)
  draw('c')
  vi.advanceTimersByTime(1500)
  expect(labels()).toHaveLength(3)
})
