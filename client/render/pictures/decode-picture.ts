/** From a picture's bytes to pixels. Uses nothing of the page, so that a worker can do it. */
import { pictureFault } from '#shared/picture-size.ts'
import { pictureTypeOf } from '#shared/picture-type.ts'
import { MOST_LEVEL } from './picture-level.ts'

export interface Decoded {
  readonly bitmap: ImageBitmap
  /** Its longer side when it is decoded as fine as it is, px. */
  readonly mostPx: number
}

/** @param level  the longer side that is wanted, px; the picture is never made larger
 * @throws DOMException when it is no picture, or one that this browser does not know  @throws Error when it has too many pixels */
export async function decodePicture(blob: Blob, level: number): Promise<Decoded> {
  await checkPixels(blob)
  const whole = await createImageBitmap(blob)
  const mostPx = Math.max(whole.width, whole.height)
  if (mostPx <= Math.min(level, MOST_LEVEL)) return { bitmap: whole, mostPx }
  const bitmap = scaled(whole, [whole.width, whole.height], level).transferToImageBitmap()
  whole.close()
  return { bitmap, mostPx }
}

/** Before it is decoded, which would take memory for all of them. Of types that no server takes nothing is known.
 * @throws Error when there are too many */
export async function checkPixels(blob: Blob, maxPixels?: number): Promise<void> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const type = pictureTypeOf(bytes)
  const fault = type && pictureFault(bytes, type, maxPixels)
  if (fault) throw new Error(fault)
}

/** @throws Error when the browser has no canvas to spare */
export function scaled(
  source: CanvasImageSource,
  [width, height]: readonly [number, number],
  level: number,
): OffscreenCanvas {
  const scale = level / Math.max(width, height)
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  )
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error(`no canvas of ${canvas.width} × ${canvas.height} px could be made`)
  ctx.imageSmoothingQuality = 'high'
  ctx.drawImage(source, 0, 0, canvas.width, canvas.height)
  return canvas
}
