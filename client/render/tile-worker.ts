/** Entry of the worker that paints tiles beside the page: one `TileJob` after the other, each on the same canvas, whose pixels it gives away. */
import { loadFont } from './font-files.ts'
import { type PackableShape, type ShapeNumber, unpackShapes } from './packed-shapes.ts'
import { applyTransform, type PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'
import { TILE_PX } from './tile-grid.ts'
import type { FromWorker, PaintedTile, TileJob, ToWorker } from './tile-job.ts'

const canvas = new OffscreenCanvas(TILE_PX, TILE_PX)
const context = canvas.getContext('2d')
if (!context) throw new Error('no 2d context beside the page')
const ctx = context

const kept = new Map<ShapeNumber, PackableShape>()

const answer = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer })

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data === 'forget') {
    kept.clear()
    return
  }
  if ('font' in data) {
    // One that does not come is never told of, and its texts are painted by the page.
    loadFont(data.font).then(face => {
      ;(self as unknown as { fonts: FontFaceSet }).fonts.add(face)
      answer({ font: data.font })
    }, reportError)
    return
  }
  if ('ink' in data) {
    for (const [number, shape] of unpackShapes(data)) kept.set(number, shape)
    return
  }
  const painted = paint(data)
  answer(painted, [painted.bitmap])
}

function paint({ job, col, row, scale, theme, shapes, faded, textHidden }: TileJob): PaintedTile {
  const paint: PaintContext = {
    ctx,
    scale,
    originX: -col * TILE_PX,
    originY: -row * TILE_PX,
    theme,
    // Lines come with the way that they go.
    lookup: () => undefined,
    faded: new Set(faded.map(String)),
    ...(textHidden !== undefined && { textHidden: String(textHidden) }),
    useFont: () => {},
  }
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.clearRect(0, 0, TILE_PX, TILE_PX)
  ctx.save()
  applyTransform(paint)
  let paintedCount = 0
  for (const number of shapes) {
    const shape = kept.get(number)
    if (shape && paintShape(paint, shape)) paintedCount++
    if (number < 0) kept.delete(number)
  }
  ctx.restore()
  const bitmap = canvas.transferToImageBitmap()
  return { job, bitmap, paintedCount, skippedCount: shapes.length - paintedCount }
}

answer('ready')
