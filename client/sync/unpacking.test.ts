import { expect, it } from 'vitest'
import { Unpacking } from './unpacking.ts'

const UPDATE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)

/** @returns it packed, in two parts */
async function packed(update: Uint8Array<ArrayBuffer>): Promise<[Uint8Array, Uint8Array]> {
  const stream = new Blob([update]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  return [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]
}

it('[W18] makes one update of the parts of a stream', async () => {
  const unpacking = new Unpacking()
  for (const part of await packed(UPDATE)) unpacking.take(part)
  expect(await unpacking.whole()).toEqual(UPDATE)
})

it('[W18] says so when they are no whole stream', async () => {
  const [first, second] = await packed(UPDATE)
  const short = new Unpacking()
  short.take(first)
  await expect(short.whole()).rejects.toThrow()
  const wrong = new Unpacking()
  wrong.take(second)
  wrong.take(first)
  await expect(wrong.whole()).rejects.toThrow()
})

it('is given up without a word', async () => {
  const [first] = await packed(UPDATE)
  const unpacking = new Unpacking()
  unpacking.take(first)
  unpacking.giveUp()
  // A rejection that nobody hears would fail the run.
  await new Promise(resolve => setTimeout(resolve))
})
