/** Shapes as text, for the clipboard. Reading takes anything: our own format, excalidraw's, or no shapes at all. */
import { fieldsFromShape, shapeFromFields } from '#shared/board/layout.ts'
import { compareOrder, isBox, type Shape } from '#shared/board/shape.ts'

const TYPE = 'drawbridge/shapes'
/** More than any board view holds; beyond it a paste would freeze the page. */
const MAX_PASTED = 50_000

interface ClipShape {
  id: string
  text: string
  fields: Record<string, unknown>
}

export function formatShapes(shapes: readonly Shape[]): string {
  const clip: ClipShape[] = [...shapes].sort(compareOrder).map(shape => {
    const fields = fieldsFromShape(shape)
    if (fields.points instanceof Uint8Array) fields.points = toBase64(fields.points)
    return { id: shape.id, text: isBox(shape) ? shape.text : '', fields }
  })
  return JSON.stringify({ type: TYPE, version: 1, shapes: clip })
}

/** @returns the shapes in paint order, or `undefined` when the text is not shapes */
export async function parseShapes(text: string): Promise<Shape[] | undefined> {
  // Most pastes are words: look before parsing megabytes.
  if (!text.startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // words that begin with a brace
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { type, shapes, elements } = value as Record<string, unknown>
  if (type === TYPE && Array.isArray(shapes)) {
    return shapes.slice(0, MAX_PASTED).flatMap(entry => readClipShape(entry) ?? [])
  }
  if (type !== 'excalidraw/clipboard' && type !== 'excalidraw') return undefined
  const { ImportError, importExcalidraw } = await import('#shared/board/excalidraw.ts')
  try {
    return [...importExcalidraw({ type: 'excalidraw', elements }).shapes]
  } catch (error) {
    if (error instanceof ImportError) return undefined
    throw error
  }
}

/** The words of shapes, for pasting elsewhere. */
export const plainText = (shapes: readonly Shape[]): string =>
  shapes.flatMap(shape => (isBox(shape) && shape.text !== '' ? [shape.text] : [])).join('\n')

function readClipShape(entry: unknown): Shape | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { id, text, fields } = entry as Partial<ClipShape>
  if (typeof id !== 'string' || typeof fields !== 'object' || fields === null) return undefined
  const points = typeof fields.points === 'string' ? fromBase64(fields.points) : undefined
  return shapeFromFields(id, { ...fields, ...(points && { points }) }, typeof text === 'string' ? text : '')
}

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return undefined // not base64: the shape is skipped as one without ink
  }
}
