/** Pictures of one board: from the files somebody brings to shapes, and from shapes to pixels. Wires what fetches, keeps and sends their bytes
 * to what decodes and paints them. */
import { ordersBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE, type ImageShape, isImage, type Point } from '#shared/board/shape.ts'
import { type AssetId, type BoardId, createShapeId } from '#shared/ids.ts'
import { PictureWork } from '../../render/pictures/picture-work.ts'
import { Pictures } from '../../render/pictures/pictures.ts'
import type { Prepared } from '../../render/pictures/prepare-picture.ts'
import type { Renderer } from '../../render/renderer.ts'
import { fetchAsset } from '../../sync/assets/asset-calls.ts'
import { Assets } from '../../sync/assets/assets.ts'
import type { CameraControl } from '../camera.ts'
import type { Cell } from '../cell.ts'
import type { PasteDeps } from '../pasting.ts'
import type { SafeStorage } from '../safe-storage.ts'
import type { Notice } from '../view.ts'
import { newsOf } from './picture-news.ts'
import type { PictureWays } from './picture-ways.ts'
import { placePictures } from './place-pictures.ts'

export interface BoardPicturesDeps
  extends Pick<PasteDeps, 'boardId' | 'board' | 'selection' | 'target' | 'by' | 'announce' | 'begun'> {
  readonly renderer: Pick<Renderer, 'setPictures' | 'repaint' | 'isStill'>
  readonly camera: Pick<CameraControl, 'viewport' | 'centre'>
  readonly storage: SafeStorage
  readonly notify: (notice: Notice) => void
  /** How many pictures of this person's the server does not have on disk. */
  readonly waiting: Pick<Cell<number>, 'set'>
}

export class BoardPictures implements PictureWays {
  readonly #deps: BoardPicturesDeps
  readonly #work = new PictureWork()
  readonly #assets: Assets
  readonly #pictures: Pictures
  readonly #stop = new AbortController()

  constructor(deps: BoardPicturesDeps) {
    this.#deps = deps
    const { boardId, storage, renderer, waiting } = deps
    const isMoving = () => !renderer.isStill
    this.#assets = new Assets({
      boardId,
      storage,
      isMoving,
      waitingChanged: count => waiting.set(count),
      refused: (asset, message) => {
        this.#paintAnew(asset)
        deps.notify({ message: `A picture was not taken, and nobody else will see it. ${message}` })
      },
    })
    this.#pictures = new Pictures({
      load: asset => this.#assets.blobOf(asset),
      decode: (blob, level) => this.#work.decode(blob, level),
      repaint: ids => renderer.repaint(ids),
      isMoving,
      clock: () => performance.now(),
    })
    renderer.setPictures(this.#pictures.paint)
  }

  async add(files: readonly File[], at: Point = this.#deps.target()): Promise<void> {
    const { board, announce, notify } = this.#deps
    if (!board.rights.mayAdd) return
    announce(files.length === 1 ? 'Adding the picture…' : `Adding ${files.length} pictures…`)
    const prepared: Prepared[] = []
    const notRead: string[] = []
    // One after the other: each is decoded whole.
    for (const file of files) {
      try {
        prepared.push(await this.#work.prepare(file))
      } catch {
        notRead.push(file.name) // which the person is told
      }
    }
    if (this.#stop.signal.aborted || !board.rights.mayAdd) return
    // First the bytes: a shape without them is of no use to anybody.
    await Promise.all(prepared.map(({ asset, blob }) => this.#take(asset, blob)))
    if (prepared.length > 0 && !this.#stop.signal.aborted) this.#put(prepared, at)
    const news = newsOf(prepared.filter(({ isReduced }) => isReduced).length, notRead, files.length)
    if (news !== undefined) notify({ message: news })
  }

  async paste(): Promise<void> {
    const files: File[] = []
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find(type => type.startsWith('image/'))
        if (type) files.push(new File([await item.getType(type)], 'picture', { type }))
      }
    } catch {
      // Refused, or no clipboard without https: then there is nothing.
    }
    if (files.length > 0) await this.add(files)
    else this.#deps.announce('Nothing to paste')
  }

  /** Lets the person choose files. */
  choose(): void {
    if (!this.#deps.board.rights.mayAdd) return
    const input = document.createElement('input')
    Object.assign(input, { type: 'file', accept: 'image/*', multiple: true, hidden: true })
    // Some browsers forget an input that is not in the page.
    document.body.append(input)
    input.oncancel = () => input.remove()
    input.onchange = () => {
      const files = [...(input.files ?? [])]
      input.remove()
      if (files.length > 0) this.add(files, this.#deps.camera.centre).catch(reportError)
    }
    input.click()
  }

  async take(pictures: ReadonlyMap<AssetId, Blob>): Promise<void> {
    for (const [asset, blob] of pictures) await this.#take(asset, blob)
  }

  async bring(assets: readonly AssetId[], source: BoardId): Promise<void> {
    let missingCount = 0
    for (const asset of assets) {
      if (await this.#assets.known(asset)) continue
      const fetched = await fetchAsset(source, asset, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      if (fetched.kind === 'here') await this.#take(asset, fetched.blob)
      else missingCount++
    }
    if (missingCount === 0) return
    const what = missingCount === 1 ? 'A picture' : `${missingCount} pictures`
    this.#deps.notify({
      message: `${what} could not be brought along from the other board. Open that board here and copy again.`,
    })
  }

  connected(): void {
    this.#assets.connected()
  }

  close(): void {
    this.#stop.abort()
    this.#assets.close()
    this.#pictures.close()
    this.#work.close()
  }

  #take(asset: AssetId, blob: Blob): Promise<void> {
    const taken = this.#assets.add(asset, blob)
    // It was refused before, or lay broken somewhere.
    if (this.#pictures.isBroken(asset)) this.#paintAnew(asset)
    return taken
  }

  #put(prepared: readonly Prepared[], at: Point): void {
    const { board, selection, camera, by, announce, begun } = this.#deps
    const orders = ordersBetween(board.frontOrder(), null, prepared.length)
    const boxes = placePictures(
      prepared.map(({ size }) => size),
      at,
      camera.viewport,
    )
    const shapes = prepared.map(
      ({ asset }, i): ImageShape => ({
        ...DEFAULT_STYLE,
        id: createShapeId(),
        type: 'image',
        order: orders[i] ?? '',
        locked: false,
        by: by(),
        asset,
        xy: [boxes[i]?.x ?? 0, boxes[i]?.y ?? 0],
        wh: [boxes[i]?.w ?? 1, boxes[i]?.h ?? 1],
        angle: 0,
      }),
    )
    begun()
    board.transact('add pictures', edit => {
      for (const shape of shapes) edit.add(shape)
    })
    selection.set(shapes.map(({ id }) => id))
    announce(shapes.length === 1 ? 'Picture added' : `${shapes.length} pictures added`)
  }

  #paintAnew(asset: AssetId): void {
    const { board, renderer } = this.#deps
    this.#pictures.forget(asset)
    const extent = board.extent()
    const shapes = extent ? board.query(extent) : []
    renderer.repaint(shapes.filter(shape => isImage(shape) && shape.asset === asset).map(({ id }) => id))
  }
}
