/** A participant on a real socket, as our client is one: waits for what comes in, and fails when it is closed meanwhile. */
import WebSocket from 'ws'
import { SUBPROTOCOL } from '#shared/protocol.ts'
import { type Received, readServerFrame } from './fake-connection.ts'
import { Peer } from './peer.ts'

export class Participant {
  readonly peer: Peer
  /** Codes of what it was refused. */
  readonly refusals: string[] = []
  /** The code with which it was closed, once it is. */
  readonly closed: Promise<number>
  readonly #socket: WebSocket
  readonly #counts = new Map<Received['type'], number>()
  readonly #checks = new Set<() => void>()

  private constructor(url: string, protocols: string[], peer: Peer) {
    this.peer = peer
    this.#socket = new WebSocket(url, protocols)
    this.closed = new Promise(resolve => this.#socket.once('close', resolve))
    this.#socket.on('message', (data: Buffer) => {
      const frame = new Uint8Array(data)
      const received = readServerFrame(frame)
      this.#counts.set(received.type, (this.#counts.get(received.type) ?? 0) + 1)
      if (received.type === 'refused') this.refusals.push(received.refusal.code)
      this.peer.receive(frame)
      for (const check of this.#checks) check()
    })
  }

  /** @param url  `ws://host/live/:boardId`
   * @param peer  one that comes back, with what it has */
  static async join(url: string, { isStock = false, peer = new Peer() } = {}): Promise<Participant> {
    const participant = new Participant(url, isStock ? [] : [SUBPROTOCOL], peer)
    const socket = participant.#socket
    await peer.open(socket)
    await participant.until(() => peer.isSynced)
    return participant
  }

  /** Asked again at every frame. Rejects when the connection ends first. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const gone = (code: number): void => reject(new Error(`closed with ${code}`))
      const check = (): void => {
        if (!condition()) return
        this.#checks.delete(check)
        this.#socket.off('close', gone)
        resolve()
      }
      this.#checks.add(check)
      this.#socket.once('close', gone)
      check()
    })
  }

  has(key: string): Promise<void> {
    return this.until(() => this.peer.shapes.has(key))
  }

  saved(): Promise<void> {
    return this.until(() => this.peer.isSynced && this.peer.isSaved)
  }

  refused(code: string): Promise<void> {
    return this.until(() => this.refusals.includes(code))
  }

  nextFrame(type: Received['type']): Promise<void> {
    const before = this.#counts.get(type) ?? 0
    return this.until(() => (this.#counts.get(type) ?? 0) > before)
  }

  leave(): void {
    this.#socket.terminate()
  }
}
