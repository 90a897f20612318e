/** `[W18]` A packed board on its way: unpacked part by part as it comes, because all of it at once would hold the page up. */
export class Unpacking {
  readonly #writer: WritableStreamDefaultWriter<BufferSource>
  readonly #update: Promise<Uint8Array>

  constructor() {
    const { readable, writable } = new DecompressionStream('deflate-raw')
    this.#writer = writable.getWriter()
    this.#update = new Response(readable).arrayBuffer().then(buffer => new Uint8Array(buffer))
    // Told to who asks for it; who has given it up does not care.
    this.#update.catch(() => {})
  }

  /** @param part  the next one */
  take(part: Uint8Array): void {
    // What is wrong with it is what is wrong with the whole.
    this.#writer.write(part as Uint8Array<ArrayBuffer>).catch(() => {})
  }

  /** All parts are there. @returns the update; rejects when they are no such stream */
  whole(): Promise<Uint8Array> {
    this.#writer.close().catch(() => {})
    return this.#update
  }

  /** No more will come. */
  giveUp(): void {
    this.#writer.abort().catch(() => {})
  }
}
