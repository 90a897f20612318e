/** One socket of the load: counts what arrives, and reads it only where somebody wants to know. */
import { WebSocket } from 'ws'
import type { Box } from '../../../server/shared/geometry/box.ts'
import {
  encodeLiveToServer,
  encodeView,
  isDocumentMessage,
  SUBPROTOCOL,
  SYNC,
} from '../../../server/shared/protocol.ts'
import { PackedParts } from '../../../server/shared/testing/packed-parts.ts'
import type { Contestant } from './contestants.ts'
import { type FrameReader, FrameWriter, readMessage } from './wire.ts'

const EMPTY_STATE_VECTOR = Uint8Array.of(0)

export class Connection {
  readonly clientId: number
  receivedBytes = 0
  /** Document messages, as `saved` counts them. */
  sentDocumentCount = 0
  closeCode: number | undefined
  readonly #contestant: Contestant
  readonly #board: string
  readonly #reader: FrameReader | undefined
  readonly #writer: FrameWriter
  readonly #packed = new PackedParts()
  #socket: WebSocket | undefined
  #clock = 1

  /** @param reader  without one nothing is decoded, so that a thousand of these fit into a process */
  constructor(contestant: Contestant, board: string, clientId: number, reader?: FrameReader) {
    this.clientId = clientId
    this.#contestant = contestant
    this.#board = board
    this.#reader = reader
    this.#writer = new FrameWriter(contestant.dialect, board)
  }

  /** Resolves when the socket is open and its SyncStep1 is on the way. */
  open(stateVector = EMPTY_STATE_VECTOR): Promise<this> {
    const { dialect } = this.#contestant
    const socket = new WebSocket(
      this.#contestant.urlOf(this.#board),
      dialect === 'drawbridge' ? [SUBPROTOCOL] : [],
      // Nobody vouches for a certificate of the benchmark's.
      { perMessageDeflate: false, maxPayload: 0, rejectUnauthorized: false },
    )
    this.#socket = socket
    socket.on('message', (message: Buffer) => {
      this.receivedBytes += message.length
      if (this.#reader) readMessage(message, dialect, this.#reader, this.#packed)
    })
    socket.on('error', () => {}) // its close comes next
    return new Promise((resolve, reject) => {
      socket.on('close', code => {
        this.closeCode = code
        reject(new Error(`refused with ${code}`))
      })
      socket.on('open', () => {
        const hello = this.#writer.hello()
        if (hello) this.#send(hello)
        this.#send(this.#writer.sync(SYNC.step1, stateVector))
        resolve(this)
      })
    })
  }

  update(update: Uint8Array): void {
    const frame = this.#writer.sync(SYNC.update, update)
    if (isDocumentMessage(frame)) this.sentDocumentCount++
    this.#send(frame)
  }

  announce(state: string): void {
    this.#send(this.#writer.awareness(this.clientId, this.#clock++, state))
  }

  live(payload: Uint8Array): void {
    this.#send(encodeLiveToServer(payload))
  }

  view(box: Box): void {
    this.#send(encodeView(box))
  }

  close(): void {
    this.#socket?.terminate()
  }

  #send(frame: Uint8Array): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame)
  }
}

/** Client ids as Yjs draws them: up to 32 bits, five bytes as a varint. */
export const clientIdOf = (index: number): number => 2_000_000_000 + index * 7919

/** Opens in groups: a listen queue holds some hundred. */
export async function openAll(connections: readonly Connection[], groupSize = 50): Promise<void> {
  for (let i = 0; i < connections.length; i += groupSize) {
    await Promise.all(connections.slice(i, i + groupSize).map(connection => connection.open()))
  }
}
