/** What goes between nodes: messages to all who listen to a channel, fast and without a promise. One may be lost, come late or
 * twice; whoever uses the bus makes good for that from the store. A server that is alone has none. */

export interface Bus {
  /** Whether messages come and go, as far as is known. */
  readonly isUp: boolean
  readonly meters: BusMeters
  /** Listens to a channel, from the first `joined` on.
   * @returns stops listening */
  listen(channel: string, listener: BusListener): () => void
  /** Sends to everybody who listens, the sender included if it does. Not sent while the bus is down, and not kept. */
  publish(channel: string, message: Uint8Array): void
  /** Sends in the same way.
   * @returns how many listen; `undefined` where the bus cannot tell */
  reach(channel: string, message: Uint8Array): Promise<number | undefined>
  /** The lines are up and yet nothing comes: takes new ones. */
  renew(): void
  close(): Promise<void>
}

export interface BusListener {
  heard(message: Uint8Array): void
  /** From here on everything is heard; what was said before, since the last `heard`, may have been missed. */
  joined(): void
}

/** What a bus counts. */
export class BusMeters {
  readonly sent = { messages: 0, bytes: 0 }
  readonly received = { messages: 0, bytes: 0 }
  /** Messages that were not sent, because the bus was down or too slow. */
  droppedCount = 0
  /** Times that it came up, the first included. */
  connectCount = 0
}
