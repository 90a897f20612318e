/** Entry of the store's worker threads: one message is one batch, one message back its outcomes. */
import { parentPort, workerData } from 'node:worker_threads'
import { StoreError } from '../store.ts'
import { BoardDatabase, openDatabase } from './database.ts'
import type { Batch, Outcome, ReadRequest, Ready, WorkerOptions, WriteRequest } from './requests.ts'

const port = parentPort
if (!port) throw new Error('worker.ts is started as a worker thread, by sqlite-store.ts')

const READS: readonly string[] = [
  'read',
  'load',
  'read-access',
  'read-asset',
  'read-since',
  'watermarks',
] satisfies ReadRequest['kind'][]
const isRead = (request: WriteRequest | ReadRequest): request is ReadRequest => READS.includes(request.kind)

try {
  const boards = new BoardDatabase(openDatabase(workerData as WorkerOptions))
  port.on('message', (message: Batch | 'close') => {
    if (message === 'close') {
      boards.close()
      port.close()
      return
    }
    port.postMessage(answer(boards, message))
  })
  port.postMessage({ ready: true } satisfies Ready)
} catch (error) {
  const errorKind = error instanceof StoreError ? error.kind : 'unusable'
  const text = error instanceof Error ? error.message : String(error)
  port.postMessage({ ready: false, errorKind, message: text } satisfies Ready)
  port.close()
}

/** A batch is either all writes or all reads: the store gives each kind its own thread. */
function answer(boards: BoardDatabase, batch: Batch): Outcome[] {
  const writes = batch.filter(request => !isRead(request)) as WriteRequest[]
  return writes.length > 0 ? boards.write(writes) : batch.filter(isRead).map(request => boards.read(request))
}
