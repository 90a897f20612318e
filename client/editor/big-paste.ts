/** A paste of thousands of shapes: a worker parses and places them and hands them over a few at a time, each few one transaction, all of
 * them one undo step. The page paints and answers meanwhile, and so does the server. */
import type { Shape } from '#shared/board/shape.ts'
import type { AssetId, ShapeId } from '#shared/ids.ts'
import type { Board, BoardEdit } from '../board/board.ts'
import type { PastePlace } from './pasted-shapes.ts'

export interface PasteRequest {
  readonly text: string
  readonly place: PastePlace
}
/** Pictures that came along, shapes in paint order, then `end`. */
export type PasteAnswer = { readonly pictures: Pasted } | readonly Shape[] | 'no-shapes' | 'end'
export type Pasted = ReadonlyMap<AssetId, Blob>

/** @param takePictures  gets those that came along
 * @param signal  stops it where it is; what is on the board stays
 * @returns the ids of what was put on the board, `undefined` when the text holds no shapes
 * @throws Error when the worker cannot be started */
export function pasteBig(
  board: Board,
  request: PasteRequest,
  takePictures: (pictures: Pasted) => void,
  signal: AbortSignal,
): Promise<readonly ShapeId[] | undefined> {
  const worker = new Worker(new URL('./paste-worker.ts', import.meta.url), { type: 'module' })
  worker.postMessage(request)
  return takeShapes(board, worker, takePictures, signal).finally(() => worker.terminate())
}

type Source = Pick<Worker, 'onmessage' | 'onerror'>

/** Whoever takes a step back while shapes come in does not want the rest of them. */
export function takeShapes(
  board: Board,
  source: Source,
  takePictures: (pictures: Pasted) => void,
  signal: AbortSignal,
): Promise<readonly ShapeId[] | undefined> {
  const ids: ShapeId[] = []
  let isStopped = false
  let unsubscribe = () => {}
  // A step back that waited for its turn may come before them.
  function* adding(shapes: readonly Shape[], edit: BoardEdit) {
    for (const shape of isStopped ? [] : shapes) {
      ids.push(shape.id)
      yield edit.add(shape)
    }
  }
  const step = board.startStep('paste')
  const taking = new Promise<readonly ShapeId[] | undefined>((resolve, reject) => {
    const stop = () => {
      isStopped = true
      resolve(ids)
    }
    signal.addEventListener('abort', stop, { once: true })
    unsubscribe = board.subscribe(({ origin }) => {
      if (origin === 'undo') stop()
    })
    source.onerror = event => reject(new Error(event.message))
    source.onmessage = ({ data }: MessageEvent<PasteAnswer>) => {
      if (data === 'no-shapes') resolve(undefined)
      else if (data === 'end') resolve(ids)
      else if ('pictures' in data) takePictures(data.pictures)
      else {
        board.transactEach('paste', edit => adding(data, edit), { isPart: true })
      }
    }
  })
  return taking.finally(() => {
    source.onmessage = null
    unsubscribe()
    step.end()
  })
}
