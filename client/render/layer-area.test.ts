import { describe, expect, it } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { layerArea, screenArea, wholeArea } from './layer-area.ts'
import { overlayBounds } from './paint-overlay.ts'
import { EMPTY_OVERLAY } from './scene.ts'

const camera = { x: 100, y: 50, zoom: 2 }
const screen = { widthPx: 1000, heightPx: 600, ratio: 1.5 }

describe('what a layer’s canvas covers', () => {
  it('is the device pixels under the box and its margin', () => {
    expect(screenArea({ x: 200, y: 150, w: 10, h: 20 }, 4, camera, screen)).toEqual({
      x: 294,
      y: 294,
      w: 42,
      h: 72,
    })
  })

  it('is within the screen, and nothing off it', () => {
    expect(screenArea({ x: -5000, y: -5000, w: 10_000, h: 10_000 }, 1, camera, screen)).toEqual({
      x: 0,
      y: 0,
      w: 1500,
      h: 900,
    })
    expect(screenArea({ x: 5000, y: 0, w: 10, h: 10 }, 1, camera, screen)).toBeUndefined()
  })

  it('is the whole box, on the screen or off it, when that is not much more than the screen', () => {
    expect(wholeArea({ x: 90, y: 40, w: 20, h: 20 }, 2, camera, screen)).toEqual({
      x: -33,
      y: -33,
      w: 67,
      h: 67,
    })
    expect(wholeArea({ x: 0, y: 0, w: 2000, h: 2000 }, 2, camera, screen)).toBeUndefined()
    expect(wholeArea({ x: 5000, y: 0, w: 10, h: 10 }, 2, camera, screen)).toBeUndefined()
  })

  it('stays while it is enough, moves at its size, grows when it must, shrinks when it is far too large', () => {
    const first = layerArea({ x: 70, y: 70, w: 100, h: 50 }, undefined)
    expect(first).toEqual({ x: 64, y: 64, w: 128, h: 64 })
    expect(layerArea({ x: 80, y: 66, w: 100, h: 50 }, first)).toBe(first)
    expect(layerArea({ x: 140, y: 300, w: 100, h: 20 }, first)).toEqual({ x: 128, y: 256, w: 128, h: 64 })
    const grown = layerArea({ x: 70, y: 70, w: 700, h: 500 }, first)
    expect(grown).toEqual({ x: 64, y: 64, w: 768, h: 512 })
    expect(layerArea({ x: 100, y: 100, w: 400, h: 400 }, grown)).toBe(grown)
    expect(layerArea({ x: 100, y: 100, w: 20, h: 20 }, grown)).toEqual({ x: 64, y: 64, w: 64, h: 64 })
  })

  it('holds all of the chrome: outlines, frame and handles, ends and trail', () => {
    const box: Shape = {
      ...DEFAULT_STYLE,
      id: 'a',
      order: 'a0',
      locked: false,
      type: 'rectangle',
      xy: [0, 0],
      wh: [100, 40],
      angle: 0,
      text: '',
      wrap: false,
    }
    const lookup = (id: string) => (id === 'a' ? box : undefined)
    const of = (overlay: object) =>
      overlayBounds(
        { camera: { x: 0, y: 0, zoom: 1 }, lookup, lookupAtRest: lookup },
        { ...EMPTY_OVERLAY, ...overlay },
      )
    expect(of({})).toBeUndefined()
    expect(of({ selected: ['a', 'gone'] })).toMatchObject({ w: 104, h: 44 })
    const frame = { box: { x: 0, y: 0, w: 100, h: 40 }, angle: 0, handles: [] }
    // The handle that turns it stands 26 px above the padding.
    expect(of({ frame })).toEqual({ x: -6, y: -32, w: 112, h: 78 })
    expect(
      of({
        ends: [
          [5, 55],
          [70, 0],
        ],
      }),
    ).toEqual({ x: 5, y: 0, w: 65, h: 55 })
    // What is moved as one is told where it was.
    expect(of({ frame, shift: [30, 10] })).toEqual({ x: 24, y: -22, w: 112, h: 78 })
    const trail = Array.from({ length: 100 }, (_, i) => [i * 10, 0])
    // Of a trail only its end is painted.
    expect(of({ trail })).toEqual({ x: 680, y: 0, w: 310, h: 0 })
  })
})
