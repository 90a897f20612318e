/** Snapshots as they are kept: raw DEFLATE. */
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

export interface Deflated {
  readonly rawLength: number
  readonly bytes: Uint8Array
}

const deflateAsync = promisify(deflateRaw)
const inflateAsync = promisify(inflateRaw)

/** Level 6, in libuv's threads: ink and Yjs' columns shrink by half or more, and reading back is fast. */
export const deflate = async (raw: Uint8Array): Promise<Deflated> => ({
  rawLength: raw.length,
  bytes: await deflateAsync(raw),
})

/** What zlib is told: the length that was written bounds what a damaged blob can inflate to. */
export const inflateLimit = (rawLength: number) => ({ maxOutputLength: Math.max(1, rawLength) })

/** @throws Error with a `code` of zlib's when it is not what was written */
export async function inflate({ bytes, rawLength }: Deflated): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await inflateAsync(bytes, inflateLimit(rawLength))
  // A plain one, whose `slice` copies.
  return new Uint8Array(buffer, byteOffset, byteLength)
}
