/** What is done to pictures beside the page: a worker that is started when it is first wanted. SVG needs the page itself. */
import type { Decoded } from './decode-picture.ts'
import type { Prepared } from './prepare-picture.ts'
import { decodeVector, VECTOR_TYPE, vectorSize } from './vector-picture.ts'

export type PictureTask =
  | { readonly id: number; readonly kind: 'decode'; readonly blob: Blob; readonly level: number }
  | { readonly id: number; readonly kind: 'prepare'; readonly blob: Blob }
export type PictureAnswer =
  | { readonly id: number; readonly ok: true; readonly value: Decoded | Prepared }
  | { readonly id: number; readonly ok: false; readonly message: string }

interface Waiting {
  readonly task: PictureTask
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

export class PictureWork {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  /** Its code may not be to be had offline: then the page does it, which takes longer. */
  #isWithoutWorker = false
  #lastId = 0

  /** @throws Error when it is no picture */
  decode(blob: Blob, level: number): Promise<Decoded> {
    if (blob.type === VECTOR_TYPE) return decodeVector(blob, level)
    return this.#do({ id: this.#nextId(), kind: 'decode', blob, level })
  }

  /** @throws Error when it is no picture that this browser knows, or cannot be made small enough */
  async prepare(blob: Blob): Promise<Prepared> {
    if (blob.type !== VECTOR_TYPE) return this.#do({ id: this.#nextId(), kind: 'prepare', blob })
    const size = await vectorSize(blob)
    const { nameOf } = await import('./prepare-picture.ts')
    return { asset: await nameOf(blob), blob, size, isReduced: false }
  }

  close(): void {
    this.#worker?.terminate()
    for (const { reject } of this.#waiting.values()) reject(new Error('the board is closed'))
    this.#waiting.clear()
  }

  #nextId(): number {
    return ++this.#lastId
  }

  #do<T extends Decoded | Prepared>(task: PictureTask): Promise<T> {
    if (this.#isWithoutWorker) return doHere(task) as Promise<T>
    return new Promise((resolve, reject) => {
      this.#waiting.set(task.id, { task, resolve, reject })
      this.#started().postMessage(task)
    })
  }

  #started(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<PictureAnswer>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if (data.ok) waiting?.resolve(data.value as never)
      else waiting?.reject(new Error(data.message))
    }
    worker.onerror = () => {
      this.#isWithoutWorker = true
      worker.terminate()
      for (const { task, resolve, reject } of this.#waiting.values())
        doHere(task).then(value => resolve(value as never), reject)
      this.#waiting.clear()
    }
    return worker
  }
}

async function doHere(task: PictureTask): Promise<Decoded | Prepared> {
  if (task.kind === 'prepare') return (await import('./prepare-picture.ts')).preparePicture(task.blob)
  return (await import('./decode-picture.ts')).decodePicture(task.blob, task.level)
}
