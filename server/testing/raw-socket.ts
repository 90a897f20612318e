/** A WebSocket client that keeps to no rule: writes whatever bytes it is told to, and reads only when it likes. */
import { connect, type Socket } from 'node:net'

const HANDSHAKE_END = '\r\n\r\n'

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameOptions {
  readonly fin?: boolean
  readonly rsv1?: boolean
  /** A client's frames must be. */
  readonly masked?: boolean
}

/** RFC 6455, 5.2. The mask is four zeros, so that the payload stays readable.
 * @param length  what the header claims, if not the truth */
export function clientFrame(
  opcode: number,
  payload: Uint8Array,
  { fin = true, rsv1 = false, masked = true }: FrameOptions = {},
  length = payload.length,
): Buffer {
  const maskBit = masked ? 0x80 : 0
  const header = [(fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode]
  if (length < 126) header.push(maskBit | length)
  else if (length < 65_536) header.push(maskBit | 126, length >> 8, length & 255)
  else {
    const size = Buffer.alloc(8)
    size.writeBigUInt64BE(BigInt(length))
    header.push(maskBit | 127, ...size)
  }
  if (masked) header.push(0, 0, 0, 0)
  return Buffer.concat([Buffer.from(header), payload])
}

export class RawSocket {
  readonly tcp: Socket
  /** How the server closed: its code, or 1006 when it only hung up. */
  readonly closed: Promise<number>
  readonly #opened: Promise<void>

  private constructor(tcp: Socket) {
    this.tcp = tcp
    // A server that hangs up on what it is still being sent resets the connection.
    tcp.on('error', () => undefined)
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<number>()
    this.#opened = opened.promise
    this.closed = closed.promise
    let received: Buffer = Buffer.alloc(0)
    let isOpen = false
    tcp.on('data', data => {
      received = Buffer.concat([received, data])
      if (!isOpen) {
        const end = received.indexOf(HANDSHAKE_END)
        if (end < 0) return
        received = received.subarray(end + HANDSHAKE_END.length)
        isOpen = true
        opened.resolve()
      }
      const code = closeCode(received)
      if (code === undefined) return
      closed.resolve(code)
      tcp.destroy()
    })
    tcp.on('end', () => tcp.destroy())
    tcp.on('close', () => closed.resolve(1006))
  }

  /** @param first  frames sent in one packet with the handshake */
  static async open(port: number, path: string, first: Uint8Array = new Uint8Array()): Promise<RawSocket> {
    const raw = new RawSocket(connect(port, '127.0.0.1'))
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}`,
    ]
    raw.tcp.write(Buffer.concat([Buffer.from(lines.join('\r\n') + HANDSHAKE_END), first]))
    await raw.#opened
    return raw
  }

  send(payload: Uint8Array, options?: FrameOptions): void {
    this.tcp.write(clientFrame(OPCODE.binary, payload, options))
  }

  write(bytes: Uint8Array): void {
    this.tcp.write(bytes)
  }
}

/** Walks the server's frames to its close.
 * @returns its code, if it has come */
function closeCode(bytes: Buffer): number | undefined {
  let at = 0
  while (at + 2 <= bytes.length) {
    const opcode = bytes.readUInt8(at) & 15
    let length = bytes.readUInt8(at + 1)
    at += 2
    if (length >= 126 && at + 8 > bytes.length) return undefined
    if (length === 126) {
      length = bytes.readUInt16BE(at)
      at += 2
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at))
      at += 8
    }
    if (opcode === OPCODE.close) return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : undefined
    at += length
  }
  return undefined
}
