/** Bodies of many megabytes, without ever being there twice. */

/** Whoever sent it has hung up, or their line has. */
export class BodyLost extends Error {
  override readonly name = 'BodyLost'
}

/** @param maxBytes  what `take` lets through at most
 * @param take  sees each chunk before it is kept; may refuse it by throwing
 * @throws BodyLost */
export async function receiveBody(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  take: (chunk: Uint8Array) => void,
): Promise<ArrayBuffer> {
  // Grown in place, its memory is taken as the bytes come in and nothing is put together at the end.
  const file = new ArrayBuffer(0, { maxByteLength: maxBytes })
  if (!body) return file
  // Not `for await`: that would close the connection under the refusal.
  const reader = body.getReader()
  const read = () =>
    reader.read().catch((error: unknown) => {
      throw new BodyLost('the body ended in the middle', { cause: error })
    })
  for (let { done, value } = await read(); !done; { done, value } = await read()) {
    if (!value) continue
    take(value)
    const at = file.byteLength
    file.resize(at + value.length)
    new Uint8Array(file, at).set(value)
  }
  return file
}

/** What a request says its body's length is, bytes. */
export function declaredBytes(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
