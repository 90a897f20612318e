/** A network cable to the server that a test can cut and mend: a TCP proxy on a port of its own. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class Cable {
  readonly #toPort: () => number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  /** @param toPort  asked for every connection, since the server may come back */
  constructor(toPort: () => number) {
    this.#toPort = toPort
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Lets connections through, on the same port as before. */
  async mend(): Promise<void> {
    const server = createServer(near => {
      const far = connect(this.#toPort(), '127.0.0.1')
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from)
        from.pipe(to)
        // One side's end, clean or not, is the other's.
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
      }
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Ends every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
