/** All live sockets of the process: counts them by address and closes them when it goes down. */

import type { CloseCode } from '#shared/protocol.ts'
import type { Clock } from '../live/clock.ts'
import type { SocketConnection } from '../live/socket-connection.ts'

export class LiveSockets {
  readonly #clock: Clock
  readonly #maxPerAddress: number
  readonly #open = new Map<SocketConnection, string>()
  readonly #perAddress = new Map<string, number>()
  #whenNone: (() => void)[] = []

  /** @param maxPerAddress  0 for no limit */
  constructor(clock: Clock, maxPerAddress: number) {
    this.#clock = clock
    this.#maxPerAddress = maxPerAddress
  }

  get count(): number {
    return this.#open.size
  }

  /** Sent and not yet taken by the network. */
  get bufferedBytes(): number {
    let bytes = 0
    for (const { bufferedBytes } of this.#open.keys()) bytes += bufferedBytes
    return bytes
  }

  hasRoomFor(address: string): boolean {
    return this.#maxPerAddress === 0 || (this.#perAddress.get(address) ?? 0) < this.#maxPerAddress
  }

  add(connection: SocketConnection, address: string): void {
    this.#open.set(connection, address)
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
  }

  delete(connection: SocketConnection): void {
    const address = this.#open.get(connection)
    if (address === undefined) return
    this.#open.delete(connection)
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(address, left)
    else this.#perAddress.delete(address)
    if (this.#open.size > 0) return
    for (const resolve of this.#whenNone) resolve()
    this.#whenNone = []
  }

  /** Closes all, evenly over `spreadMs`: stock clients come back after a fixed wait, and so not all in one instant.
   * @returns when each has been told; not when each has gone */
  async closeAll(code: CloseCode, reason: string, spreadMs: number): Promise<void> {
    const connections = [...this.#open.keys()]
    const stepMs = spreadMs / Math.max(1, connections.length)
    await Promise.all(
      connections.map(
        (connection, i) =>
          new Promise<void>(resolve => {
            this.#clock.after(stepMs * i, () => {
              connection.close(code, reason)
              resolve()
            })
          }),
      ),
    )
  }

  /** Resolves when the last has gone, or after `timeoutMs` when the rest has been cut. */
  async gone(timeoutMs: number): Promise<void> {
    if (this.#open.size === 0) return
    const none = new Promise<void>(resolve => this.#whenNone.push(resolve))
    const timer = this.#clock.after(timeoutMs, () => {
      for (const connection of this.#open.keys()) connection.terminate()
    })
    await none
    timer.cancel()
  }
}
