import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { decodePicture } from './decode-picture.ts'
import { preparePicture } from './prepare-picture.ts'
import { decodeVector, VECTOR_TYPE } from './vector-picture.ts'

/** Of those that were decoded. */
let sizes: (readonly [number, number])[] = []
let readCount = 0

class Canvas {
  readonly width: number
  readonly height: number
  constructor(width: number, height: number) {
    this.width = width
    this.height = height
  }
  getContext = () => ({ drawImage: () => {} })
  transferToImageBitmap = () => ({ width: this.width, height: this.height })
  convertToBlob = async () => new Blob(['smaller'])
}

class Vector {
  src = ''
  readonly naturalWidth = 200
  readonly naturalHeight = 100
  decode = async (): Promise<void> => {
    readCount++
  }
}

class Reader {
  readonly result = 'data:'
  onload = () => {}
  readAsDataURL = () => this.onload()
}

const pngOf = (width: number, height: number): Blob => {
  const bytes = new Uint8Array(24)
  bytes.set(Uint8Array.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', letter => letter.charCodeAt(0)))
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  return new Blob([bytes], { type: 'image/png' })
}

beforeEach(() => {
  sizes = []
  readCount = 0
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    const view = new DataView(await blob.arrayBuffer())
    const [width, height] = [view.getUint32(16), view.getUint32(20)]
    sizes.push([width, height])
    return { width, height, close: () => {} }
  })
  vi.stubGlobal('OffscreenCanvas', Canvas)
  vi.stubGlobal('Image', Vector)
  vi.stubGlobal('FileReader', Reader)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

it('a picture of too many pixels is not decoded', async () => {
  await expect(decodePicture(pngOf(22_000, 22_000), 64)).rejects.toThrow('more than 64 megapixels')
  expect(sizes).toEqual([])
  expect((await decodePicture(pngOf(8000, 4000), 64)).bitmap).toMatchObject({ width: 64, height: 32 })
})

it('a large photograph that is brought is made smaller, one that no camera takes is not decoded', async () => {
  const { size, isReduced, blob } = await preparePicture(pngOf(16_000, 12_000))
  expect([size, isReduced, await blob.text()]).toEqual([[16_000, 12_000], true, 'smaller'])
  await expect(preparePicture(pngOf(22_000, 22_000))).rejects.toThrow('more than 200 megapixels')
  expect(sizes).toEqual([[16_000, 12_000]])
})

it('an SVG is read once for all sizes, and not at all when it is too large', async () => {
  const svg = new Blob(['<svg/>'], { type: VECTOR_TYPE })
  for (const level of [32, 64, 4096])
    expect((await decodeVector(svg, level)).bitmap).toMatchObject({ width: level, height: level / 2 })
  expect(readCount).toBe(1)
  const larger = new Blob([new Uint8Array((2 << 20) + 1)], { type: VECTOR_TYPE })
  await expect(decodeVector(larger, 32)).rejects.toThrow('larger than 2 MB')
  expect(readCount).toBe(1)
})
