/** Somebody who draws on a board by way of whichever node takes them, and comes back through another one when a node goes, with all
 * that they have drawn, as our page does. Notes when each mark of the others' arrived. */
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createParticipantToken } from '#shared/ids.ts'
import { encodeAwareness, PARTICIPANT_PREFIX, SUBPROTOCOL } from '#shared/protocol.ts'
import { readServerFrame } from '../../server/testing/fake-connection.ts'
import { Peer } from '../../server/testing/peer.ts'

const COME_BACK_MS = 200

export interface Arrival {
  readonly key: string
  readonly atMs: number
}

export class Guest {
  readonly peer = new Peer()
  /** Marks that were said to be saved. */
  readonly saved = new Set<string>()
  /** Times they were told that nothing is saved. */
  toldNotSavingCount = 0
  /** When each mark of somebody else's came. */
  readonly arrivals: Arrival[] = []
  readonly #name: string
  readonly #boardId: string
  /** Names the next node to try. */
  readonly #nextUrl: () => string
  readonly #token = createParticipantToken()
  readonly #unsaved = new Set<string>()
  #socket: WebSocket | undefined
  #clock = 0
  #count = 0
  #hasLeft = false

  constructor(name: string, boardId: string, nextUrl: () => string) {
    this.#name = name
    this.#boardId = boardId
    this.#nextUrl = nextUrl
    this.marks.observe((event, transaction) => {
      if (transaction.local) return
      const atMs = performance.now()
      for (const key of event.changes.keys.keys()) this.arrivals.push({ key, atMs })
    })
    void this.#stay()
  }

  get marks() {
    return this.peer.doc.getMap<number>('marks')
  }

  get isIn(): boolean {
    return this.peer.isSynced
  }

  get isSaved(): boolean {
    return this.isIn && this.peer.isSaved
  }

  draw(): string {
    const key = `${this.#name}-${this.#count++}`
    this.#unsaved.add(key)
    this.marks.set(key, performance.now())
    return key
  }

  point(): void {
    if (!this.isIn) return
    const json = JSON.stringify({ name: this.#name, at: this.#clock })
    this.peer.send(encodeAwareness([{ clientId: this.peer.doc.clientID, clock: ++this.#clock, json }]))
  }

  leave(): void {
    this.#hasLeft = true
    this.#socket?.terminate()
  }

  async #stay(): Promise<void> {
    while (!this.#hasLeft) {
      await this.#connect()
      await sleep(COME_BACK_MS)
    }
  }

  #connect(): Promise<void> {
    const url = `${this.#nextUrl().replace('http', 'ws')}/live/${this.#boardId}`
    const socket = new WebSocket(url, [SUBPROTOCOL, PARTICIPANT_PREFIX + this.#token])
    this.#socket = socket
    const send = (frame: Uint8Array): void => socket.send(frame)
    socket.on('open', () => {
      this.peer.connect(send)
      this.point()
    })
    socket.on('message', (data: Buffer) => {
      const frame = new Uint8Array(data)
      const received = readServerFrame(frame)
      if (received.type === 'refused' && received.refusal.code === 'not-saving') this.toldNotSavingCount++
      if (received.type !== 'awareness') this.peer.receive(frame)
      if (!this.peer.isSynced || !this.peer.isSaved) return
      for (const key of this.#unsaved) this.saved.add(key)
      this.#unsaved.clear()
    })
    return new Promise(resolve => {
      // Its close follows.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.peer.disconnect(send)
        resolve()
      })
    })
  }
}
