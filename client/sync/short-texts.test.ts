import { createDecoder, readVarString } from 'lib0/decoding'
import { encode, writeVarString } from 'lib0/encoding'
import { utf8TextDecoder, utf8TextEncoder } from 'lib0/string'
import { expect, it } from 'vitest'
import { takeShortTextsFast } from './short-texts.ts'

const LETTERS = 'a'.repeat(32)
const TEXTS = [
  LETTERS,
  `${LETTERS}b`,
  `${LETTERS.slice(1)}ü`,
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

it('reads and writes what the browser does, whatever it is', () => {
  takeShortTextsFast()
  takeShortTextsFast()
  for (const text of TEXTS) {
    const written = encode(encoder => writeVarString(encoder, text))
    expect(written.subarray(1)).toEqual(new TextEncoder().encode(text))
    expect(readVarString(createDecoder(written))).toBe(text)
  }
  expect(Object.hasOwn(utf8TextDecoder ?? {}, 'decode')).toBe(true)
  expect(Object.hasOwn(utf8TextEncoder, 'encodeInto')).toBe(true)
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
  takeShortTextsFast(decoder)
  const read = (text: string) => decoder.decode(new TextEncoder().encode(text))
  expect(read('base')).toBe('base')
  expect(read('twelve bytes')).toBe('twelve bytes')
  expect(asked).toEqual([])
  expect(read('thirteen byte')).toBe('by the browser')
  expect(read('grün')).toBe('by the browser')
  expect(asked).toEqual([13, 5])
})

it('writes by itself what is short, plain and has room, and only that', () => {
  const asked: string[] = []
  class Encoder {
    encodeInto(text: string): { read: number; written: number } {
      asked.push(text)
      return { read: 0, written: 0 }
    }
  }
  const encoder: Pick<TextEncoder, 'encodeInto'> = new Encoder()
  takeShortTextsFast(null, encoder)
  const bytes = new Uint8Array(40)
  expect(encoder.encodeInto('base', bytes)).toEqual({ read: 4, written: 4 })
  expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('base')
  expect(encoder.encodeInto(LETTERS, bytes)).toEqual({ read: 32, written: 32 })
  expect(asked).toEqual([])
  const others = [`${LETTERS}a`, 'grün', '👋']
  for (const text of others) encoder.encodeInto(text, bytes)
  encoder.encodeInto('no room', new Uint8Array(3))
  expect(asked).toEqual([...others, 'no room'])
})

it('refuses bytes that are no UTF-8, as lib0 does', () => {
  takeShortTextsFast()
  expect(() => readVarString(createDecoder(Uint8Array.of(2, 0xc3, 0x28)))).toThrow()
})
