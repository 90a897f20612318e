/** The document behind a board, for the parts of the board that are loaded later (comments.ts, meeting.ts) and for nobody else: what
 * they give out are plain values. */
import type { Doc } from 'yjs'
import type { Board } from './board.ts'

export interface SharedDocument {
  readonly doc: Doc
  /** Runs `change` as one transaction of this person's that is no step of theirs: undo does not take it back. */
  write(change: () => void): void
}

const documents = new WeakMap<Board, SharedDocument>()

export const shareDocument = (board: Board, document: SharedDocument): void => {
  documents.set(board, document)
}

/** @throws Error for a board that has none */
export function documentOf(board: Board): SharedDocument {
  const document = documents.get(board)
  if (!document) throw new Error('this board has no document')
  return document
}
