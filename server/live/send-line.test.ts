import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { SendLine } from './send-line.ts'

const MB = 1 << 20

function lineOf(count: number, bytes: number) {
  const clock = new ManualClock()
  const line = new SendLine(clock)
  const started: number[] = []
  const readers = Array.from({ length: count }, () => ({ bufferedBytes: 0 }))
  readers.forEach((reader, i) => {
    line.add(reader, () => {
      started.push(i)
      reader.bufferedBytes = bytes
    })
  })
  return { clock, line, readers, started }
}

describe('the line', () => {
  it('sends at once as long as less than 32 MiB are on the way', () => {
    expect(lineOf(100, 0.25 * MB).started.length).toBe(100)
    expect(lineOf(100, 20 * MB).started).toEqual([0, 1])
    expect(lineOf(2, 100 * MB).started).toEqual([0])
  })

  it('goes on in order as they drain', () => {
    const { clock, readers, started } = lineOf(5, 20 * MB)
    for (const reader of readers.slice(0, 2)) reader.bufferedBytes = 1000
    clock.advance(5)
    expect(started).toEqual([0, 1, 2, 3])
  })

  it('does not wait for a reader who is slow', () => {
    const { clock, readers, started } = lineOf(6, 20 * MB)
    clock.advance(30)
    expect(started).toEqual([0, 1, 2, 3])
    // 2 takes 60 MB/s, 3 takes nothing.
    const fast = readers[2]
    if (fast) fast.bufferedBytes -= 1.8 * MB
    clock.advance(30)
    expect(started).toEqual([0, 1, 2, 3, 4])
  })

  it('forgets who is gone, and keeps the place of who asks again', () => {
    const { clock, line, readers, started } = lineOf(4, 40 * MB)
    const [first, second, third] = readers
    if (!first || !second || !third) throw new Error('there are four')
    line.add(third, () => started.push(33))
    line.delete(second)
    line.delete(first)
    clock.advance(5)
    expect(started).toEqual([0, 33, 3])
  })
})
