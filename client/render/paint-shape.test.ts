import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import type { PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'
import { nothing } from './test-canvas.ts'

/** Sizes of the canvases that were copied from. */
let copied: [number, number][] = []

class CountedCanvas {
  readonly width: number
  readonly height: number
  constructor(width: number, height: number) {
    this.width = width
    this.height = height
  }
  getContext() {
    return nothing({ canvas: this })
  }
}

const paintAt = (scale: number): PaintContext => ({
  ctx: nothing({
    canvas: { width: 512, height: 512 },
    drawImage: ({ width, height }: CountedCanvas) => copied.push([width, height]),
  }),
  theme: 'light',
  scale,
  originX: 0,
  originY: 0,
  lookup: () => undefined,
  faded: new Set(),
  useFont: () => {},
})

const box = (fields: object): Shape => ({
  ...DEFAULT_STYLE,
  id: 'box',
  order: 'a0',
  locked: false,
  type: 'rectangle',
  fill: 'blue',
  opacity: 0.5,
  xy: [20, 20],
  wh: [180, 110],
  angle: 0,
  text: '',
  wrap: false,
  ...fields,
})

beforeEach(() => {
  copied = []
  vi.stubGlobal('OffscreenCanvas', CountedCanvas)
})
afterEach(() => vi.unstubAllGlobals())

describe('a translucent shape', () => {
  it('is put together on a canvas hardly larger than itself, because all of that is copied', () => {
    expect(paintShape(paintAt(1), box({}))).toBe(true)
    paintShape(paintAt(2), box({}))
    expect(copied).toEqual([
      [256, 128],
      [512, 256],
    ])
  })

  it('needs none when its line is too thin to be seen over its fill', () => {
    expect(paintShape(paintAt(0.1), box({}))).toBe(true)
    expect(copied).toEqual([])
  })

  it('needs none when it is opaque, or all of it is one coat', () => {
    paintShape(paintAt(1), box({ opacity: 1 }))
    paintShape(paintAt(1), box({ fill: 'none' }))
    paintShape(paintAt(1), {
      ...DEFAULT_STYLE,
      id: 'arrow',
      order: 'a0',
      locked: false,
      type: 'arrow',
      dash: 'dashed',
      opacity: 0.5,
      from: { xy: [0, 0] },
      to: { xy: [300, 300] },
      via: [],
    })
    expect(copied).toEqual([])
  })
})
