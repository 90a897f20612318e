/** Shapes as text, for the clipboard. */
import { fieldsFromShape } from '#shared/board/layout.ts'
import { compareOrder, isBox, type Shape } from '#shared/board/shape.ts'
import type { BoardId } from '#shared/ids.ts'

export const CLIP_TYPE = 'drawbridge/shapes'

export interface ClipShape {
  id: string
  text: string
  fields: Record<string, unknown>
}

/** @param boardId  where they are from: pictures are fetched from there */
export function formatShapes(shapes: readonly Shape[], boardId: BoardId): string {
  const clip: ClipShape[] = [...shapes].sort(compareOrder).map(shape => {
    const fields = fieldsFromShape(shape)
    if (fields.points instanceof Uint8Array) fields.points = toBase64(fields.points)
    return { id: shape.id, text: isBox(shape) ? shape.text : '', fields }
  })
  return JSON.stringify({ type: CLIP_TYPE, version: 1, board: boardId, shapes: clip })
}

/** The words of shapes, for pasting elsewhere. */
export const plainText = (shapes: readonly Shape[]): string =>
  shapes.flatMap(shape => (isBox(shape) && shape.text !== '' ? [shape.text] : [])).join('\n')

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
