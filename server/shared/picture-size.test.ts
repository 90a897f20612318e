import { describe, expect, it } from 'vitest'
import { pictureFault, pictureSizeOf } from './picture-size.ts'
import type { PictureType } from './picture-type.ts'

const latin = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0))
const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const uint32 = (value: number): string =>
  String.fromCharCode(...[24, 16, 8, 0].map(shift => (value >>> shift) & 255))
const box = (name: string, content: string): string => uint32(content.length + 8) + name + content
const ispe = (width: number, height: number): string =>
  box('ispe', uint32(0) + uint32(width) + uint32(height))
const avif = (...boxes: string[]): Uint8Array =>
  latin(box('ftyp', 'avif\0\0\0\0') + box('free', 'x') + boxes.join(''))
const meta = (...sizes: string[]): string =>
  box('meta', uint32(0) + box('hdlr', 'x') + box('iprp', box('ipco', sizes.join(''))))
const png = (width: number, height: number): Uint8Array =>
  latin(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${uint32(width)}${uint32(height)}`)

const GIF = 'GIF89a\x25\0\x15\0\x80\0\0abcdef'
const IMAGE = '\x2c\0\0\0\0\x25\0\x15\0\0'
/** A comment that looks like an image, then one of two blocks. */
const COMMENTS = '\x21\xfe\x0a\x2c\0\0\0\0\xff\xff\xff\xff\0\0\x21\xf9\x01a\x01b\0'
const FRAME = '\x00\x11\x08\x00\x15\x00\x25\x03'

describe('the size of', () => {
  it.each<[string, PictureType, Uint8Array]>([
    ['PNG', 'image/png', png(37, 21)],
    ['GIF', 'image/gif', latin(GIF + IMAGE)],
    ['a GIF with extensions before the image', 'image/gif', latin(GIF + COMMENTS + IMAGE)],
    ['a GIF without a palette', 'image/gif', latin(`GIF87a\x01\0\x01\0\0\0\0${IMAGE}`)],
    ['JPEG', 'image/jpeg', latin(`\xff\xd8\xff\xe0\0\x04ab\xff\xc0${FRAME}`)],
    [
      'a JPEG with a picture in its head, tables and padding',
      'image/jpeg',
      latin(
        `\xff\xd8\xff\xe1\0\x0b\xff\xc0\0\x11\x08\x99\x99\x99\x99\xff\xc4\0\x03aab\xff\xff\xff\xc2${FRAME}`,
      ),
    ],
    [
      'WebP, lossy',
      'image/webp',
      base64(
        'UklGRk4AAABXRUJQVlA4IEIAAACQAwCdASolABUAPm02l0ikIyIhJWgAgA2JZwDPkoB+AAAr98NwAP7wm0P/5BcsLrka//yA/5Af8gP/498Ql180AAA=',
      ),
    ],
    ['WebP, lossless', 'image/webp', base64('UklGRhwAAABXRUJQVlA4TA8AAAAvJAAFAAcQ/Y/+ByKi/wEA')],
    ['WebP with more in it', 'image/webp', base64('UklGRv4BAABXRUJQVlA4WAoAAAAgAAAAJAAAFAAASUND')],
    ['AVIF', 'image/avif', avif(meta(ispe(37, 21)))],
    ['AVIF of tiles', 'image/avif', avif(meta(ispe(16, 16), box('pixi', 'x'), ispe(37, 21), ispe(1, 40)))],
    [
      'AVIF that moves',
      'image/avif',
      avif(
        meta(ispe(1, 1)),
        box(
          'moov',
          box('mvhd', 'x') + box('trak', box('tkhd', uint32(0) + uint32(37 << 16) + uint32(21 << 16))),
        ),
      ),
    ],
    [
      'AVIF, a box of which goes on to the end',
      'image/avif',
      avif(meta(ispe(37, 21)).replace(/^..../s, '\0\0\0\0')),
    ],
  ])('%s is found', (_what, type, bytes) => {
    expect(pictureSizeOf(bytes, type)).toEqual([37, 21])
  })

  it('an AVIF of another program is found', () => {
    const head =
      'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0'
    expect(pictureSizeOf(base64(head), 'image/avif')).toEqual([2, 2])
  })

  it('a GIF is that of its first image where that is larger, which browsers show whole', () => {
    const image = '\x2c\x01\0\0\0\xff\xff\xff\xff\0'
    expect(pictureSizeOf(latin(GIF + image), 'image/gif')).toEqual([0x10000, 0xffff])
  })

  it.each<[string, PictureType, Uint8Array]>([
    ['PNG that ends too soon', 'image/png', png(1, 1).slice(0, 23)],
    ['PNG that begins otherwise', 'image/png', latin('\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\0\0\0\x01\0\0\0\x01')],
    ['PNG of no width', 'image/png', png(0, 5)],
    ['JPEG without a frame', 'image/jpeg', latin('\xff\xd8\xff\xe0\0\x02\xff\xda\0\x02')],
    ['JPEG of nothing more', 'image/jpeg', latin('\xff\xd8\xff')],
    ['JPEG whose segments go beyond its end', 'image/jpeg', latin('\xff\xd8\xff\xe0\xff\xffab')],
    ['GIF without an image', 'image/gif', latin(`${GIF}\x3b`)],
    ['WebP of another kind', 'image/webp', latin('RIFF\x20\0\0\0WEBPICCP\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0')],
    ['AVIF without', 'image/avif', avif(meta(box('pixi', 'x')))],
    ['AVIF whose boxes are no longer than nothing', 'image/avif', avif(`${uint32(3)}meta`)],
  ])('%s is not', (_what, type, bytes) => {
    expect(pictureSizeOf(bytes, type)).toBeUndefined()
    expect(pictureFault(bytes, type)).toMatch(/does not say how many pixels/)
  })
})

it('a picture may have so many pixels, and an SVG so many bytes', () => {
  expect(pictureFault(png(8000, 8000), 'image/png')).toBeUndefined()
  expect(pictureFault(png(8000, 8001), 'image/png')).toBe('the picture has more than 64 megapixels')
  expect(pictureFault(png(8000, 8001), 'image/png', 200_000_000)).toBeUndefined()
  expect(pictureFault(png(0xffffffff, 0xffffffff), 'image/png')).toMatch(/megapixels/)
  expect(pictureFault(new Uint8Array(2 << 20), 'image/svg+xml')).toBeUndefined()
  expect(pictureFault(new Uint8Array((2 << 20) + 1), 'image/svg+xml')).toBe('the SVG is larger than 2 MB')
})
