/** Types within types within types: Yjs tells every type above of a change below, and deletes and frees them recursively, so a chain
 * of a hundred thousand costs gigabytes or the stack. A shape on a board is two deep, a rich text document perhaps ten. */
import * as Y from 'yjs'

export const MAX_NESTING = 100

/** Deletes the new types of a transaction that lie too deep. Call inside it.
 * @returns the Yjs clients who wrote them */
export function trimNesting(transaction: Y.Transaction): Set<number> {
  const writers = new Set<number>()
  const deep: { item: Y.Item; depth: number }[] = []
  const { beforeState, doc } = transaction
  for (const [client, structs] of doc.store.clients) {
    const before = beforeState.get(client) ?? 0
    for (let i = structs.length - 1; i >= 0; i--) {
      const struct = structs[i]
      if (!struct || struct.id.clock + struct.length <= before) break
      if (!(struct instanceof Y.Item) || struct.deleted || !(struct.content instanceof Y.ContentType))
        continue
      const depth = depthOf(struct)
      if (depth <= MAX_NESTING) continue
      writers.add(client)
      deep.push({ item: struct, depth })
    }
  }
  // The deepest first: then none of them has children left to go into.
  deep.sort((a, b) => b.depth - a.depth)
  for (const { item } of deep) item.delete(transaction)
  return writers
}

function depthOf(item: Y.Item): number {
  let depth = 1
  for (let type = item.parent; type instanceof Y.AbstractType && type._item; type = type._item.parent) depth++
  return depth
}
