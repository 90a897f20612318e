import { expect, it } from 'vitest'
import { KeyedBuckets, TokenBucket } from './rate-limit.ts'

it('a full bucket gives its burst at once and then what flows in', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, 0)
  expect(bucket.take(20, 0)).toBe(true)
  expect(bucket.take(1, 0)).toBe(false)
  expect(bucket.take(1, 99)).toBe(false)
  expect(bucket.take(1, 100)).toBe(true)
  expect(bucket.take(1, 100)).toBe(false)
})

it('a refused take costs nothing', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 0)
  expect(bucket.take(11, 0)).toBe(false)
  expect(bucket.take(10, 0)).toBe(true)
})

it('never holds more than its burst, and a clock that goes back adds nothing', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 1000)
  expect(bucket.take(10, 1_000_000)).toBe(true)
  expect(bucket.take(1, 0)).toBe(false)
})

it('a rate of 0 is no limit', () => {
  const bucket = new TokenBucket({ perSecond: 0, burst: 0 }, 0)
  expect(bucket.take(1e9, 0)).toBe(true)
})

it('keys do not share, and quiet keys are forgotten', () => {
  const buckets = new KeyedBuckets({ perSecond: 1, burst: 1 })
  expect(buckets.take('a', 0)).toBe(true)
  expect(buckets.take('a', 0)).toBe(false)
  expect(buckets.take('b', 0)).toBe(true)
  for (let i = 0; i < 5000; i++) buckets.take(`quiet-${i}`, i * 10)
  expect(buckets.size).toBeLessThan(1200)
})
