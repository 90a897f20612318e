/** The server's word on what may stand on a board: after a tick's updates are in, and in the same transaction, what they touched is
 * checked against the shared schema and mended. So what breaks the schema reaches nobody, and the mending travels in
 * the tick's one update.
 *
 * Not a wall against a hostile peer of Yjs itself (any writer can change what it may write); it keeps absurd values, boundless
 * texts and endless boards from everyone else's page. Entries that do not claim to be shapes are left alone. */
import * as Y from 'yjs'
import { faultsOf, MAX_SHAPES, MAX_TEXT_LENGTH, shapesOf } from '#shared/board/layout.ts'
import type { ShapeId } from '#shared/ids.ts'

/** Something was taken back; `client` is the Yjs client that had written it. */
export interface Repair {
  readonly client: number
  readonly what: 'shape' | 'change' | 'text' | 'count'
}

/** Mends what a transaction touched. Call inside it.
 * @param shapeCount  before it */
export function mend(doc: Y.Doc, transaction: Y.Transaction, shapeCount: number): Repair[] {
  const shapes = shapesOf(doc)
  const repairs: Repair[] = []
  const touched = touchedShapes(transaction, shapes)
  let room = MAX_SHAPES - shapeCount
  for (const id of touched) {
    const entry = shapes.get(id)
    if (entry === undefined) continue
    const isNew = isMadeIn(transaction, shapes, id)
    if (isNew && room-- <= 0) {
      repairs.push({ client: writerOf(shapes, id), what: 'count' })
      shapes.delete(id)
      continue
    }
    const faults = faultsOf(id, entry)
    if (!faults || !(entry instanceof Y.Map)) continue
    if (faults.isBeyondRepair) {
      repairs.push({ client: writerOf(shapes, id), what: 'shape' })
      shapes.delete(id)
      continue
    }
    for (const key of faults.keys) {
      repairs.push({ client: writerOf(entry, key), what: 'change' })
      entry.delete(key)
    }
    if (faults.hasLongText) repairs.push(cutText(entry))
  }
  return repairs
}

/** Yjs notes the types that changed, new ones only by their parent's key. */
function touchedShapes(transaction: Y.Transaction, shapes: Y.Map<unknown>): Set<ShapeId> {
  const ids = new Set<ShapeId>()
  for (const [type, keys] of transaction.changed) {
    if ((type as unknown) === shapes) {
      for (const key of keys) if (key !== null) ids.add(key)
      continue
    }
    // A shape's entry or its text: the key in `shapes` that it hangs under.
    let within: Y.AbstractType<unknown> = type as Y.AbstractType<unknown>
    while (within.parent && (within.parent as unknown) !== shapes) within = within.parent
    const id = within.parent ? within._item?.parentSub : undefined
    if (id) ids.add(id)
  }
  return ids
}

const isMadeIn = (transaction: Y.Transaction, shapes: Y.Map<unknown>, id: ShapeId): boolean => {
  const item = shapes._map.get(id)
  // Undoing a delete, or replacing a shape, makes a new item under an old key: counting it anew only errs on the safe side.
  return item !== undefined && item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0)
}

const writerOf = (map: Y.Map<unknown>, key: string): number => map._map.get(key)?.id.client ?? 0

function cutText(entry: Y.Map<unknown>): Repair {
  const text = entry.get('text') as Y.Text
  const client = writerOf(entry, 'text')
  text.delete(MAX_TEXT_LENGTH, text.length - MAX_TEXT_LENGTH)
  return { client, what: 'text' }
}
