/** A line between a node and Redis or PostgreSQL that can be slow, or go dead without a word: nothing is closed, nothing comes
 * through. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class Wire {
  /** How long every piece takes in each direction, ms. */
  delayMs = 0
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #isDead = false

  private constructor(server: Server, target: Wire['target']) {
    this.#server = server
    this.#target = target
  }

  static async open(host: string, port: number): Promise<Wire> {
    const server = createServer()
    const wire = new Wire(server, { host, port })
    server.on('connection', near => wire.#pass(near))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return wire
  }

  get target(): { readonly host: string; readonly port: number } {
    return this.#target
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** From here on nothing comes through, on new connections neither. */
  die(): void {
    this.#isDead = true
  }

  /** New connections work again; those that were there stay dead, as after a change of routes. */
  revive(): void {
    this.#isDead = false
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(near: Socket): void {
    const far = connect(this.#target.port, this.#target.host)
    let isDead = false
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', piece => {
        isDead ||= this.#isDead
        if (isDead) return
        if (this.delayMs === 0) to.write(piece)
        else setTimeout(() => to.write(piece), this.delayMs)
      })
      // Its close says the same.
      from.on('error', () => from.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        isDead ||= this.#isDead
        if (!isDead) setTimeout(() => to.destroy(), this.delayMs)
      })
    }
  }
}
