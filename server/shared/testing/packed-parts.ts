/** `[W18]` Packed boards as a connection gets them, in Node: the page has its own way, which does not hold it up. */
import { inflateRawSync } from 'node:zlib'
import { PACKED_MORE } from '../protocol.ts'

export class PackedParts {
  readonly #parts: Uint8Array[] = []

  /** @returns the update, with the last part
   * @throws Error when the parts are no DEFLATE stream */
  take(step: number, part: Uint8Array): Uint8Array | undefined {
    this.#parts.push(part)
    return step === PACKED_MORE ? undefined : inflateRawSync(Buffer.concat(this.#parts.splice(0)))
  }
}
