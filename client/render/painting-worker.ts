/** The page's side of the worker that paints tiles. Rastering hundreds of strokes takes longer than a frame, and here it takes none: the page
 * packs up what is new to the worker and puts the finished bitmap on the screen. What the worker cannot paint as the page would, it is not given. */
import { type Font, isLine, type Shape } from '#shared/board/shape.ts'
import { linePath, type ShapeLookup } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import { isFontLoaded } from './fonts.ts'
import { type PackableShape, type ShapeNumber, ShapePacker } from './packed-shapes.ts'
import { type PaintContext, READABLE_TEXT_PX } from './paint-context.ts'
import type { FromWorker, PaintedTile, TileJob, ToWorker } from './tile-job.ts'

/** One is painted while the next one lies ready. */
const MOST_AWAY = 2
/** Half a kilobyte each, about. When so many were sent, it begins anew with those that are seen then. */
const MOST_KEPT = 30_000
/** Packing them takes a fraction of a millisecond. */
const SHAPES_A_STEP = 50
const SHAPES_A_PARCEL = 300
/** Nothing takes it this long: it has come to harm, or the browser has ended it. */
const PATIENCE_MS = 5000

export type TilePaint = Omit<PaintContext, 'ctx' | 'originX' | 'originY'>

/** A tile on its way to the worker. */
export interface Packing {
  /** @returns whether more is to be packed */
  step(): boolean
}

/** What of a `Worker` is needed. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>

export class PaintingWorker {
  readonly #worker: WorkerLike
  readonly #fonts = new Set<Font>()
  readonly #askedFonts = new Set<Font>()
  /** Called with each tile that has come; `undefined` for one that will not. */
  readonly #away = new Map<number, (tile: PaintedTile | undefined) => void>()
  /** Of the shapes that the worker has, or gets with the next parcel. */
  #numbers = new WeakMap<PackableShape, ShapeNumber>()
  #packer = new ShapePacker()
  #lastNumber = 0
  #keptCount = 0
  #lastJob = 0
  #isReady = false
  #isBroken = false
  #watch: ReturnType<typeof setTimeout> | undefined

  constructor(worker: WorkerLike) {
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#heard(data)
    worker.onerror = () => this.#broke()
  }

  /** Whether another tile can be given to it now. */
  get hasRoom(): boolean {
    return this.isOpen && this.#away.size < MOST_AWAY
  }
  /** Whether it paints: its code has come, and no harm to it. */
  get isOpen(): boolean {
    return this.#isReady && !this.#isBroken
  }

  /** Whether the worker paints these as the page would. Asks for the fonts that they need. */
  canPaint(
    shapes: readonly Shape[],
    { scale, useFont }: Pick<TilePaint, 'scale' | 'useFont'>,
  ): shapes is readonly PackableShape[] {
    let can = true
    for (const shape of shapes as readonly (Shape & { readonly text?: string })[]) {
      if (shape.type === 'image') can = false
      if (!shape.text) continue
      const isReadable = shape.fontSize * scale >= READABLE_TEXT_PX
      useFont(shape.font, isReadable)
      if (isReadable && !this.#hasFont(shape.font)) can = false
    }
    return can
  }

  /** Begins to pack a tile, which goes off with the last step.
   * @param shapes  in paint order   @param isHidden  those that are left out
   * @param done  hears once: of the tile, or that it has to be painted otherwise */
  pack(
    { col, row }: { readonly col: number; readonly row: number },
    shapes: readonly PackableShape[],
    { isHidden, ...paint }: TilePaint & { readonly isHidden: (id: ShapeId) => boolean },
    done: (tile: PaintedTile | undefined) => void,
  ): Packing {
    const { faded, textHidden, scale, theme } = paint
    const numbers: ShapeNumber[] = []
    const fadedNumbers: ShapeNumber[] = []
    let hiddenText: ShapeNumber | undefined
    let next = 0
    const take = (shape: PackableShape): void => {
      if (isHidden(shape.id)) return
      const number = this.#numberOf(shape, paint.lookup)
      numbers.push(number)
      if (faded.has(shape.id)) fadedNumbers.push(number)
      if (shape.id === textHidden) hiddenText = number
    }
    return {
      step: () => {
        const end = Math.min(next + SHAPES_A_STEP, shapes.length)
        for (; next < end; next++) take(shapes[next] as PackableShape)
        if (this.#packer.count >= SHAPES_A_PARCEL || next === shapes.length) this.#sendShapes()
        if (next < shapes.length) return true
        const job: TileJob = {
          job: ++this.#lastJob,
          col,
          row,
          scale,
          theme,
          shapes: new Float64Array(numbers),
          faded: fadedNumbers,
          textHidden: hiddenText,
        }
        this.#sendJob(job, done)
        return false
      },
    }
  }

  close(): void {
    clearTimeout(this.#watch)
    this.#away.clear()
    this.#worker.terminate()
  }

  /** Packs it up, if the worker does not have it. */
  #numberOf(shape: PackableShape, lookup: ShapeLookup): ShapeNumber {
    const known = this.#numbers.get(shape)
    if (known !== undefined) return known
    const number = ++this.#lastNumber
    this.#keptCount++
    if (isLine(shape) && (shape.from.shape !== undefined || shape.to.shape !== undefined)) {
      // Where a bound line goes is not in its own value: it is told each time.
      this.#packer.add(-number, shape, linePath(shape, lookup))
      return -number
    }
    this.#numbers.set(shape, number)
    this.#packer.add(number, shape, isLine(shape) ? linePath(shape, lookup) : [])
    return number
  }

  #sendShapes(): void {
    if (this.#packer.count === 0) return
    const parcel = this.#packer.take()
    this.#packer = new ShapePacker()
    this.#send(parcel, [parcel.numbers.buffer, parcel.ink.buffer])
  }

  #sendJob(job: TileJob, done: (tile: PaintedTile | undefined) => void): void {
    if (this.#isBroken) {
      done(undefined)
      return
    }
    this.#away.set(job.job, done)
    this.#send(job, [job.shapes.buffer])
    this.#watchOver()
    if (this.#keptCount <= MOST_KEPT) return
    this.#keptCount = 0
    this.#numbers = new WeakMap()
    this.#send('forget')
  }

  #hasFont(font: Font): boolean {
    // Until the page has it, too, texts are set otherwise there.
    if (isFontLoaded(font) && !this.#askedFonts.has(font)) {
      this.#askedFonts.add(font)
      this.#send({ font })
    }
    return this.#fonts.has(font)
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #heard(data: FromWorker): void {
    if (data === 'ready') {
      this.#isReady = true
      return
    }
    if ('font' in data) {
      this.#fonts.add(data.font)
      return
    }
    const done = this.#away.get(data.job)
    this.#away.delete(data.job)
    this.#watchOver()
    if (done) done(data)
    else data.bitmap.close()
  }

  /** What was asked of it is for the page to paint, from now on. */
  #broke(): void {
    this.#isBroken = true
    clearTimeout(this.#watch)
    this.#worker.terminate()
    const given = [...this.#away.values()]
    this.#away.clear()
    for (const done of given) done(undefined)
  }

  #watchOver(): void {
    clearTimeout(this.#watch)
    if (this.#away.size === 0) return
    this.#watch = setTimeout(() => {
      // A page that was held up itself hears first what has come meanwhile.
      this.#watch = setTimeout(() => this.#broke(), 0)
    }, PATIENCE_MS)
  }
}
