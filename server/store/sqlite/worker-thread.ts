/** One worker thread with a queue: whatever is asked while a batch is under way goes out together as the next one,
 * so the busier the disk, the larger the groups. A thread that dies fails what it had and is started anew by the
 * next request. Memory is bounded by the callers, each of whom waits for its answer. */
import { Worker } from 'node:worker_threads'
import { StoreError } from '../store.ts'
import type { Answers, Batch, Outcome, ReadRequest, Ready, WorkerOptions, WriteRequest } from './requests.ts'

type Request = WriteRequest | ReadRequest
interface Waiting {
  readonly request: Request
  resolve(value: unknown): void
  reject(error: StoreError): void
}

type State =
  | { kind: 'stopped' }
  | { kind: 'starting'; worker: Worker; opened: (ready: Ready) => void }
  | { kind: 'idle'; worker: Worker }
  | { kind: 'busy'; worker: Worker; inFlight: readonly Waiting[] }
  | { kind: 'closed' }

export class WorkerThread {
  readonly #options: WorkerOptions
  #state: State = { kind: 'stopped' }
  #queue: Waiting[] = []
  #whenIdle: (() => void) | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Starts the thread ahead of the first request.
   * @throws StoreError when the database cannot be opened */
  async open(): Promise<void> {
    const ready = await new Promise<Ready>(resolve => this.#start(resolve))
    if (!ready.ready) throw new StoreError(ready.errorKind, ready.message)
  }

  ask<R extends Request>(request: R): Promise<Answers[R['kind']]> {
    if (this.#state.kind === 'closed') return Promise.reject(new StoreError('closed', 'the store is closed'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve: value => resolve(value as Answers[R['kind']]), reject })
      this.#advance()
    })
  }

  async close(): Promise<void> {
    if (this.#state.kind === 'closed') return
    await new Promise<void>(resolve => {
      this.#whenIdle = resolve
      this.#advance()
    })
    const state: State = this.#state
    this.#state = { kind: 'closed' }
    if (state.kind !== 'idle') return
    const exited = new Promise(resolve => state.worker.once('exit', resolve))
    state.worker.postMessage('close')
    await exited
  }

  #advance(): void {
    if (this.#state.kind === 'starting' || this.#state.kind === 'busy') return
    if (this.#queue.length === 0) {
      this.#whenIdle?.()
      return
    }
    if (this.#state.kind === 'stopped') {
      this.#start(ready => {
        if (!ready.ready) this.#failQueue(new StoreError(ready.errorKind, ready.message))
      })
      return
    }
    if (this.#state.kind !== 'idle') return
    const { worker } = this.#state
    const inFlight = this.#queue
    this.#queue = []
    this.#state = { kind: 'busy', worker, inFlight }
    worker.postMessage(inFlight.map(({ request }) => request) satisfies Batch)
  }

  #start(opened: (ready: Ready) => void): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.#options })
    this.#state = { kind: 'starting', worker, opened }
    worker.on('message', (message: Ready | Outcome[]) => this.#receive(message))
    worker.on('error', error => this.#lost(worker, error.message))
    worker.on('exit', code => this.#lost(worker, `it exited with code ${code}`))
  }

  #receive(message: Ready | Outcome[]): void {
    const state = this.#state
    if (state.kind === 'starting' && !Array.isArray(message)) {
      this.#state = message.ready ? { kind: 'idle', worker: state.worker } : { kind: 'stopped' }
      state.opened(message)
    } else if (state.kind === 'busy' && Array.isArray(message)) {
      this.#state = { kind: 'idle', worker: state.worker }
      state.inFlight.forEach((waiting, i) => {
        const outcome = message[i]
        if (outcome?.ok) waiting.resolve(outcome.value)
        else waiting.reject(new StoreError(outcome?.errorKind ?? 'io', outcome?.message ?? 'no answer'))
      })
    }
    this.#advance()
  }

  #lost(worker: Worker, reason: string): void {
    const state = this.#state
    if (state.kind === 'stopped' || state.kind === 'closed' || state.worker !== worker) return
    this.#state = { kind: 'stopped' }
    const error = new StoreError('crashed', `the store's ${this.#options.role} thread died: ${reason}`)
    if (state.kind === 'starting')
      state.opened({ ready: false, errorKind: 'crashed', message: error.message })
    if (state.kind === 'busy') for (const { reject } of state.inFlight) reject(error)
    // The queue waits for the next thread; who is failed above decides whether and when to ask again.
    this.#advance()
  }

  #failQueue(error: StoreError): void {
    const queue = this.#queue
    this.#queue = []
    for (const { reject } of queue) reject(error)
  }
}
