import { createDecoder, readVarString } from 'lib0/decoding'
import { encode, writeVarString } from 'lib0/encoding'
import { utf8TextDecoder } from 'lib0/string'
import { expect, it } from 'vitest'
import { readShortTextsFast } from './short-texts.ts'

const TEXTS = [
  '',
  'xy',
  'a key',
  '\u0000\u007f',
  'twelve bytes',
  'thirteen byte',
  'größe',
  '日本',
  '👋',
  '\ufeffbom',
]

it('reads what was written, whatever it is', () => {
  readShortTextsFast()
  readShortTextsFast()
  for (const text of TEXTS) {
    const written = encode(encoder => writeVarString(encoder, text))
    expect(readVarString(createDecoder(written))).toBe(text)
  }
  expect(Object.hasOwn(utf8TextDecoder ?? {}, 'decode')).toBe(true)
})

it('asks the browser for what is long, not plain or not whole, and only for that', () => {
  const asked: number[] = []
  class Decoder {
    decode(bytes?: AllowSharedBufferSource): string {
      asked.push(bytes?.byteLength ?? 0)
      return 'by the browser'
    }
  }
  const decoder = new Decoder()
  readShortTextsFast(decoder)
  const read = (text: string) => decoder.decode(new TextEncoder().encode(text))
  expect(read('base')).toBe('base')
  expect(read('twelve bytes')).toBe('twelve bytes')
  expect(asked).toEqual([])
  expect(read('thirteen byte')).toBe('by the browser')
  expect(read('grün')).toBe('by the browser')
  expect(asked).toEqual([13, 5])
})

it('refuses bytes that are no UTF-8, as lib0 does', () => {
  readShortTextsFast()
  expect(() => readVarString(createDecoder(Uint8Array.of(2, 0xc3, 0x28)))).toThrow()
})
