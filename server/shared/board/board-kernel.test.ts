import { describe, expect, it } from 'vitest'
import { assetIdOf } from '../asset-id.ts'
import { boxAround } from '../geometry/box.ts'
import { covers, hitShape, shapeBounds, touchesBox } from '../geometry/shape-geometry.ts'
import { isAssetId } from '../ids.ts'
import { ImportError, importExcalidraw } from './excalidraw.ts'
import { decodeInk, encodeInk, inkPrecision } from './ink.ts'
import { fieldsFromShape, shapeFromFields } from './layout.ts'
import { orderBetween, ordersBetween } from './order.ts'
import type { InkPoint, Shape } from './shape.ts'

/** A hand-like path: smooth, with a little tremor; deterministic. */
function handwriting(count: number): InkPoint[] {
  let seed = 7
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  return Array.from(
    { length: count },
    (_, i): InkPoint => [
      i * 2.3 + random(),
      60 + 50 * Math.sin(i / 9) + random(),
      0.5 + 0.4 * Math.sin(i / 20),
    ],
  )
}

describe('ink codec', () => {
  it('keeps a quarter of a unit at zoom 1, in at most 2.5 bytes a point', () => {
    const points = handwriting(300)
    const bytes = encodeInk({ points, hasPressure: false, constantWidth: false }, inkPrecision(1))
    expect(bytes.length / points.length).toBeLessThanOrEqual(2.1)
    const back = decodeInk(bytes)
    expect(back?.points).toHaveLength(300)
    back?.points.forEach(([x, y], i) => {
      expect(Math.abs(x - (points[i]?.[0] ?? 0))).toBeLessThanOrEqual(0.125)
      expect(Math.abs(y - (points[i]?.[1] ?? 0))).toBeLessThanOrEqual(0.125)
    })
  })

  it('follows a pen’s pressure within a sixteenth, in at most half a byte more a point', () => {
    const points = handwriting(300)
    const bytes = encodeInk({ points, hasPressure: true, constantWidth: false }, inkPrecision(1))
    expect(bytes.length / points.length).toBeLessThanOrEqual(2.6)
    decodeInk(bytes)?.points.forEach(([, , pressure], i) => {
      expect(Math.abs(pressure - (points[i]?.[2] ?? 0))).toBeLessThanOrEqual(1 / 16)
    })
  })

  it('keeps more digits when drawn zoomed in', () => {
    expect([0.1, 1, 4, 30].map(inkPrecision)).toEqual([0, 2, 4, 7])
  })

  it('carries negative and single points', () => {
    const points: InkPoint[] = [[-3.25, -700.5, 0.5]]
    expect(decodeInk(encodeInk({ points, hasPressure: false, constantWidth: true }, 2))).toEqual({
      points,
      hasPressure: false,
      constantWidth: true,
    })
  })

  it('says what is wrong with ink it cannot write', () => {
    expect(() => encodeInk({ points: [], hasPressure: false, constantWidth: false }, 2)).toThrow(
      'ink has 0 points',
    )
    expect(() =>
      encodeInk({ points: [[Number.NaN, 0, 0]], hasPressure: false, constantWidth: false }, 2),
    ).toThrow('not finite')
  })

  it('reads any bytes without throwing, truncated ink as no ink', () => {
    const whole = encodeInk({ points: handwriting(50), hasPressure: true, constantWidth: false }, 2)
    for (let length = 0; length < whole.length; length++) {
      expect(decodeInk(whole.subarray(0, length))).toBeUndefined()
    }
    let seed = 99
    for (let round = 0; round < 5000; round++) {
      const bytes = Uint8Array.from({ length: round % 40 }, () => {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        return seed >> 16
      })
      decodeInk(bytes)
    }
  })
})

describe('paint order', () => {
  it('puts keys between their neighbours, however often', () => {
    let low: string | null = null
    const high = orderBetween(null, null)
    for (let i = 0; i < 200; i++) {
      const key = orderBetween(low, high)
      expect(low === null || key > low).toBe(true)
      expect(key < high).toBe(true)
      low = key
    }
  })

  it('gives two people at one place different keys', () => {
    const keys = new Set(Array.from({ length: 100 }, () => orderBetween('a0', 'a1')))
    expect(keys.size).toBeGreaterThan(95)
  })

  it('tolerates neighbours that are no keys, equal or the wrong way round', () => {
    expect(orderBetween('!!', null)).toBeTruthy()
    expect(orderBetween('a1', 'a1') > 'a1').toBe(true)
    expect(orderBetween('a2', 'a1') > 'a2').toBe(true)
  })

  it('makes many at once, rising', () => {
    const keys = ordersBetween('a0', null, 1000)
    expect(keys).toHaveLength(1000)
    expect([...keys].sort()).toEqual(keys)
  })
})

describe('fields of a shape', () => {
  const base = { type: 'rectangle', order: 'a0', xy: [1, 2], wh: [3, 4] }

  it('leaves defaults out and gives them back', () => {
    const shape = shapeFromFields('r', base, '') as Shape
    expect(fieldsFromShape(shape)).toEqual(base)
  })

  it('reads an unsound style value as its default', () => {
    const odd = {
      ...base,
      opacity: 7,
      stroke: 'url(javascript:1)',
      dash: {},
      size: Number.NaN,
      locked: 'yes',
    }
    expect(shapeFromFields('r', odd, '')).toEqual(shapeFromFields('r', base, ''))
  })

  it('of a picture are its asset, what is shown of it and which way round', () => {
    const picture = { ...base, type: 'image', asset: assetIdOf(Uint8Array.of(1, 2, 3)) }
    const cropped = { ...picture, crop: [0.25, 0, 0.5, 1], flip: [true, false] }
    expect(fieldsFromShape(shapeFromFields('p', cropped, '') as Shape)).toEqual(cropped)
    for (const crop of [[0, 0, 0, 1], [0.6, 0, 0.6, 1], [0, 0, 1], 'all'])
      expect(shapeFromFields('p', { ...picture, crop, flip: [1, 0] }, '')).toEqual(
        shapeFromFields('p', picture, ''),
      )
  })

  it.each([
    ['no type', { ...base, type: 'script' }],
    ['no order', { ...base, order: 3 }],
    ['an infinite place', { ...base, xy: [Number.POSITIVE_INFINITY, 0] }],
    ['a negative size', { ...base, wh: [-1, 1] }],
    ['a line without ends', { type: 'line', order: 'a0', from: { xy: [0, 0] } }],
    ['a stroke without ink', { ...base, type: 'stroke', points: [1, 2, 3] }],
    ['a picture without bytes', { ...base, type: 'image' }],
    ['a picture of a way to bytes', { ...base, type: 'image', asset: `../${'a'.repeat(40)}` }],
  ])('is no shape with %s', (_what, fields) => {
    expect(shapeFromFields('r', fields, '')).toBeUndefined()
  })
})

describe('a picture on the board', () => {
  const asset = assetIdOf(new TextEncoder().encode('abc'))

  it('is called by the SHA-256 of its bytes', () => {
    expect(asset).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
    expect(isAssetId(asset)).toBe(true)
    for (const id of [asset.slice(1), `${asset}=`, asset.replace(/.$/, 'B'), asset.replace('-', '/')])
      expect(isAssetId(id)).toBe(false)
  })

  it('is hit anywhere in its box, and holds arrows', () => {
    const fields = { type: 'image', order: 'a0', xy: [0, 0], wh: [100, 50], angle: Math.PI / 2, asset }
    const picture = shapeFromFields('p', fields, '') as Shape
    const none = () => undefined
    // Turned by a right angle it reaches from 25 to 75 across and from -25 to 75 down.
    expect(hitShape(picture, [50, -20], 1, none)).toBe(true)
    expect(hitShape(picture, [5, 25], 1, none)).toBe(false)
    expect(covers(picture, [50, 70])).toBe(true)
    expect(touchesBox(picture, { x: 45, y: 20, w: 2, h: 2 }, none)).toBe(true)
    const { x, y, w, h } = shapeBounds(picture, none)
    expect([x, y, w, h].map(Math.round)).toEqual([24, -26, 52, 102])
  })
})

describe('excalidraw import', () => {
  const element = (fields: object) => ({
    id: 'e',
    x: 10,
    y: 20,
    width: 100,
    height: 50,
    angle: 0,
    strokeColor: '#e03131',
    backgroundColor: 'transparent',
    strokeWidth: 2,
    strokeStyle: 'dashed',
    opacity: 50,
    isDeleted: false,
    ...fields,
  })
  const file = (...elements: object[]) => ({ type: 'excalidraw', version: 2, elements })

  it('takes boxes with their labels, and stock colours by name', () => {
    const { shapes } = importExcalidraw(
      file(
        element({ id: 'box', type: 'rectangle' }),
        element({ id: 't', type: 'text', containerId: 'box', text: 'hi' }),
      ),
    )
    expect(shapes).toHaveLength(1)
    expect(shapes[0]).toMatchObject({
      type: 'rectangle',
      xy: [10, 20],
      wh: [100, 50],
      stroke: 'red',
      dash: 'dashed',
      opacity: 0.5,
      text: 'hi',
    })
  })

  it('lets the words of what cannot hold them, or is not there, stand on their own', () => {
    const { shapes, skipped } = importExcalidraw(
      file(
        element({
          id: 'a',
          type: 'arrow',
          points: [
            [0, 0],
            [9, 9],
          ],
        }),
        element({
          id: 't',
          type: 'text',
          containerId: 'a',
          text: 'on the\narrow',
          originalText: 'on the arrow',
        }),
        element({ id: 'u', type: 'text', containerId: 'gone', text: 'of the lost' }),
      ),
    )
    expect(shapes.map(shape => ('text' in shape ? shape.text : shape.type))).toEqual([
      'arrow',
      'on the arrow',
      'of the lost',
    ])
    expect(skipped).toEqual({})
  })

  it('takes ink wherever its points lie', () => {
    const points = [
      [0, 0],
      [-5, 8],
      [12, -3],
    ]
    const { shapes } = importExcalidraw(
      file(element({ type: 'freedraw', points, pressures: [], simulatePressure: true })),
    )
    const [stroke] = shapes
    expect(stroke).toMatchObject({ type: 'stroke', xy: [5, 17], wh: [17, 11] })
    const ink = stroke?.type === 'stroke' ? decodeInk(stroke.points) : undefined
    expect(boxAround(ink?.points ?? [])).toEqual({ x: 0, y: 0, w: 17, h: 11 })
  })

  it('attaches arrows to the shapes they were bound to', () => {
    const { shapes } = importExcalidraw(
      file(
        element({ id: 'box', type: 'ellipse' }),
        element({
          id: 'a',
          type: 'arrow',
          points: [
            [0, 0],
            [40, 40],
            [80, 0],
          ],
          endBinding: { elementId: 'box', focus: 0, gap: 1 },
        }),
      ),
    )
    expect(shapes[1]).toMatchObject({
      type: 'arrow',
      via: [[50, 60]],
      to: { shape: shapes[0]?.id, anchor: [0.5, 0.5] },
    })
  })

  it('counts what it leaves out, and goes on', () => {
    const { shapes, skipped } = importExcalidraw(
      file(
        element({ type: 'image' }),
        element({ type: 'image' }),
        element({ type: 'rectangle', x: null }),
        element({ type: '<script>' }),
        element({ type: 'diamond', isDeleted: true }),
        element({ type: 'diamond' }),
      ),
    )
    expect(shapes).toHaveLength(1)
    expect(skipped).toEqual({ image: 2, rectangle: 1, unknown: 1 })
  })

  it.each([undefined, null, 7, [], {}, { type: 'excalidraw' }, { type: 'tldraw', elements: [] }])(
    'refuses %j',
    value => {
      expect(() => importExcalidraw(value)).toThrow(ImportError)
    },
  )
})
