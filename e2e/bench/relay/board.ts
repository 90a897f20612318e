/** Boards as the product writes them: shapes with a `base`, ink as delta bytes. */
import * as Y from 'yjs'
import { encodeInk } from '../../../server/shared/board/ink.ts'
import type { InkPoint } from '../../../server/shared/board/shape.ts'

/** 210 bytes a shape with its ink: 10,000 of them are the 2.1 MB of a well-filled board. */
const POINTS_PER_STROKE = 36
const SHAPES_PER_UPDATE = 4000
const PRECISION = 2

/** @returns updates to send one after the other, each well under a message's limit */
export function makeBoard(shapeCount: number): Uint8Array[] {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const shapes = doc.getMap('shapes')
  for (let first = 0; first < shapeCount; first += SHAPES_PER_UPDATE) {
    doc.transact(() => {
      for (let i = first; i < Math.min(shapeCount, first + SHAPES_PER_UPDATE); i++) {
        addShape(shapes, `stroke-${i}`, {
          type: 'stroke',
          order: 'a0',
          xy: [(i % 100) * 220, Math.floor(i / 100) * 220],
          wh: [200, 200],
          points: encodeInk({ points: scribble(), hasPressure: false, constantWidth: false }, PRECISION),
        })
      }
    })
  }
  return updates
}

export function addShape(
  shapes: Y.Map<unknown>,
  id: string,
  base: Readonly<Record<string, unknown>>,
): Y.Map<unknown> {
  const entry = new Y.Map<unknown>()
  shapes.set(id, entry)
  entry.set('base', base)
  return entry
}

/** An empty rectangle with room for text. */
export function addTextShape(shapes: Y.Map<unknown>, id: string): Y.Text {
  const text = new Y.Text()
  addShape(shapes, id, { type: 'rectangle', order: 'a0', xy: [0, 0], wh: [200, 200] }).set('text', text)
  return text
}

function scribble(): InkPoint[] {
  let x = 0
  let y = 0
  return Array.from({ length: POINTS_PER_STROKE }, () => {
    x += (Math.random() - 0.5) * 40
    y += (Math.random() - 0.5) * 40
    return [x, y, 0.5]
  })
}
