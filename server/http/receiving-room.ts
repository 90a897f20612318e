/** Memory for pictures that come in: whoever sends slowly, from however many connections, leaves room for other addresses. */

/** More than twice the largest picture that may come. */
const MAX_BYTES = 512 << 20
const MAX_BYTES_OF_ADDRESS = 128 << 20

/** The memory of one picture. */
export interface Place {
  /** @returns whether there is room for so many more; then it is taken */
  take(bytes: number): boolean
  /** Gives all of it back. */
  leave(): void
}

interface Sender {
  bytes: number
  readonly places: Set<Place>
}

export class ReceivingRoom {
  #bytes = 0
  readonly #ofAddress = new Map<string, Sender>()

  /** @returns nothing is taken yet */
  enter(address: string): Place {
    const sender = this.#ofAddress.get(address) ?? { bytes: 0, places: new Set() }
    this.#ofAddress.set(address, sender)
    let size = 0
    const place: Place = {
      take: bytes => {
        // Its oldest may be as large as it likes, or a large one would never come in.
        const [oldest] = sender.places
        if (place !== oldest && sender.bytes + bytes > MAX_BYTES_OF_ADDRESS) return false
        if (this.#bytes + bytes > MAX_BYTES) return false
        size += bytes
        sender.bytes += bytes
        this.#bytes += bytes
        return true
      },
      leave: () => {
        if (!sender.places.delete(place)) return
        sender.bytes -= size
        this.#bytes -= size
        if (sender.places.size === 0) this.#ofAddress.delete(address)
      },
    }
    sender.places.add(place)
    return place
  }
}
