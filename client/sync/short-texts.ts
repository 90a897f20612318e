/** A board is full of texts of a few letters: keys, kinds, colours. lib0 reads each with the browser's `TextDecoder`, and calling that
 * takes two to five times as long as reading the letters. What is short and plain is read here, the rest as ever. */
import { utf8TextDecoder } from 'lib0/string'

/** Up to here V8 joins letters into one flat string. */
const SHORT_BYTES = 12
const ASCII_MAX = 0x7f

/** Has lib0's own decoder, and nobody else's, read short texts faster. Once is enough, and again does no harm. */
export function readShortTextsFast(decoder: Pick<TextDecoder, 'decode'> | null = utf8TextDecoder): void {
  // lib0 reads by itself where a browser's decoder is broken.
  if (!decoder || Object.hasOwn(decoder, 'decode')) return
  const decode = decoder.decode.bind(decoder)
  decoder.decode = (bytes, options) => {
    if (!(bytes instanceof Uint8Array) || bytes.length > SHORT_BYTES || options) return decode(bytes, options)
    let text = ''
    for (const byte of bytes) {
      if (byte > ASCII_MAX) return decode(bytes)
      text += String.fromCharCode(byte)
    }
    return text
  }
}
