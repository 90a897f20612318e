/** What the editor asks of pictures. Their code comes when the board has one, or when somebody brings one. */
import type { BoardId } from '#shared/ids.ts'
import { uploadsKey } from '../sync/assets/asset-names.ts'
import { loadPart } from '../sync/load-part.ts'
import { Cell } from './cell.ts'
import type { BoardPictures, BoardPicturesDeps } from './pictures/board-pictures.ts'

type PicturesDeps = Omit<BoardPicturesDeps, 'waiting'>

export class LatePictures {
  /** Pictures of this person's that the server does not have on disk. */
  readonly waiting: Cell<number>
  #deps: PicturesDeps | undefined
  #coming: Promise<BoardPictures> | undefined
  #isClosed = false

  constructor(boardId: BoardId, storage: Pick<Storage, 'getItem'>) {
    this.waiting = new Cell(storage.getItem(uploadsKey(boardId)) === null ? 0 : 1)
  }

  /** Call it before anything else. */
  start(deps: PicturesDeps): void {
    this.#deps = deps
  }

  /** Does something with pictures as soon as their code is there. */
  use(act: (pictures: BoardPictures) => unknown = () => {}): void {
    this.#coming ??= this.#load()
    this.#coming.then(pictures => this.#isClosed || act(pictures)).catch(reportError)
  }

  /** There is a connection (again): what could not be fetched or sent is tried again. */
  connected(): void {
    if (this.#coming || this.waiting.value > 0) this.use(pictures => pictures.connected())
  }

  close(): void {
    this.#isClosed = true
    void this.#coming?.then(pictures => pictures.close())
  }

  async #load(): Promise<BoardPictures> {
    const { BoardPictures } = await loadPart(() => import('./pictures/board-pictures.ts')).catch(error => {
      // Whoever asks the next time may have more luck.
      this.#coming = undefined
      throw error
    })
    if (!this.#deps) throw new Error('pictures were asked for before there was an editor')
    return new BoardPictures({ ...this.#deps, waiting: this.waiting })
  }
}
