import { expect, it } from 'vitest'
import { glide } from './glide.ts'

it('a cursor has done 90 % of its way after 85 ms, whatever the frame rate', () => {
  for (const frames of [5, 10, 20]) {
    let at: readonly [number, number] = [0, 0]
    for (let i = 0; i < frames; i++) at = glide(at, [100, 0], 85 / frames, 0.5).at
    expect(at[0]).toBeCloseTo(90, 0)
  }
})

it('a cursor arrives', () => {
  expect(glide([99.8, 0], [100, 0], 16, 0.5)).toEqual({ at: [100, 0], isThere: true })
})
