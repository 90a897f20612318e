/** For tests: two documents, and what brings each what the other has. */
import * as Y from 'yjs'

/** Both ways at once, as it was before either took anything in. */
export function syncOf([a, b]: readonly [Y.Doc, Y.Doc]): () => void {
  return () => {
    const toB = Y.encodeStateAsUpdate(a, Y.encodeStateVector(b))
    const toA = Y.encodeStateAsUpdate(b, Y.encodeStateVector(a))
    Y.applyUpdate(b, toB, 'remote')
    Y.applyUpdate(a, toA, 'remote')
  }
}
