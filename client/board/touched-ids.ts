/** Which shapes a set of Yjs structs belongs to, without changing anything: Yjs' own way of going through such a set splits structs. */
import * as Y from 'yjs'
import type { ShapeId } from '#shared/ids.ts'

type Ranges = Y.UndoManager['undoStack'][number]['insertions']

/** @param shapes  the root that the shapes stand in
 * @param ranges  clocks by client */
export function touchedIds(shapes: Y.Map<unknown>, { clients }: Ranges): ShapeId[] {
  const ids = new Set<ShapeId>()
  const store = shapes.doc?.store
  for (const [client, ranges] of clients) {
    const structs = store?.clients.get(client) ?? []
    for (const { clock, len } of ranges) {
      for (let i = structs.length > 0 ? Y.findIndexSS(structs, clock) : 0; i < structs.length; i++) {
        const struct = structs[i]
        if (!struct || struct.id.clock >= clock + len) break
        const id = struct instanceof Y.Item ? idOf(shapes, struct) : undefined
        if (id !== undefined) ids.add(id)
      }
    }
  }
  return [...ids]
}

function idOf(shapes: Y.Map<unknown>, struct: Y.Item): ShapeId | undefined {
  let item: Y.Item | null = struct
  while (item) {
    const parent = item.parent as Y.AbstractType<unknown> | null
    if ((parent as unknown) === shapes) return item.parentSub ?? undefined
    item = parent?._item ?? null
  }
  return undefined
}
