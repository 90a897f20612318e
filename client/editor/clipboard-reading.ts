/** Shapes from text of the clipboard: takes anything, our own format, excalidraw's, or no shapes at all. */
import { assetIdOf } from '#shared/asset-id.ts'
import { ImportError, importExcalidraw } from '#shared/board/excalidraw.ts'
import { shapeFromFields } from '#shared/board/layout.ts'
import type { Shape } from '#shared/board/shape.ts'
import { type AssetId, type BoardId, isBoardId } from '#shared/ids.ts'
import { CLIP_TYPE, type ClipShape } from './clipboard-format.ts'

/** More than any board view holds; beyond it a paste would freeze the page. */
const MAX_PASTED = 50_000

/** @param pictures  gets the bytes of pictures that come with the shapes, as excalidraw's do
 * @returns the shapes in paint order, or `undefined` when the text is not shapes */
export function parseShapes(text: string, pictures?: Map<AssetId, Blob>): Shape[] | undefined {
  // Most pastes are words: look before parsing megabytes.
  if (!text.startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // words that begin with a brace
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, shapes, elements, files } = value as Record<string, unknown>
  if (type === CLIP_TYPE && Array.isArray(shapes)) {
    return shapes.slice(0, MAX_PASTED).flatMap(entry => readClipShape(entry) ?? [])
  }
  if (type !== 'excalidraw/clipboard' && type !== 'excalidraw') return undefined
  try {
    return [...importExcalidraw({ type: 'excalidraw', elements, files }, url => take(url, pictures)).shapes]
  } catch (error) {
    if (error instanceof ImportError) return undefined
    throw error
  }
}

function take(dataUrl: string, pictures: Map<AssetId, Blob> | undefined): AssetId | undefined {
  const [prefix, type] = /^data:(image\/[\w.+-]{1,40});base64,/.exec(dataUrl) ?? []
  const bytes = prefix === undefined ? undefined : fromBase64(dataUrl.slice(prefix.length))
  if (!bytes || !pictures || type === undefined) return undefined
  const asset = assetIdOf(bytes)
  pictures.set(asset, new Blob([bytes], { type }))
  return asset
}

/** @returns the board that shapes on the clipboard are from, when they are ours and say so. Without parsing: they may be many. */
export function sourceOf(text: string): BoardId | undefined {
  const [, board] = new RegExp(`^{"type":"${CLIP_TYPE}","version":1,"board":"([^"]{1,64})"`).exec(text) ?? []
  return board !== undefined && isBoardId(board) ? board : undefined
}

function readClipShape(entry: unknown): Shape | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { id, text, fields } = entry as Partial<ClipShape>
  if (typeof id !== 'string' || typeof fields !== 'object' || fields === null) return undefined
  const points = typeof fields.points === 'string' ? fromBase64(fields.points) : undefined
  return shapeFromFields(id, { ...fields, ...(points && { points }) }, typeof text === 'string' ? text : '')
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return undefined // not base64: the shape is skipped as one without ink
  }
}
