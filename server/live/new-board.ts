/** First states of boards. */

import * as Y from 'yjs'
import { metaOf, SCHEMA_VERSION, shapesOf, writeShape } from '#shared/board/layout.ts'
import type { Shape } from '#shared/board/shape.ts'
import { createBoardId } from '#shared/ids.ts'
import type { NewBoard } from '../store/store.ts'

/** @param name  '' for none */
export function newBoard(name: string, shapes: readonly Shape[] = []): NewBoard {
  const doc = new Y.Doc()
  doc.transact(() => {
    const meta = metaOf(doc)
    meta.set('schemaVersion', SCHEMA_VERSION)
    if (name !== '') meta.set('name', name)
    const entries = shapesOf(doc)
    for (const shape of shapes) writeShape(entries, shape)
  })
  const board = {
    id: createBoardId(),
    name,
    shapeCount: shapesOf(doc).size,
    initialState: Y.encodeStateAsUpdate(doc),
  }
  doc.destroy()
  return board
}
