/** Live payloads of one tick, gathered for all (PROTOCOL.md, L4 to L7). Looks at a payload's first byte, and at where a
 * cursor is. A sender gets its own back, because one shared frame costs less than one without it for each sender. */
import type { Point } from '#shared/board/shape.ts'
import { decodeLivePayload } from '#shared/live.ts'
import { isLatestWins, LIVE } from '#shared/protocol.ts'
import { LiveTick, type Relayed } from './live-tick.ts'

export const MAX_LIVE_PAYLOAD_BYTES = 64 * 1024
/** Of one sender in one tick; what goes beyond is dropped, as live payloads may be at any time. */
export const MAX_LIVE_BYTES_PER_TICK = 256 * 1024

interface Sender {
  bytes: number
  /** Where the latest of a kind stands in the tick. */
  readonly latest: Map<number, number>
}

export class LiveRelay {
  #messages: (Relayed | undefined)[] = []
  /** Where the others have each sender's cursor. */
  readonly #cursors = new Map<number, Point>()
  readonly #senders = new Map<number, Sender>()

  /** @param isElsewhere  of a participant of another node
   * @returns whether it will be relayed */
  add(clientId: number, payload: Uint8Array, isElsewhere = false): boolean {
    let sender = this.#senders.get(clientId)
    if (!sender) {
      sender = { bytes: 0, latest: new Map() }
      this.#senders.set(clientId, sender)
    }
    if (payload.length > MAX_LIVE_PAYLOAD_BYTES || sender.bytes + payload.length > MAX_LIVE_BYTES_PER_TICK)
      return false
    sender.bytes += payload.length
    const kind = payload[0] ?? 0
    if (isLatestWins(kind)) {
      const earlier = sender.latest.get(kind)
      // The new one goes to the end, so that a sender's payloads keep their order among each other.
      if (earlier !== undefined) {
        sender.bytes -= this.#messages[earlier]?.payload.length ?? 0
        this.#messages[earlier] = undefined
      }
      sender.latest.set(kind, this.#messages.length)
    }
    const message = kind === LIVE.cursor ? this.#cursor(clientId, payload) : { clientId, payload }
    this.#messages.push(isElsewhere ? { ...message, isElsewhere } : message)
    return true
  }

  /** Everything since the last call, or nothing. */
  take(): LiveTick | undefined {
    const messages = this.#messages.filter(message => message !== undefined)
    this.#messages = []
    this.#senders.clear()
    for (const { clientId, at } of messages) if (at) this.#cursors.set(clientId, at)
    return messages.length === 0 ? undefined : new LiveTick(messages)
  }

  /** The sender has left. */
  forget(clientId: number): void {
    this.#cursors.delete(clientId)
  }

  /** One that has left the board, or cannot be read, concerns everybody. */
  #cursor(clientId: number, payload: Uint8Array): Relayed {
    const decoded = decodeLivePayload(payload)
    const at = decoded?.kind === 'cursor' ? decoded.at : undefined
    const from = this.#cursors.get(clientId)
    return { clientId, payload, ...(at && { at }), ...(at && from && { from }) }
  }
}
