import { expect, it } from 'vitest'
import { pictureTypeOf } from './picture-type.ts'

const latin = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0))

it.each([
  ['\x89PNG\r\n\x1a\nIHDR', 'image/png'],
  ['\xff\xd8\xff\xe0JFIF', 'image/jpeg'],
  ['GIF89a\x01\x00', 'image/gif'],
  ['GIF87a\x01\x00', 'image/gif'],
  ['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
  ['\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif', 'image/avif'],
  ['\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avifmiaf', 'image/avif'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
  ['\xef\xbb\xbf \n<?xml version="1.0"?>\n<!-- a <b> - -- c -->\n<svg>', 'image/svg+xml'],
  ['<!DOCTYPE svg PUBLIC "-//W3C" "x.dtd" [ <!ENTITY a "b"> ]><svg:svg>', 'image/svg+xml'],
])('%j is %s', (head, type) => {
  expect(pictureTypeOf(latin(head))).toBe(type)
})

it.each([
  '',
  '\x89PNG',
  'RIFF\x10\x00\x00\x00WAVEfmt ',
  '\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42',
  // The brand stands behind the first box's end.
  '\x00\x00\x00\x10ftypmp42\x00\x00\x00\x00avif',
  '<html><svg/></html>',
  '<!doctype html><svg/>x',
  '<script>alert(1)</script><svg/>',
  '<!-- <svg> -->',
  '<svgx/>',
  'plain <svg/>',
  '%PDF-1.7',
])('%j is no picture', head => {
  expect(pictureTypeOf(latin(head))).toBeUndefined()
})

it('what only looks like the beginning of an SVG is none, however often', () => {
  for (const part of ['<!--', ' ', '<? ?>', '<!DOCTYPE a [', '<!-- -->', '<!DOCTYPE a>'])
    expect(pictureTypeOf(latin(part.repeat(20_000)))).toBeUndefined()
})
