import { expect, it } from 'vitest'
import { InTurn } from './in-turn.ts'

function setUp() {
  const frames: (() => void)[] = []
  const inTurn = new InTurn(turn => frames.push(turn))
  const done: string[] = []
  const [a, b] = [() => void done.push('a'), () => void done.push('b')]
  const frame = () => {
    for (const turn of frames.splice(0)) turn()
  }
  return { inTurn, done, a, b, frame }
}

it('does one thing a frame, each once', () => {
  const { inTurn, done, a, b, frame } = setUp()
  for (const task of [a, b, a, b]) inTurn.ask(task)
  expect(done).toEqual([])
  frame()
  expect(done).toEqual(['a'])
  inTurn.ask(a)
  frame()
  frame()
  frame()
  expect(done).toEqual(['a', 'b', 'a'])
})

it('does nothing any more when it is closed', () => {
  const { inTurn, done, a, frame } = setUp()
  inTurn.ask(a)
  inTurn.close()
  frame()
  expect(done).toEqual([])
  inTurn.ask(a)
  frame()
  expect(done).toEqual(['a'])
})
