/** A board is full of texts of a few letters: keys, kinds, colours. lib0 reads each with the browser's `TextDecoder` and writes it with its
 * `TextEncoder`, and calling those takes two to ten times as long as going through the letters. What is short and plain is read and
 * written here, the rest as ever. */
import { utf8TextDecoder, utf8TextEncoder } from 'lib0/string'

/** Up to here V8 joins letters into one flat string. */
const SHORT_BYTES = 12
const SHORT_LETTERS = 32
const ASCII_MAX = 0x7f

/** Has lib0's own decoder and encoder, and nobody else's, take short texts faster. Once is enough, and again does no harm. */
export function takeShortTextsFast(
  decoder: Pick<TextDecoder, 'decode'> | null = utf8TextDecoder,
  encoder: Pick<TextEncoder, 'encodeInto'> = utf8TextEncoder,
): void {
  // lib0 reads by itself where a browser's decoder is broken.
  if (decoder && !Object.hasOwn(decoder, 'decode')) readFast(decoder)
  if (!Object.hasOwn(encoder, 'encodeInto')) writeFast(encoder)
}

function readFast(decoder: Pick<TextDecoder, 'decode'>): void {
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

function writeFast(encoder: Pick<TextEncoder, 'encodeInto'>): void {
  const encodeInto = encoder.encodeInto.bind(encoder)
  encoder.encodeInto = (text, bytes) => {
    const { length } = text
    if (length > SHORT_LETTERS || length > bytes.length) return encodeInto(text, bytes)
    for (let i = 0; i < length; i++) {
      const letter = text.charCodeAt(i)
      if (letter > ASCII_MAX) return encodeInto(text, bytes)
      bytes[i] = letter
    }
    return { read: length, written: length }
  }
}
