import { createRequire } from 'node:module'
import { PassThrough, type Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { headerOf, writeMessage, writeMessages } from './frame-writer.ts'

/** What `ws` reads from the bytes that were written. */
async function received(write: (socket: PassThrough) => void): Promise<Buffer[]> {
  const socket = new PassThrough({ highWaterMark: 1 << 24 })
  const receiver = clientReceiver()
  const messages: Buffer[] = []
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    expect(isBinary).toBe(true)
    messages.push(data)
  })
  write(socket)
  socket.end()
  for await (const chunk of socket) receiver.write(chunk)
  await new Promise<void>(resolve => receiver.end(resolve))
  return messages
}

/** The types of ws do not name its reader. */
function clientReceiver(): Writable {
  const { Receiver } = createRequire(import.meta.url)('ws') as { Receiver: new (options: object) => Writable }
  return new Receiver({ isServer: false })
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251)

describe('frame writer', () => {
  it.each([10, 200_000])('writes a message in pieces, %i bytes each, as one frame', async length => {
    const pieces = [bytes(3), bytes(length), bytes(length)]
    const [back, ...more] = await received(socket => writeMessage(socket, pieces))
    expect(more).toEqual([])
    expect(Buffer.compare(back ?? Buffer.alloc(0), Buffer.concat(pieces))).toBe(0)
  })

  it.each([1, 125, 126, 65_535, 65_536, 200_000])(
    'writes a message of %i bytes as one frame that ws reads',
    async length => {
      const message = bytes(length)
      const [back, ...more] = await received(socket => writeMessage(socket, message))
      expect(more).toEqual([])
      expect(Buffer.compare(back ?? Buffer.alloc(0), message)).toBe(0)
    },
  )

  it('writes several messages in order, small and large, however often', async () => {
    const few = [bytes(3), bytes(300)]
    const large = [bytes(3), bytes(70_000), bytes(5)]
    const back = await received(socket => {
      for (const messages of [few, few, large, [bytes(9)]]) writeMessages(socket, messages)
    })
    expect(back.map(({ length }) => length)).toEqual([3, 300, 3, 300, 3, 70_000, 5, 9])
  })

  it('makes a shared message into a frame once', () => {
    const written: Uint8Array[] = []
    const socket = { write: (chunk: Uint8Array) => written.push(chunk) } as unknown as PassThrough
    const message = bytes(100)
    const messages = [bytes(10), bytes(20)]
    for (let i = 0; i < 2; i++) {
      writeMessage(socket, message)
      writeMessages(socket, messages)
    }
    expect(written).toHaveLength(4)
    expect(written[2]).toBe(written[0])
    expect(written[3]).toBe(written[1])
  })

  it('codes lengths in 7, 16 and 64 bits', () => {
    expect([125, 126, 65_535, 65_536].map(length => headerOf(length).length)).toEqual([2, 4, 4, 10])
  })
})
