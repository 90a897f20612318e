/** Makes boards of files away from the event loop: each file is read, converted and encoded by a worker thread of its own, a few at
 * a time. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { NewBoard, StoredAsset } from '../store/store.ts'
import type { PictureLimits } from './imported-pictures.ts'
import { receiveBody } from './receive-body.ts'

export type ImportOutcome =
  | {
      readonly ok: true
      readonly board: NewBoard
      /** The pictures on it, each once. */
      readonly assets: readonly StoredAsset[]
      /** How many elements of which type were left out. */
      readonly skipped: Readonly<Record<string, number>>
    }
  /** @property message  a sentence for the person */
  | { readonly ok: false; readonly message: string }

/** Why there is no board that has nothing to do with the file's format. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal'
  readonly status: 413 | 503
  constructor(status: 413 | 503, message: string) {
    super(message)
    this.status = status
  }
}

/** Pictures lie in such files as text, which is a third more. */
export const MAX_IMPORT_BYTES = 100 << 20
/** Of all files that are being received or wait for their turn. */
const MAX_WAITING_BYTES = 4 * MAX_IMPORT_BYTES
/** More would take the processors from the boards that are open. */
const MAX_AT_ONCE = 2
/** A parsed file takes several times its bytes; one that takes more than this ends its own thread and nothing else. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 1536 }

export class Importer {
  readonly #limits: PictureLimits
  #waitingBytes = 0
  #runningCount = 0
  readonly #queue: (() => void)[] = []

  /** @param limits  what of pictures comes in; 0 is no limit */
  constructor(limits: PictureLimits = { maxAssetBytes: 0, maxBoardAssetBytes: 0 }) {
    this.#limits = limits
  }

  /** @param body  the file's bytes as they come in   @param declaredBytes  how many they say they will be, if they say
   * @param keep  puts what came of it where it is to stay; until then it counts as much as the file
   * @returns what `keep` does
   * @throws ImportRefusal when it is too large, or there is no room for it now */
  async import<T>(
    body: ReadableStream<Uint8Array> | null,
    declaredBytes: number | undefined,
    keep: (outcome: ImportOutcome) => Promise<T>,
  ): Promise<T> {
    // Told before a byte is read, so that nobody sends a hundred megabytes in vain.
    if (declaredBytes !== undefined) checkSize(declaredBytes)
    let bytes = 0
    const take = (chunk: Uint8Array) => {
      checkSize(bytes + chunk.length)
      if (this.#waitingBytes + chunk.length > MAX_WAITING_BYTES)
        throw new ImportRefusal(503, 'too many files are being imported; try again in a minute')
      bytes += chunk.length
      this.#waitingBytes += chunk.length
    }
    try {
      const file = await receiveBody(body, MAX_IMPORT_BYTES, take)
      return await keep(await this.#convert(file))
    } finally {
      this.#waitingBytes -= bytes
    }
  }

  async #convert(file: ArrayBuffer): Promise<ImportOutcome> {
    await this.#turn()
    try {
      return await convert(file, this.#limits)
    } finally {
      this.#runningCount--
      this.#queue.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    if (this.#runningCount >= MAX_AT_ONCE) await new Promise<void>(resolve => this.#queue.push(resolve))
    this.#runningCount++
  }
}

function checkSize(bytes: number): void {
  if (bytes > MAX_IMPORT_BYTES)
    throw new ImportRefusal(413, `the file is larger than ${MAX_IMPORT_BYTES >> 20} MB`)
}

async function convert(file: ArrayBuffer, limits: PictureLimits): Promise<ImportOutcome> {
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), {
    resourceLimits: WORKER_LIMITS,
    workerData: limits,
  })
  try {
    worker.postMessage(file, [file])
    // Rejects with what the worker throws.
    const [outcome] = (await once(worker, 'message')) as [ImportOutcome]
    return outcome
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new ImportRefusal(413, 'the file is too large to be read')
    throw error
  } finally {
    await worker.terminate()
  }
}
