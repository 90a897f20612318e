/** The pictures of a file that is imported: text there, bytes here. Runs in the importer's thread. */
import { createHash } from 'node:crypto'
import type { AssetId } from '#shared/ids.ts'
import { pictureFault } from '#shared/picture-size.ts'
import { pictureTypeOf } from '#shared/picture-type.ts'
import type { StoredAsset } from '../store/store.ts'

/** Bytes; 0 is no limit. */
export interface PictureLimits {
  readonly maxAssetBytes: number
  readonly maxBoardAssetBytes: number
}

export class ImportedPictures {
  readonly #limits: PictureLimits
  readonly #assets = new Map<AssetId, StoredAsset>()
  #size = 0

  constructor(limits: PictureLimits) {
    this.#limits = limits
  }

  /** Each once, in memory of its own. */
  get assets(): readonly StoredAsset[] {
    return [...this.#assets.values()]
  }

  /** @returns `undefined` for what is no picture, or more than may be */
  readonly take = (dataUrl: string): AssetId | undefined => {
    const bytes = bytesOfDataUrl(dataUrl, this.#limits.maxAssetBytes || Number.POSITIVE_INFINITY)
    const type = bytes && pictureTypeOf(bytes)
    if (!type || pictureFault(bytes, type)) return undefined
    const id = createHash('sha256').update(bytes).digest('base64url')
    if (this.#assets.has(id)) return id
    if (this.#size + bytes.length > (this.#limits.maxBoardAssetBytes || Number.POSITIVE_INFINITY))
      return undefined
    this.#assets.set(id, { id, type, bytes })
    this.#size += bytes.length
    return id
  }
}

/** @returns `undefined` for what is no `data:` URL (RFC 2397), or holds more than `maxBytes` */
function bytesOfDataUrl(url: string, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
  const comma = url.indexOf(',')
  if (!/^data:/i.test(url) || comma < 0) return undefined
  const text = url.slice(comma + 1)
  const size = /;\s*base64\s*$/i.test(url.slice(0, comma)) ? Buffer.byteLength(text, 'base64') : undefined
  if (size === undefined) return fromPercents(text, maxBytes)
  if (size > maxBytes) return undefined
  const bytes = new Uint8Array(size)
  // Straight to where they stay: a buffer that Node makes of a short text shares its memory with others.
  const written = Buffer.from(bytes.buffer).write(text, 'base64')
  return written === size ? bytes : bytes.slice(0, written)
}

const PERCENT = 0x25

function fromPercents(text: string, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > maxBytes * 3) return undefined
  const bytes = new TextEncoder().encode(text)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const digits = bytes[i] === PERCENT ? String.fromCharCode(...bytes.subarray(i + 1, i + 3)) : ''
    const isCode = /^[0-9a-f]{2}$/i.test(digits)
    bytes[length++] = isCode ? Number.parseInt(digits, 16) : (bytes[i] ?? 0)
    if (isCode) i += 2
  }
  return length > maxBytes ? undefined : bytes.slice(0, length)
}
