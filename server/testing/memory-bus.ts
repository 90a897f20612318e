/** A bus between the nodes of one process, which can be told to be down, to lose messages, to bring them twice, late or in another
 * order. */
import { type Bus, type BusListener, BusMeters } from '../bus/bus.ts'
import type { Clock } from '../live/clock.ts'

export class MemoryHub {
  readonly buses = new Set<MemoryBus>()
  /** What becomes of a message: after how long each copy of it arrives, ms; none for one that is lost. */
  fate: (channel: string, message: Uint8Array) => readonly number[] = () => [0]
  messageCount = 0
}

export class MemoryBus implements Bus {
  readonly meters = new BusMeters()
  readonly #hub: MemoryHub
  readonly #clock: Clock
  readonly #listeners = new Map<string, Set<BusListener>>()
  isUp = true

  constructor(hub: MemoryHub, clock: Clock) {
    this.#hub = hub
    this.#clock = clock
    hub.buses.add(this)
  }

  listen(channel: string, listener: BusListener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners.add(listener))
    if (this.isUp) this.#clock.after(0, () => listeners.has(listener) && listener.joined())
    return () => {
      listeners.delete(listener)
    }
  }

  publish(channel: string, message: Uint8Array): void {
    void this.reach(channel, message)
  }

  async reach(channel: string, message: Uint8Array): Promise<number> {
    if (!this.isUp) {
      this.meters.droppedCount++
      return 0
    }
    this.meters.sent.messages++
    this.meters.sent.bytes += message.length
    this.#hub.messageCount++
    for (const bus of this.#hub.buses) {
      for (const delayMs of bus === this ? [0] : this.#hub.fate(channel, message)) {
        this.#clock.after(delayMs, () => bus.#hear(channel, message.slice()))
      }
    }
    return [...this.#hub.buses].filter(bus => bus.isUp && bus.#listenerCount(channel) > 0).length
  }

  #listenerCount(channel: string): number {
    return this.#listeners.get(channel)?.size ?? 0
  }

  #hear(channel: string, message: Uint8Array): void {
    if (!this.isUp) return
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener.heard(message)
  }

  cut(): void {
    this.isUp = false
  }

  mend(): void {
    this.isUp = true
    for (const listeners of this.#listeners.values()) for (const listener of [...listeners]) listener.joined()
  }

  renew(): void {}

  async close(): Promise<void> {
    this.#hub.buses.delete(this)
    this.#listeners.clear()
  }
}
