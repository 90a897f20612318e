import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type ImageShape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { PaintContext } from '../paint-context.ts'
import { nothing } from '../test-canvas.ts'
import type { Decoded } from './decode-picture.ts'
import { bestOf, levelFor } from './picture-level.ts'
import { Pictures } from './pictures.ts'

/** What was drawn: the bitmap, then the arguments of `drawImage`. */
let drawn: unknown[][] = []
let repainted: ShapeId[][] = []
let decoded: string[] = []
let closed = 0
/** Decodings that are under way, by asset and level. */
let pending = new Map<string, (decoded: Decoded | Promise<never>) => void>()
let failing = new Set<string>()
/** Pictures whose bytes do not come. */
let missing = new Set<string>()

const paintAt = (scale: number): PaintContext => ({
  ctx: nothing({ drawImage: (...all: unknown[]) => drawn.push(all) }),
  theme: 'light',
  scale,
  originX: 0,
  originY: 0,
  lookup: () => undefined,
  faded: new Set(),
  useFont: () => {},
})

const image = (id: string, asset: string, fields: Partial<ImageShape> = {}): ImageShape => ({
  ...DEFAULT_STYLE,
  id,
  type: 'image',
  asset,
  order: 'a0',
  locked: false,
  xy: [0, 0],
  wh: [400, 300],
  angle: 0,
  ...fields,
})

const bitmap = (width: number, height: number): ImageBitmap =>
  ({
    width,
    height,
    close: () => {
      closed++
    },
  }) as ImageBitmap

let isMoving = false

function open(maxBytes?: number): Pictures {
  return new Pictures({
    load: async asset => {
      if (failing.has(asset)) throw new Error('refused')
      if (missing.has(asset)) return new Promise<never>(() => {})
      return asset as unknown as Blob
    },
    decode: (blob, level) =>
      new Promise(resolve => {
        decoded.push(`${blob} ${level}`)
        pending.set(`${blob} ${level}`, resolve)
      }),
    repaint: ids => repainted.push([...ids]),
    clock: () => Date.now(),
    isMoving: () => isMoving,
    ...(maxBytes !== undefined && { maxBytes }),
  })
}

/** Ends a decoding. */
async function finish(key: string, w: number, h: number, mostPx = 4096): Promise<void> {
  pending.get(key)?.({ bitmap: bitmap(w, h), mostPx })
  await vi.advanceTimersByTimeAsync(0)
}

async function fail(key: string): Promise<void> {
  pending.get(key)?.(Promise.reject(new Error('no canvas of this size')))
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(() => {
  vi.useFakeTimers()
  drawn = []
  repainted = []
  decoded = []
  closed = 0
  pending = new Map()
  failing = new Set()
  missing = new Set()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the size of a picture', () => {
  it.each([
    [5, undefined, 32],
    [33, undefined, 32],
    [400, undefined, 512],
    [560, undefined, 512],
    [400, 300, 300],
    [9000, undefined, 4096],
    [9000, 20_000, 4096],
  ])('of %i px on the screen, with %s of its own, is %i', (px, naturalPx, level) => {
    expect(levelFor(px, naturalPx)).toBe(level)
  })

  it('is the smallest there is that loses nothing, else the largest', () => {
    expect(bestOf([32, 1024, 256], 128)).toBe(256)
    expect(bestOf([32, 64], 128)).toBe(64)
    expect(bestOf([], 128)).toBeUndefined()
  })
})

describe('pictures', () => {
  it('come when they are decoded, at the size that is seen, for all who wait in one repaint', async () => {
    const pictures = open()
    expect(pictures.paint(paintAt(1), image('a', 'cat'))).toBe(false)
    expect(pictures.paint(paintAt(1), image('b', 'cat'))).toBe(false)
    await vi.advanceTimersByTimeAsync(0)
    expect(decoded).toEqual(['cat 512'])
    await finish('cat 512', 512, 384)
    expect(repainted).toEqual([['a', 'b']])
    expect(pictures.paint(paintAt(1), image('a', 'cat'))).toBe(true)
    expect(drawn[0]?.slice(1)).toEqual([0, 0, 400, 300])
    expect(decoded).toHaveLength(1)
  })

  it('are never asked for larger than they are', async () => {
    const pictures = open()
    pictures.paint(paintAt(1), image('a', 'icon'))
    await vi.advanceTimersByTimeAsync(0)
    await finish('icon 512', 48, 36, 48)
    expect(repainted).toEqual([['a']])
    pictures.paint(paintAt(4), image('a', 'icon'))
    await vi.advanceTimersByTimeAsync(0)
    expect(decoded).toEqual(['icon 512'])
  })

  it('are shown coarse until they are there finer', async () => {
    const pictures = open()
    pictures.paint(paintAt(0.1), image('a', 'cat'))
    await vi.advanceTimersByTimeAsync(0)
    await finish('cat 64', 64, 48)
    expect(pictures.paint(paintAt(1), image('a', 'cat'))).toBe(true)
    expect(drawn[0]?.[0]).toHaveProperty('width', 64)
    await vi.advanceTimersByTimeAsync(0)
    await finish('cat 512', 512, 384)
    expect(repainted).toEqual([['a'], ['a']])
    pictures.paint(paintAt(1), image('a', 'cat'))
    expect(drawn[1]?.[0]).toHaveProperty('width', 512)
  })

  it('are cropped by shares of what they are', async () => {
    const pictures = open()
    const cropped = image('a', 'cat', { crop: [0.5, 0.25, 0.5, 0.5] })
    pictures.paint(paintAt(1), cropped)
    await vi.advanceTimersByTimeAsync(0)
    // Of 800 px that half of is seen.
    expect(decoded).toEqual(['cat 1024'])
    await finish('cat 1024', 1024, 768)
    pictures.paint(paintAt(1), cropped)
    expect(drawn[0]?.slice(1)).toEqual([512, 192, 512, 384, 0, 0, 400, 300])
  })

  it('that were asked for last come first', async () => {
    const pictures = open()
    for (const asset of ['one', 'two', 'three', 'four']) pictures.paint(paintAt(1), image(asset, asset))
    await vi.advanceTimersByTimeAsync(1500)
    pictures.paint(paintAt(1), image('five', 'five'))
    await vi.advanceTimersByTimeAsync(0)
    await finish('one 512', 512, 384)
    expect(decoded).toEqual(['one 512', 'two 512', 'five 512'])
  })

  it('are decoded one at a time while something moves', async () => {
    const pictures = open()
    isMoving = true
    for (const asset of ['one', 'two', 'three', 'four']) pictures.paint(paintAt(1), image(asset, asset))
    await vi.advanceTimersByTimeAsync(0)
    expect(decoded).toEqual(['one 512'])
    isMoving = false
    await finish('one 512', 512, 384)
    expect(decoded).toEqual(['one 512', 'two 512', 'three 512'])
  })

  it('are dropped when there are too many, those first that were not painted for longest', async () => {
    const pictures = open(3 * 512 * 384 * 4)
    for (const asset of ['one', 'two', 'three', 'four']) {
      pictures.paint(paintAt(1), image(asset, asset))
      await vi.advanceTimersByTimeAsync(0)
      await finish(`${asset} 512`, 512, 384)
      await vi.advanceTimersByTimeAsync(2000)
    }
    expect(pictures.pixelBytes).toBeLessThanOrEqual(3 * 512 * 384 * 4)
    expect(closed).toBe(2)
    expect(pictures.paint(paintAt(1), image('one', 'one'))).toBe(false)
    expect(pictures.paint(paintAt(1), image('four', 'four'))).toBe(true)
  })

  it('that do not fit all at once are wanted smaller, so that decoding comes to an end', async () => {
    const pictures = open(2 * 512 * 384 * 4)
    const all = ['one', 'two', 'three', 'four']
    for (let round = 0; round < 6; round++) {
      for (const asset of all) pictures.paint(paintAt(1), image(asset, asset))
      await vi.advanceTimersByTimeAsync(10)
      for (let i = 0; i < all.length; i++)
        for (const [key] of [...pending]) {
          const level = Number(key.split(' ')[1])
          await finish(key, level, level * 0.75)
          pending.delete(key)
        }
    }
    const before = decoded.length
    for (const asset of all) expect(pictures.paint(paintAt(1), image(asset, asset))).toBe(true)
    await vi.advanceTimersByTimeAsync(10)
    expect(decoded).toHaveLength(before)
  })

  it('that go on arriving are painted less and less often, and the last at once', async () => {
    const pictures = open()
    const assets = Array.from({ length: 40 }, (_, i) => `p${i}`)
    for (const asset of assets) pictures.paint(paintAt(1), image(asset, asset))
    await vi.advanceTimersByTimeAsync(0)
    for (const asset of assets) {
      await finish(`${asset} 512`, 512, 384)
      await vi.advanceTimersByTimeAsync(50)
    }
    // At 0.15, 0.45 and 1.05 s of two seconds, and in the end.
    expect(repainted).toHaveLength(4)
    expect(repainted.flat()).toEqual(assets)
  })

  it('that will never come are marked, and not asked for again', async () => {
    failing.add('gone')
    const pictures = open()
    expect(pictures.paint(paintAt(1), image('a', 'gone'))).toBe(false)
    await vi.advanceTimersByTimeAsync(0)
    expect(repainted).toEqual([['a']])
    expect(pictures.isBroken('gone')).toBe(true)
    expect(pictures.paint(paintAt(1), image('a', 'gone'))).toBe(true)
    expect(decoded).toEqual([])
    failing.clear()
    pictures.forget('gone')
    expect(pictures.paint(paintAt(1), image('a', 'gone'))).toBe(false)
    await vi.advanceTimersByTimeAsync(0)
    expect(decoded).toEqual(['gone 512'])
  })

  it('stay as they are when a finer one cannot be had, and are wanted less fine for a while', async () => {
    const pictures = open()
    pictures.paint(paintAt(0.1), image('a', 'cat'))
    await vi.advanceTimersByTimeAsync(0)
    await finish('cat 64', 64, 48)
    expect(pictures.paint(paintAt(1), image('a', 'cat'))).toBe(true)
    for (const level of [512, 256, 128]) {
      repainted = []
      await fail(`cat ${level}`)
      expect(repainted).toEqual([['a']])
      expect(pictures.isBroken('cat')).toBe(false)
      expect(pictures.paint(paintAt(1), image('a', 'cat'))).toBe(true)
    }
    expect(drawn.at(-1)?.[0]).toHaveProperty('width', 64)
    expect(decoded).toEqual(['cat 64', 'cat 512', 'cat 256', 'cat 128'])
    await vi.advanceTimersByTimeAsync(11_000)
    pictures.paint(paintAt(1), image('a', 'cat'))
    expect(decoded.at(-1)).toBe('cat 512')
  })

  it('are not repainted for a coarser one that cannot be had', async () => {
    const pictures = open()
    pictures.paint(paintAt(1), image('a', 'cat'))
    await vi.advanceTimersByTimeAsync(0)
    await finish('cat 512', 512, 384)
    expect(pictures.paint(paintAt(0.1), image('a', 'cat'))).toBe(true)
    await fail('cat 64')
    await vi.advanceTimersByTimeAsync(2000)
    expect(repainted).toHaveLength(1)
    expect(pictures.isBroken('cat')).toBe(false)
  })

  it('that are broken are not decoded at other sizes', async () => {
    const pictures = open()
    isMoving = true
    for (const scale of [0.1, 1]) pictures.paint(paintAt(scale), image('a', 'cat'))
    await vi.advanceTimersByTimeAsync(0)
    await fail('cat 64')
    expect(pictures.isBroken('cat')).toBe(true)
    await vi.advanceTimersByTimeAsync(2000)
    isMoving = false
    expect(decoded).toEqual(['cat 64'])
  })

  it('do not wait for one that does not come', async () => {
    missing.add('gone')
    const pictures = open()
    pictures.paint(paintAt(1), image('gone', 'gone'))
    for (const asset of ['one', 'two', 'three', 'four']) {
      pictures.paint(paintAt(1), image(asset, asset))
      await vi.advanceTimersByTimeAsync(0)
      await finish(`${asset} 512`, 512, 384)
      await vi.advanceTimersByTimeAsync(150)
      expect(repainted.at(-1)).toEqual([asset])
    }
  })
})
