/** Entry of the worker thread that makes a board of one file: parsing, converting and encoding megabytes takes seconds that
 * belong to the boards that are open. One message is one file, one message back what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import { ImportError, importExcalidraw } from '#shared/board/excalidraw.ts'
import { newBoard } from '../live/new-board.ts'
import { ImportedPictures, type PictureLimits } from './imported-pictures.ts'
import type { ImportOutcome } from './importer.ts'

const port = parentPort
if (!port) throw new Error('import-worker.ts is started as a worker thread, by importer.ts')

port.once('message', (file: ArrayBuffer) => {
  const outcome = importFile(file)
  port.postMessage(outcome, outcome.ok ? buffersOf(outcome) : [])
  port.close()
})

function importFile(file: ArrayBuffer): ImportOutcome {
  try {
    const pictures = new ImportedPictures(workerData as PictureLimits)
    const { shapes, skipped } = importExcalidraw(
      parseJson(new TextDecoder().decode(file.transferToFixedLength())),
      pictures.take,
    )
    return { ok: true, board: newBoard('', shapes), assets: pictures.assets, skipped }
  } catch (error) {
    if (error instanceof ImportError) return { ok: false, message: error.message }
    throw error
  }
}

/** Handed over, not copied. */
const buffersOf = ({ board, assets }: Extract<ImportOutcome, { ok: true }>): ArrayBuffer[] =>
  [board.initialState, ...assets.map(({ bytes }) => bytes)].map(({ buffer }) => buffer as ArrayBuffer)

/** @throws ImportError with the place of the fault */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImportError(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
