import { expect, it } from 'vitest'
import { BOX_TYPES, DEFAULT_STYLE, type Point } from '#shared/board/shape.ts'
import { type PackableShape, ShapePacker, unpackShapes } from './packed-shapes.ts'

const common = { ...DEFAULT_STYLE, id: 'a', order: 'a0', locked: true, by: 'somebody' }
const PATH: readonly Point[] = [
  [1, 2],
  [3.25, -4],
  [50, 60],
]

const shapes: readonly PackableShape[] = [
  ...BOX_TYPES.map(
    (type, i): PackableShape => ({
      ...common,
      type,
      xy: [i, -i * 0.1],
      wh: [100, 50.5],
      angle: i / 7,
      text: i % 2 ? `words of ${type}\n${i}` : '',
      wrap: i % 2 === 1,
      fill: i % 2 ? 'yellow' : 'none',
      dash: 'dotted',
      font: 'mono',
      fontSize: 12.5,
      opacity: 0.5,
    }),
  ),
  ...[1, 2].map(
    (length): PackableShape => ({
      ...common,
      type: 'stroke',
      xy: [0, 0],
      wh: [9, 9],
      angle: 0,
      stroke: '#12ab9f',
      // A view of something larger, as the document's are.
      points: Uint8Array.from({ length: 50 }, (_, i) => i * length).subarray(7, 20 * length),
    }),
  ),
  {
    ...common,
    type: 'arrow',
    from: { xy: [0, 0], shape: 'b', anchor: [0.5, 0.5] },
    to: { xy: [5, 5] },
    via: [],
  },
]

it('shapes come out of a parcel as they went in, as far as painting goes', () => {
  const packer = new ShapePacker()
  shapes.forEach((shape, i) => {
    packer.add(i + 1, shape, PATH)
  })
  expect(packer.count).toBe(shapes.length)
  const unpacked = [...unpackShapes(packer.take())]
  expect(unpacked.map(([number]) => number)).toEqual(shapes.map((_, i) => i + 1))
  shapes.forEach((shape, i) => {
    const { id: _, order: __, locked: ___, by: ____, ...painted } = shape
    const expected =
      'from' in painted
        ? { ...painted, from: { xy: [1, 2] }, to: { xy: [50, 60] }, via: [[3.25, -4]] }
        : painted
    expect(unpacked[i]?.[1]).toMatchObject(expected)
  })
})

it('a parcel takes its own ink along, not the document’s update that the ink is a part of', () => {
  const packer = new ShapePacker()
  const update = new Uint8Array(100_000)
  const [stroke] = shapes.filter(shape => shape.type === 'stroke')
  if (stroke) packer.add(1, { ...stroke, points: update.subarray(10, 40) })
  expect(packer.take().ink.buffer.byteLength).toBe(30)
})
