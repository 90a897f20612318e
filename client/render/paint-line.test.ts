import { expect, it } from 'vitest'
import { arrowHeadLength } from '#shared/geometry/shape-geometry.ts'
import { arrowHead } from './paint-line.ts'

it('an arrow’s head points along its last piece and is shorter on a short line', () => {
  const [left, tip, right] = arrowHead(
    [
      [0, 0],
      [100, 0],
    ],
    2,
  ) ?? [
    [0, 0],
    [0, 0],
    [0, 0],
  ]
  expect(tip).toEqual([100, 0])
  expect(left[0]).toBeCloseTo(right[0])
  expect(left[1]).toBeCloseTo(-right[1])
  expect(Math.hypot(left[0] - 100, left[1])).toBeCloseTo(arrowHeadLength(2))
  const short = arrowHead(
    [
      [0, 0],
      [5, 0],
    ],
    2,
  )
  expect(Math.hypot((short?.[0][0] ?? 0) - 5, short?.[0][1] ?? 0)).toBeCloseTo(3)
})

it('a line without length has no head', () => {
  expect(
    arrowHead(
      [
        [5, 5],
        [5, 5],
      ],
      2,
    ),
  ).toBeUndefined()
})
