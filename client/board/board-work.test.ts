import { expect, it } from 'vitest'
import { BoardWork, type Job } from './board-work.ts'

/** Work whose frames the test steps. */
function setUp() {
  const frames: ((usedMs: number) => void)[] = []
  const work = new BoardWork(() => new Promise<number>(resolve => frames.push(resolve)))
  let stepCount = 0
  function* steps(count: number): Job {
    for (let i = 0; i < count; i++) {
      stepCount++
      yield 'write'
    }
  }
  work.start(steps(1000))
  /** @returns the steps that a frame was used for */
  const frame = async (usedMs: number) => {
    const before = stepCount
    frames.shift()?.(usedMs)
    await new Promise<void>(resolve => queueMicrotask(resolve))
    return stepCount - before
  }
  return { work, frame, count: () => stepCount }
}

it('does a few steps in each frame', async () => {
  const { frame, count } = setUp()
  expect(count()).toBe(1)
  for (let i = 0; i < 20; i++) {
    const stepCount = await frame(2)
    expect(stepCount).toBeGreaterThanOrEqual(1)
    expect(stepCount).toBeLessThanOrEqual(3)
  }
})

it('lets frames go by in which painting took long, but not all of them', async () => {
  const { frame } = setUp()
  const workedIn: boolean[] = []
  for (const usedMs of [2, 12, 2, 12, 12, 30, 12, 12, 12, 2]) workedIn.push((await frame(usedMs)) > 0)
  expect(workedIn).toEqual([true, false, true, false, false, true, false, false, true, true])
})

it('goes on to the end when nothing is waited for', async () => {
  const { work, count } = setUp()
  work.finish()
  expect(count()).toBe(1000)
  expect(work.isBusy).toBe(false)
})
