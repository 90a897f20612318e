/** Runs in the page of a board: paints shapes onto one canvas the size of the screen, without tiles, and compares pictures. */
import type { Shape } from '#shared/board/shape.ts'
import { type Screen, snapCamera } from '../../client/render/camera.ts'
import { applyTransform, type PaintContext } from '../../client/render/paint-context.ts'
import { paintShape } from '../../client/render/paint-shape.ts'
import type { Camera } from '../../client/render/scene.ts'

/** Of 255: a curve that the edge of a canvas cuts is antialiased a little otherwise. */
const PIXEL_TOLERANCE = 72
const SQUARE_TOLERANCE = 14
const SQUARE_PX = 8

/** Shapes as they come into a page: bytes as numbers. */
export type PlainShape = Omit<Shape, 'points'> & { points?: readonly number[] }

export interface Difference {
  /** Pixels that no neighbour in the other picture looks like: a missing line, a seam, one shape before another. */
  readonly wrongPixels: number
  /** Squares of 8 × 8 pixels whose mean colour is another: a missing fill, a faint shape twice. */
  readonly wrongSquares: number
  /** Pixels on which something is painted: without any, nothing was compared. */
  readonly painted: number
  readonly total: number
  /** What was expected, what was there, and where they differ, as PNG; none when they do not. */
  readonly pictures: readonly string[]
}

export interface Comparison {
  /** In paint order. */
  readonly shapes: readonly PlainShape[]
  readonly camera: Camera
  readonly screen: Screen
  /** PNG, base64, on white. */
  readonly screenshot: string
}

export async function compareWithWhole({
  shapes,
  camera,
  screen,
  screenshot,
}: Comparison): Promise<Difference> {
  const bytes = Uint8Array.from(atob(screenshot), character => character.charCodeAt(0))
  const shot = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const contexts = Array.from({ length: 3 }, () => context(shot.width, shot.height))
  const [whole, tiles, difference] = contexts
  if (!whole || !tiles || !difference) throw new Error('no 2d context')
  paintWhole(whole, shapes.map(fromPlain), camera, screen)
  tiles.drawImage(shot, 0, 0)
  const [a, b] = [pixelsOf(whole), pixelsOf(tiles)]
  let wrongPixels = 0
  let painted = 0
  for (let i = 0; i < a.data.length; i += 4) {
    if (Math.min(...a.data.subarray(i, i + 3)) < 250) painted++
    if (isAlike(a, i, b, i) || (hasAlike(a, i, b) && hasAlike(b, i, a))) continue
    wrongPixels++
    difference.fillStyle = 'red'
    difference.fillRect((i / 4) % a.width, Math.floor(i / 4 / a.width), 1, 1)
  }
  let wrongSquares = 0
  for (let y = 0; y + SQUARE_PX <= a.height; y += SQUARE_PX)
    for (let x = 0; x + SQUARE_PX <= a.width; x += SQUARE_PX) {
      const [meanA, meanB] = [meanOf(a, x, y), meanOf(b, x, y)]
      if (meanA.every((mean, c) => Math.abs(mean - (meanB[c] ?? 0)) <= SQUARE_TOLERANCE)) continue
      wrongSquares++
      difference.fillStyle = 'rgba(255, 128, 0, 0.5)'
      difference.fillRect(x, y, SQUARE_PX, SQUARE_PX)
    }
  const isRight = wrongPixels + wrongSquares === 0
  const pictures = isRight ? [] : await Promise.all(contexts.map(toBase64))
  return { wrongPixels, wrongSquares, painted, total: a.data.length / 4, pictures }
}

const pixelsOf = (ctx: OffscreenCanvasRenderingContext2D): ImageData =>
  ctx.getImageData(0, 0, ctx.canvas.width, ctx.canvas.height)

function isAlike(a: ImageData, i: number, b: ImageData, j: number): boolean {
  for (let c = 0; c < 3; c++)
    if (Math.abs((a.data[i + c] ?? 0) - (b.data[j + c] ?? 0)) > PIXEL_TOLERANCE) return false
  return true
}

/** Whether a pixel of `a` looks like one of `b` at the same place or beside it. */
function hasAlike(a: ImageData, i: number, b: ImageData): boolean {
  const x = (i / 4) % a.width
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const j = i + 4 * (dx + dy * a.width)
      if (x + dx < 0 || x + dx >= a.width || j < 0 || j >= b.data.length) continue
      if (isAlike(a, i, b, j)) return true
    }
  return false
}

function meanOf({ data, width }: ImageData, left: number, top: number): readonly [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  for (let y = top; y < top + SQUARE_PX; y++)
    for (let x = left; x < left + SQUARE_PX; x++)
      for (const c of [0, 1, 2] as const) sum[c] += data[4 * (y * width + x) + c] ?? 0
  return [sum[0] / SQUARE_PX ** 2, sum[1] / SQUARE_PX ** 2, sum[2] / SQUARE_PX ** 2]
}

function paintWhole(
  ctx: OffscreenCanvasRenderingContext2D,
  shapes: readonly Shape[],
  asked: Camera,
  screen: Screen,
): void {
  const camera = snapCamera(asked, screen.ratio)
  const scale = camera.zoom * screen.ratio
  const byId = new Map(shapes.map(shape => [shape.id, shape]))
  const paint: PaintContext = {
    ctx,
    theme: 'light',
    scale,
    originX: Math.round(-camera.x * scale),
    originY: Math.round(-camera.y * scale),
    lookup: id => byId.get(id),
    faded: new Set(),
    useFont: () => {},
  }
  applyTransform(paint)
  for (const shape of shapes) paintShape(paint, shape)
}

const fromPlain = (shape: PlainShape): Shape =>
  ({ ...shape, ...(shape.points && { points: Uint8Array.from(shape.points) }) }) as Shape

function context(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const ctx = new OffscreenCanvas(width, height).getContext('2d')
  if (!ctx) throw new Error('no 2d context')
  ctx.fillStyle = '#ffffff'
  ctx.fillRect(0, 0, width, height)
  return ctx
}

async function toBase64(ctx: OffscreenCanvasRenderingContext2D): Promise<string> {
  const blob = await ctx.canvas.convertToBlob({ type: 'image/png' })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
