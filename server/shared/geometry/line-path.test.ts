import { expect, it } from 'vitest'
import { DEFAULT_STYLE, type LineShape, type Point, type Shape } from '../board/shape.ts'
import { linePath } from './shape-geometry.ts'

const common = { ...DEFAULT_STYLE, order: 'a0', locked: false }
const boxAt = (xy: Point): Shape => ({
  ...common,
  id: 'box',
  type: 'rectangle',
  xy,
  wh: [100, 100],
  angle: 0,
  text: '',
  wrap: false,
})
const line: LineShape = {
  ...common,
  id: 'line',
  type: 'arrow',
  from: { xy: [0, 50] },
  to: { xy: [0, 0], shape: 'box', anchor: [0.5, 0.5] },
  via: [],
}

it('a bound line’s way is reckoned once for the same shapes, and anew when one of them is another', () => {
  const near = boxAt([200, 0])
  const path = linePath(line, () => near)
  expect(path.at(-1)).toEqual([194, 50])
  expect(linePath(line, () => near)).toBe(path)
  const far = boxAt([500, 0])
  expect(linePath(line, () => far).at(-1)).toEqual([494, 50])
  expect(linePath({ ...line, from: { xy: [0, 60] } }, () => far)[0]).toEqual([0, 60])
  expect(linePath(line, () => undefined).at(-1)).toEqual([0, 0])
  expect(linePath(line, () => near)).toEqual(path)
})
