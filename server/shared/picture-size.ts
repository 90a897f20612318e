/** How large a picture is, by the bytes it begins with: a file of 2 MB may hold 2 GB of pixels, and whoever looks at it would decode them. */
import type { PictureType } from './picture-type.ts'

/** On a board. Decoded, four bytes each. */
export const MAX_PICTURE_PIXELS = 64_000_000
/** An SVG has no pixels, but is read and drawn by the page itself. */
export const MAX_SVG_BYTES = 2 << 20

export type PictureSize = readonly [width: number, height: number]

/** Without its size no browser decodes a picture of these types, so refusing it refuses no sound one.
 * @returns what speaks against decoding it, for a person; `undefined` when nothing does */
export function pictureFault(
  bytes: Uint8Array,
  type: PictureType,
  maxPixels = MAX_PICTURE_PIXELS,
): string | undefined {
  if (type === 'image/svg+xml')
    return bytes.length > MAX_SVG_BYTES ? `the SVG is larger than ${MAX_SVG_BYTES >> 20} MB` : undefined
  const size = pictureSizeOf(bytes, type)
  if (!size) return 'the picture does not say how many pixels it has'
  if (size[0] * size[1] <= maxPixels) return undefined
  return `the picture has more than ${maxPixels / 1_000_000} megapixels`
}

/** @returns px as they are stored, before any turning; `undefined` where it is not found, and for SVG */
export function pictureSizeOf(bytes: Uint8Array, type: PictureType): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = readSize(view, type)
  return size && size[0] > 0 && size[1] > 0 ? size : undefined
}

function readSize(view: DataView, type: PictureType): PictureSize | undefined {
  try {
    if (type === 'image/png') return sizeOfPng(view)
    if (type === 'image/jpeg') return sizeOfJpeg(view)
    if (type === 'image/gif') return sizeOfGif(view)
    if (type === 'image/webp') return sizeOfWebp(view)
    if (type === 'image/avif') return sizeOfAvif(view)
  } catch (error) {
    // It ends before it says so.
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

/** Four letters as they stand in a file. */
const nameAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(at + i)))

const sizeOfPng = (view: DataView): PictureSize | undefined =>
  nameAt(view, 12) === 'IHDR' ? [view.getUint32(16), view.getUint32(20)] : undefined

/** From marker to marker, to the one that begins a frame. */
function sizeOfJpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; ; ) {
    // What stands between segments is passed over, as decoders do.
    while (view.getUint8(at) !== 0xff) at++
    while (view.getUint8(at) === 0xff) at++
    const marker = view.getUint8(at++)
    if (marker === 0xd9 || marker === 0xda) return undefined
    if (isFrame(marker)) return [view.getUint16(at + 5), view.getUint16(at + 3)]
    if (marker > 0x01 && (marker < 0xd0 || marker > 0xd8)) at += view.getUint16(at)
  }
}

/** SOF0 to SOF15, without the three tables that stand among them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Browsers widen a GIF to what its first image covers. */
function sizeOfGif(view: DataView): PictureSize | undefined {
  const packed = view.getUint8(10)
  let at = 13 + (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0)
  // Extensions: their kind, then blocks, each after its length, to one of none.
  while (view.getUint8(at) === 0x21) {
    for (at += 2; view.getUint8(at) > 0; ) at += view.getUint8(at) + 1
    at++
  }
  if (view.getUint8(at) !== 0x2c) return undefined
  const upTo = (i: number): number => view.getUint16(at + i, true) + view.getUint16(at + i + 4, true)
  return [Math.max(view.getUint16(6, true), upTo(1)), Math.max(view.getUint16(8, true), upTo(3))]
}

function sizeOfWebp(view: DataView): PictureSize | undefined {
  const kind = nameAt(view, 12)
  if (kind === 'VP8 ') return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
  }
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
  return kind === 'VP8X' ? [uint24(24) + 1, uint24(27) + 1] : undefined
}

/** The largest of those it speaks of: of one made of tiles each has its own, of a moving one its track. */
function sizeOfAvif(view: DataView): PictureSize | undefined {
  const sizes: PictureSize[] = []
  for (const [from] of boxesAt(view, ['meta', 'iprp', 'ipco', 'ispe'], 0, view.byteLength))
    sizes.push([view.getUint32(from + 4), view.getUint32(from + 8)])
  // The last of a track's head, px in 1/65536.
  for (const [, to] of boxesAt(view, ['moov', 'trak', 'tkhd'], 0, view.byteLength))
    sizes.push([view.getUint32(to - 8) / 65_536, view.getUint32(to - 4) / 65_536])
  const area = ([width, height]: PictureSize): number => width * height
  return sizes.reduce<PictureSize | undefined>(
    (most, size) => (most && area(most) >= area(size) ? most : size),
    undefined,
  )
}

/** Where the contents lie of the boxes that are found by a path of names. */
function* boxesAt(
  view: DataView,
  [name, ...inside]: readonly string[],
  from: number,
  to: number,
): Generator<readonly [from: number, to: number]> {
  for (let at = from; at + 8 <= to; ) {
    const [length, head] = lengthAt(view, at, to)
    const end = at + length
    if (length < head || end > to) return
    // Of these here, only `meta` has a version before the boxes in it.
    const start = at + head + (name === 'meta' ? 4 : 0)
    if (nameAt(view, at + 4) === name) {
      if (inside.length > 0) yield* boxesAt(view, inside, start, end)
      else yield [start, end]
    }
    at = end
  }
}

/** Of a box, with its head. */
function lengthAt(view: DataView, at: number, to: number): readonly [length: number, head: number] {
  const length = view.getUint32(at)
  if (length === 0) return [to - at, 8]
  return length === 1 ? [Number(view.getBigUint64(at + 8)), 16] : [length, 8]
}
