/** A picture that somebody brings: is it one, how large is it, what is it called, and is it small enough to be kept as it is. Uses nothing of
 * the page, so that a worker can do it. */
import { assetIdOf } from '#shared/asset-id.ts'
import type { AssetId } from '#shared/ids.ts'
import { checkPixels, scaled } from './decode-picture.ts'
import { MOST_LEVEL } from './picture-level.ts'

/** As much as servers take unless they are told otherwise. */
export const MAX_PICTURE_BYTES = 10 * 1024 * 1024
/** What the best cameras take; it is decoded once, and kept smaller. */
const MAX_BROUGHT_PIXELS = 200_000_000
/** Photographs this good look like what they were. */
const QUALITY = 0.85
/** Each further try at fewer bytes has so much shorter sides. */
const SMALLER = 0.7
const TRIES = 6

export interface Prepared {
  readonly asset: AssetId
  readonly blob: Blob
  /** Of the picture as it was brought, px. */
  readonly size: readonly [width: number, height: number]
  /** It had to be made smaller. */
  readonly isReduced: boolean
}

/** @throws DOMException when it is no picture that this browser knows  @throws Error when it has too many pixels, or cannot be made small enough */
export async function preparePicture(blob: Blob): Promise<Prepared> {
  await checkPixels(blob, MAX_BROUGHT_PIXELS)
  const whole = await createImageBitmap(blob)
  const size = [whole.width, whole.height] as const
  const isFine = blob.size <= MAX_PICTURE_BYTES && Math.max(...size) <= MOST_LEVEL
  const kept = isFine ? blob : await reduce(whole, size)
  whole.close()
  return { asset: await nameOf(kept), blob: kept, size, isReduced: !isFine }
}

export const nameOf = async (blob: Blob): Promise<AssetId> =>
  assetIdOf(new Uint8Array(await blob.arrayBuffer()))

async function reduce(whole: ImageBitmap, size: readonly [number, number]): Promise<Blob> {
  let level = Math.min(MOST_LEVEL, Math.max(...size))
  for (let i = 0; i < TRIES; i++) {
    const canvas = scaled(whole, size, level)
    // Where WebP cannot be written (Safari), this is a PNG.
    const webp = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY })
    if (webp.size <= MAX_PICTURE_BYTES) return webp
    level = Math.round(level * SMALLER)
  }
  throw new Error('This picture could not be made small enough.')
}
