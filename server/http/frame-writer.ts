/** Writes WebSocket frames where `ws` would, but makes each only once for all its receivers.
 *
 * A frame from a server is the same bytes for everybody (RFC 6455, 5.1: not masked), so a message that goes to two hundred sockets
 * needs one header and one write each, where `ws` makes two hundred headers and two writes each. Nothing else writes
 * parts of frames: there is no compression and no fragmentation, and `ws` writes its pings and closes in one piece. */
import type { Duplex } from 'node:stream'
import type { Message } from '../live/connection.ts'

/** Larger messages are not copied behind their header; two writes cost nothing beside them. */
const MAX_COPIED_BYTES = 64 * 1024
const FIN_BINARY = 0x82

/** Frames by message, and by array of messages: as long as the room holds those. */
const framed = new WeakMap<object, Buffer>()

export function writeMessage(socket: Duplex, message: Message): void {
  const pieces = message instanceof Uint8Array ? [message] : message
  let length = 0
  for (const piece of pieces) length += piece.length
  if (length <= MAX_COPIED_BYTES) {
    socket.write(frameOf(message, pieces, length))
    return
  }
  socket.cork()
  socket.write(headerOf(length))
  for (const piece of pieces) socket.write(piece)
  socket.uncork()
}

/** @param messages  an array that is shared by all who are sent the same */
export function writeMessages(socket: Duplex, messages: readonly Uint8Array[]): void {
  const [only] = messages
  if (only && messages.length === 1) {
    writeMessage(socket, only)
    return
  }
  let all = framed.get(messages)
  if (!all) {
    if (messages.some(({ length }) => length > MAX_COPIED_BYTES)) {
      socket.cork()
      for (const message of messages) writeMessage(socket, message)
      socket.uncork()
      return
    }
    all = Buffer.concat(messages.flatMap(message => [headerOf(message.length), message]))
    framed.set(messages, all)
  }
  socket.write(all)
}

function frameOf(message: Message, pieces: readonly Uint8Array[], length: number): Buffer {
  let frame = framed.get(message)
  if (!frame) {
    frame = Buffer.concat([headerOf(length), ...pieces])
    framed.set(message, frame)
  }
  return frame
}

/** RFC 6455, 5.2: one final, binary, unmasked frame of `length` bytes. */
export function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.of(FIN_BINARY, length)
  if (length < 65_536) return Buffer.of(FIN_BINARY, 126, length >> 8, length & 255)
  const header = Buffer.alloc(10)
  header[0] = FIN_BINARY
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
