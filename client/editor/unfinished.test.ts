import { expect, it, vi } from 'vitest'
import { Cell } from './cell.ts'
import { unfinished } from './unfinished.ts'

it('is busy as long as anything is to be done, and tells of each', () => {
  const working = new Cell(false)
  const work = {
    get isBusy() {
      return working.value
    },
    subscribe: (listener: () => void) => working.subscribe(listener),
  }
  const pictures = new Cell(0)
  const isFitting = new Cell(false)
  const all = unfinished(work, pictures, isFitting)
  const told = vi.fn(() => all.isBusy)
  const stop = all.subscribe(told)
  expect(all.isBusy).toBe(false)
  working.set(true)
  pictures.set(2)
  working.set(false)
  isFitting.set(true)
  pictures.set(0)
  isFitting.set(false)
  expect(told.mock.results.map(({ value }) => value)).toEqual([true, true, true, true, true, false])
  stop()
  working.set(true)
  expect(told).toHaveBeenCalledTimes(6)
})
