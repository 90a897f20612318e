/** What of a document a transaction touched, as keys of its roots. */
import type * as Y from 'yjs'

type Type = Y.AbstractType<unknown>

/** Yjs notes the types that changed, new ones only by their parent's key. @returns keys by root type */
export function touchedKeys(transaction: Y.Transaction): Map<unknown, Set<string>> {
  const touched = new Map<unknown, Set<string>>()
  const add = (root: Type, key: string): void => {
    const keys = touched.get(root)
    if (keys) keys.add(key)
    else touched.set(root, new Set([key]))
  }
  for (const [changed, keys] of transaction.changed) {
    let type = changed as Type
    if (!type.parent) {
      for (const key of keys) if (key !== null) add(type, key)
      continue
    }
    // A shape's entry or its text, say: the key of the root that it hangs under.
    while (type.parent?.parent) type = type.parent
    const key = type._item?.parentSub
    if (type.parent && typeof key === 'string') add(type.parent, key)
  }
  return touched
}
