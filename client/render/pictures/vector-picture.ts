/** SVG: only the page's own `<img>` decodes it, which runs nothing that is in it and fetches nothing. */
import { MAX_SVG_BYTES } from '#shared/picture-size.ts'
import { type Decoded, scaled } from './decode-picture.ts'
import { MOST_LEVEL } from './picture-level.ts'

export const VECTOR_TYPE = 'image/svg+xml'
/** Of one that does not say how large it is. */
const FALLBACK_SIZE = [300, 150] as const
/** Of the last ones, what was read is kept: zooming asks for the same one at another size. */
const MAX_LOADED = 4
const loaded = new Map<Blob, Promise<HTMLImageElement>>()

/** @param level  the longer side, px: it is as sharp at any
 * @throws Error when it is no SVG, or too large */
export async function decodeVector(blob: Blob, level: number): Promise<Decoded> {
  const image = await loadVector(blob)
  return { bitmap: scaled(image, sizeOf(image), level).transferToImageBitmap(), mostPx: MOST_LEVEL }
}

/** @throws Error when it is no SVG, or too large */
export async function vectorSize(blob: Blob): Promise<readonly [number, number]> {
  return sizeOf(await loadVector(blob))
}

const sizeOf = ({ naturalWidth, naturalHeight }: HTMLImageElement): readonly [number, number] =>
  naturalWidth > 0 && naturalHeight > 0 ? [naturalWidth, naturalHeight] : FALLBACK_SIZE

function loadVector(blob: Blob): Promise<HTMLImageElement> {
  const image = loaded.get(blob) ?? readVector(blob)
  loaded.delete(blob)
  loaded.set(blob, image)
  const [oldest] = loaded.keys()
  if (oldest && loaded.size > MAX_LOADED) loaded.delete(oldest)
  return image
}

async function readVector(blob: Blob): Promise<HTMLImageElement> {
  if (blob.size > MAX_SVG_BYTES) throw new Error(`the SVG is larger than ${MAX_SVG_BYTES >> 20} MB`)
  const image = new Image()
  // With a `blob:` address, some browsers would let no pixel out again.
  image.src = await dataUrlOf(blob.type === VECTOR_TYPE ? blob : new Blob([blob], { type: VECTOR_TYPE }))
  await image.decode()
  return image
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
