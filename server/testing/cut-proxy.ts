/** A network between a server and who talks to it that can go away without a word: nothing is closed, nothing comes through. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class CutProxy {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #isCut = false

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param target  where connections go, `host:port` */
  static async open(host: string, port: number): Promise<CutProxy> {
    const server = createServer()
    const proxy = new CutProxy(server)
    server.on('connection', near => proxy.#pair(near, connect(port, host)))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    this.#isCut = true
  }

  /** For connections that come from now on: what was under way when it was cut is gone. */
  mend(): void {
    this.#isCut = false
  }

  async close(): Promise<void> {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #pair(near: Socket, far: Socket): void {
    const pair = [near, far] as const
    this.#pairs.add(pair)
    let isDead = false
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', chunk => {
        isDead ||= this.#isCut
        if (!isDead) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        if (!isDead && !this.#isCut) to.destroy()
      })
    }
    pass(near, far)
    pass(far, near)
  }
}
