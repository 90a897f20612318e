/** Memory for pictures that come in: whoever sends slowly, from however many connections, leaves room for other addresses. */

const MAX_BYTES = 512 << 20
const MAX_BYTES_OF_ADDRESS = 128 << 20

export class ReceivingRoom {
  #bytes = 0
  readonly #ofAddress = new Map<string, number>()

  /** @returns whether there is room; then it is taken until it is given back */
  take(address: string, bytes: number): boolean {
    const ofAddress = (this.#ofAddress.get(address) ?? 0) + bytes
    if (this.#bytes + bytes > MAX_BYTES || ofAddress > MAX_BYTES_OF_ADDRESS) return false
    this.#bytes += bytes
    this.#ofAddress.set(address, ofAddress)
    return true
  }

  giveBack(address: string, bytes: number): void {
    const ofAddress = (this.#ofAddress.get(address) ?? 0) - bytes
    this.#bytes -= bytes
    if (ofAddress > 0) this.#ofAddress.set(address, ofAddress)
    else this.#ofAddress.delete(address)
  }
}
