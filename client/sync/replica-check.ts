/** `[W17]` Now and then, when nothing is on its way, the server is told what this document comes to: if it holds something else, the two
 * are brought together. */
import type * as Y from 'yjs'
import type { DocumentFeed } from './document-feed.ts'
import { loadPart } from './load-part.ts'

export interface ReplicaCheckDeps {
  /** Whether nothing is on its way to the server or from it. */
  readonly isAtRest: () => boolean
  readonly send: (hash: Uint8Array) => void
}

const EVERY_MS = 30_000
/** What was changed by then has been here and there. */
const AT_REST_MS = 3_000

/** @returns stops it */
export function compareNowAndThen(feed: DocumentFeed, { isAtRest, send }: ReplicaCheckDeps): () => void {
  let changedAtMs = Date.now()
  let isCompared = false
  const stopListening = feed.subscribe(() => {
    changedAtMs = Date.now()
    isCompared = false
  })
  // Not all pages of a board at once.
  const timer = setInterval(
    () => {
      // What the server has had since, we would have had too: once after each change is enough.
      const isDue = !isCompared && Date.now() - changedAtMs >= AT_REST_MS
      if (!isDue || !isAtRest()) return
      isCompared = true
      hash(feed.doc).then(send, reportError)
    },
    EVERY_MS * (0.75 + Math.random() / 2),
  )
  return () => {
    clearInterval(timer)
    stopListening()
  }
}

/** The code for it comes when it is first wanted: a board opens without. */
async function hash(doc: Y.Doc): Promise<Uint8Array> {
  const { hashOf } = await loadPart(() => import('#shared/document-hash.ts'))
  return hashOf(doc)
}
