/** All live sockets of the process: counts them by address and closes them when it goes down. */

import type { CloseCode } from '#shared/protocol.ts'
import type { Clock } from '../live/clock.ts'
import { KeyedBuckets } from '../live/rate-limit.ts'
import type { SocketConnection } from '../live/socket-connection.ts'

/** New connections from one address: a school that joins at once, the same school when the server has restarted, and after that
 * one each 20 ms. Each costs about a millisecond. */
const OPENED_PER_SECOND = 50
const MIN_OPENED_BURST = 100

export class LiveSockets {
  readonly #clock: Clock
  readonly #maxPerAddress: number
  readonly #open = new Map<SocketConnection, string>()
  readonly #perAddress = new Map<string, number>()
  readonly #opened: KeyedBuckets
  readonly #told = new KeyedBuckets({ perSecond: 1, burst: 1 })
  #whenNone: (() => void)[] = []

  /** @param maxPerAddress  0 for no limit, of their rate neither */
  constructor(clock: Clock, maxPerAddress: number) {
    this.#clock = clock
    this.#maxPerAddress = maxPerAddress
    this.#opened = new KeyedBuckets({
      perSecond: maxPerAddress === 0 ? 0 : OPENED_PER_SECOND,
      burst: Math.max(MIN_OPENED_BURST, maxPerAddress),
    })
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

  /** Counts a connection that is being opened.
   * @returns whether an address has opened no more of them than people do */
  mayOpen(address: string): boolean {
    return this.#opened.take(address, this.#clock.nowMs())
  }

  /** Whether the log has not been told of an address in the last second. */
  isWorthTelling(address: string): boolean {
    return this.#told.take(address, this.#clock.nowMs())
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
