/** The wires that are spoken: y-websocket's, ours on top of it, and Hocuspocus' (y-websocket's frames after the board's name). */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { TAG } from '../../../server/shared/protocol.ts'
import type { PackedParts } from '../../../server/shared/testing/packed-parts.ts'

export type Dialect = 'stock' | 'drawbridge' | 'hocuspocus'

const HOCUSPOCUS = { auth: 2, syncReply: 4 } as const
/** Hocuspocus refuses clients that do not name a version. */
const HOCUSPOCUS_VERSION = '4.7.0'

/** Writes frames for one board. */
export class FrameWriter {
  readonly #prefix: string | undefined

  constructor(dialect: Dialect, board: string) {
    this.#prefix = dialect === 'hocuspocus' ? board : undefined
  }

  /** What has to be said before anything else. */
  hello(): Uint8Array | undefined {
    if (this.#prefix === undefined) return undefined
    return this.#frame(HOCUSPOCUS.auth, encoder => {
      encoding.writeVarUint(encoder, 0)
      encoding.writeVarString(encoder, '')
      encoding.writeVarString(encoder, HOCUSPOCUS_VERSION)
    })
  }

  sync(step: number, bytes: Uint8Array): Uint8Array {
    return this.#frame(TAG.sync, encoder => {
      encoding.writeVarUint(encoder, step)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  }

  awareness(clientId: number, clock: number, json: string): Uint8Array {
    const body = encoding.createEncoder()
    encoding.writeVarUint(body, 1)
    encoding.writeVarUint(body, clientId)
    encoding.writeVarUint(body, clock)
    encoding.writeVarString(body, json)
    return this.#frame(TAG.awareness, encoder =>
      encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body)),
    )
  }

  #frame(tag: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
    const encoder = encoding.createEncoder()
    if (this.#prefix !== undefined) encoding.writeVarString(encoder, this.#prefix)
    encoding.writeVarUint(encoder, tag)
    write(encoder)
    return encoding.toUint8Array(encoder)
  }
}

export interface FrameReader {
  sync?(step: number, bytes: Uint8Array): void
  awareness?(clientId: number, json: string): void
  live?(clientId: number, payload: Uint8Array): void
  saved?(count: number): void
}

/** Reads one WebSocket message; the floor puts several frames into one. Frames of other kinds end it.
 * @param packed  the connection's */
export function readMessage(
  message: Buffer,
  dialect: Dialect,
  reader: FrameReader,
  packed: PackedParts,
): void {
  const decoder = decoding.createDecoder(new Uint8Array(message.buffer, message.byteOffset, message.length))
  while (decoding.hasContent(decoder)) {
    if (dialect === 'hocuspocus') decoding.readVarString(decoder)
    const tag = decoding.readVarUint(decoder)
    if (tag === TAG.sync || (tag === HOCUSPOCUS.syncReply && dialect === 'hocuspocus')) {
      const step = decoding.readVarUint(decoder)
      // Read before the call: an argument of a call that is not made is not evaluated.
      const bytes = decoding.readVarUint8Array(decoder)
      reader.sync?.(step, bytes)
    } else if (tag === TAG.awareness) {
      readStates(decoding.readVarUint8Array(decoder), reader)
    } else if (tag === TAG.packed && dialect === 'drawbridge') {
      const step = decoding.readVarUint(decoder)
      const update = packed.take(step, decoding.readTailAsUint8Array(decoder))
      if (update) reader.sync?.(step, update)
    } else if (tag === TAG.live && dialect === 'drawbridge') {
      const count = decoding.readVarUint(decoder)
      for (let i = 0; i < count; i++) {
        const clientId = decoding.readVarUint(decoder)
        const payload = decoding.readVarUint8Array(decoder)
        reader.live?.(clientId, payload)
      }
    } else {
      if (tag === TAG.saved && dialect === 'drawbridge') reader.saved?.(decoding.readVarUint(decoder))
      return
    }
  }
}

function readStates(body: Uint8Array, reader: FrameReader): void {
  if (!reader.awareness) return
  const decoder = decoding.createDecoder(body)
  const count = decoding.readVarUint(decoder)
  for (let i = 0; i < count; i++) {
    const clientId = decoding.readVarUint(decoder)
    decoding.readVarUint(decoder) // the clock
    reader.awareness(clientId, decoding.readVarString(decoder))
  }
}
