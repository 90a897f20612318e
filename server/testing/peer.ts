/** A participant's end of the wire, as y-websocket has it: a Y.Doc, updates out, frames in. Counts as our client does. */
import type { WebSocket } from 'ws'
import * as Y from 'yjs'
import { encodeSync, isDocumentMessage, SYNC } from '#shared/protocol.ts'
import { PackedParts } from '#shared/testing/packed-parts.ts'
import { readServerFrame } from './fake-connection.ts'

const isFromServer = Symbol('from the server')

export class Peer {
  readonly doc: Y.Doc
  isSynced = false
  sentCount = 0
  savedCount = 0
  #send: ((frame: Uint8Array) => void) | undefined
  #packed = new PackedParts()

  constructor(doc: Y.Doc = new Y.Doc()) {
    this.doc = doc
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== isFromServer) this.send(encodeSync(SYNC.update, update))
    })
  }

  get shapes(): Y.Map<unknown> {
    return this.doc.getMap('shapes')
  }

  get isSaved(): boolean {
    return this.savedCount === this.sentCount
  }

  /** Says what it has as soon as the socket is open: the server's first frames can come with its handshake, and are read before any promise
   * goes on. Resolves then. */
  open(socket: WebSocket): Promise<void> {
    const send = (frame: Uint8Array): void => socket.send(frame)
    socket.once('close', () => this.disconnect(send))
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        this.connect(send)
        resolve()
      })
      socket.once('error', reject)
    })
  }

  /** The socket is open: says what it has. */
  connect(send: (frame: Uint8Array) => void): void {
    this.#send = send
    this.#packed = new PackedParts()
    this.isSynced = false
    this.sentCount = 0
    this.savedCount = 0
    this.send(encodeSync(SYNC.step1, Y.encodeStateVector(this.doc)))
  }

  /** @param send  the connection that has ended, if it is not the last one that was made for certain */
  disconnect(send = this.#send): void {
    if (send !== this.#send) return
    this.#send = undefined
    this.isSynced = false
  }

  send(frame: Uint8Array): void {
    if (!this.#send) return
    if (isDocumentMessage(frame)) this.sentCount++
    this.#send(frame)
  }

  receive(frame: Uint8Array): void {
    const received = readServerFrame(frame)
    if (received.type === 'step1') {
      this.send(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(this.doc, received.bytes)))
    } else if (received.type === 'step2' || received.type === 'update') {
      this.#take(received.type === 'step2', received.bytes)
    } else if (received.type === 'packed') {
      const update = this.#packed.take(received.step, received.part)
      if (update) this.#take(received.step === SYNC.step2, update)
    } else if (received.type === 'saved') {
      this.savedCount = received.count
    }
  }

  #take(isStep2: boolean, update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, isFromServer)
    if (isStep2) this.isSynced = true
  }
}
