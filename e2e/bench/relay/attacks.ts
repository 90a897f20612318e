/** What a hostile connection sends, again and again. Bytes are made once, so that the attacker's CPU goes into sending. */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { encodeAwareness, encodeSync, SYNC } from '../../../server/shared/protocol.ts'
import { clientFrame, OPCODE } from '../../../server/testing/raw-socket.ts'
import { makeBoard } from './board.ts'

export interface Attack {
  /** How many connections at once; one that ends is opened anew. */
  readonly connections: number
  /** On the board of the honest ones; otherwise on one of its own. */
  readonly isOnTheirBoard?: boolean
  /** Hangs up as soon as it is open. */
  readonly hangsUp?: boolean
  /** Does not read. */
  readonly isDeaf?: boolean
  /** Sent once by the first connection, beforehand. */
  readonly seed?: () => Buffer[]
  /** WebSocket frames that are sent at the start of a connection. */
  readonly first?: () => Buffer[]
  /** Frames that are sent on and on, as fast as they are taken; or so many times a second. */
  readonly repeated?: () => Buffer
  readonly perSecond?: number
}

const message = (bytes: Uint8Array): Buffer => clientFrame(OPCODE.binary, bytes)
const update = (bytes: Uint8Array): Buffer => message(encodeSync(SYNC.update, bytes))
const many = (count: number, frame: (i: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => frame(i)))

/** @param write  the structs and the delete set, behind the count of clients */
const handmade = (clientCount: number, write: (encoder: encoding.Encoder) => void): Buffer =>
  update(
    encoding.encode(encoder => {
      encoding.writeVarUint(encoder, clientCount)
      write(encoder)
    }),
  )

const gcStructs = (count: number): Buffer =>
  handmade(1, encoder => {
    for (const number of [count, 1, 0]) encoding.writeVarUint(encoder, number)
    for (let i = 0; i < count; i++) {
      encoding.writeUint8(encoder, 0)
      encoding.writeUint8(encoder, 1)
    }
    encoding.writeVarUint(encoder, 0)
  })

/** A text of 3 million letters, and a million deletions in it from its end to its start. */
function deletions(): Buffer[] {
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.getText('text').insert(0, 'x'.repeat(3_000_000))
  const deleting = handmade(0, encoder => {
    for (const number of [1, 1, 1_000_000]) encoding.writeVarUint(encoder, number)
    for (let i = 1_000_000; i > 0; i--) {
      encoding.writeVarUint(encoder, i * 2)
      encoding.writeVarUint(encoder, 1)
    }
  })
  return [update(Y.encodeStateAsUpdate(doc)), deleting]
}

/** Updates of one that has left out its first. */
function gapped(): Buffer {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (bytes: Uint8Array) => updates.push(bytes))
  for (let i = 0; i < 2000; i++) doc.getArray('list').push([i])
  return Buffer.concat(updates.slice(1).map(update))
}

const randomBytes = (): Buffer =>
  many(1000, () => message(Uint8Array.from({ length: 1 + Math.random() * 60 }, () => Math.random() * 256)))

/** One for each page, of 10,000 pages. */
const stateVector = (): Uint8Array =>
  Y.encodeStateVector(new Map(Array.from({ length: 10_000 }, (_, i) => [2 ** 31 + i, 5])))

const truncated = (): Buffer => {
  const [board = new Uint8Array()] = makeBoard(2000)
  return update(board.subarray(0, board.length - 3))
}

const attacks = {
  'nothing, but a busy process beside': { connections: 0 },
  'random bytes': { connections: 4, repeated: randomBytes },
  '10,000 frames a second': {
    connections: 1,
    repeated: () => many(100, () => message(Uint8Array.of(3))),
    perSecond: 100,
  },
  '100 MB, and again': { connections: 1, repeated: () => message(new Uint8Array(1_000_000)) },
  'reconnecting without end': { connections: 32, hangsUp: true },
  '10,000 sockets': { connections: 10_000 },
  '8 million structs in 16 MB': { connections: 2, repeated: () => gcStructs(8_000_000) },
  '2 million structs in 4 MB': { connections: 2, repeated: () => gcStructs(2_000_000) },
  'a million deletions in a text': { connections: 1, first: deletions },
  'truncated updates': { connections: 4, repeated: truncated },
  'updates without their predecessors': { connections: 4, repeated: gapped },
  'state vectors of 70 KB': {
    connections: 4,
    repeated: () => message(encodeSync(SYNC.step1, stateVector())),
  },
  '100 who read nothing of 2 MB': {
    connections: 100,
    isDeaf: true,
    seed: () => makeBoard(10_000).map(update),
    first: () => [message(encodeSync(SYNC.step1, Uint8Array.of(0)))],
  },
  'awareness of 4 KB, 250 a second, on their board': {
    connections: 1,
    isOnTheirBoard: true,
    repeated: () =>
      many(10, i =>
        message(
          encodeAwareness([
            {
              clientId: 7,
              clock: Math.floor(performance.now()) * 10 + i,
              json: `{"x":"${'x'.repeat(4000)}"}`,
            },
          ]),
        ),
      ),
    perSecond: 25,
  },
} as const satisfies Record<string, Attack>

export type AttackName = keyof typeof attacks
export const ATTACKS: Readonly<Record<AttackName, Attack>> = attacks
