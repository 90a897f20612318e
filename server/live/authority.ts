/** The server's word on what may stand on a board: after a tick's updates are in, and in the same transaction, what they touched is
 * checked against the shared schema and mended. So what breaks the schema reaches nobody, and the mending travels in
 * the tick's one update.
 *
 * Not a wall against a hostile peer of Yjs itself (any writer can change what it may write); it keeps absurd values, boundless
 * texts and endless boards from everyone else's page. Entries that do not claim to be shapes or comments are left alone. */
import * as Y from 'yjs'
import { commentFaults, commentsOf, MAX_COMMENTS } from '#shared/board/comments.ts'
import { faultsOf, MAX_SHAPES, MAX_TEXT_LENGTH, shapesOf } from '#shared/board/layout.ts'
import { isSoundMeetingValue, isSoundVotes, meetingOf, votesOf } from '#shared/board/meeting.ts'
import { touchedKeys } from './touched-keys.ts'

/** Something was taken back; `client` is the Yjs client that had written it. */
export interface Repair {
  readonly client: number
  readonly what: 'shape' | 'change' | 'text' | 'count' | 'comment' | 'comment-count'
}

/** Mends what a transaction touched. Call inside it.
 * @param shapeCount  before it */
export function mend(doc: Y.Doc, transaction: Y.Transaction, shapeCount: number): Repair[] {
  const [shapes, comments, meeting, votes] = [shapesOf(doc), commentsOf(doc), meetingOf(doc), votesOf(doc)]
  const touched = touchedKeys(transaction)
  return [
    ...mendShapes(transaction, shapes, touched.get(shapes) ?? [], shapeCount),
    ...mendComments(transaction, comments, touched.get(comments) ?? []),
    ...mendValues(meeting, touched.get(meeting) ?? [], isSoundMeetingValue),
    ...mendValues(votes, touched.get(votes) ?? [], (_by, value) => isSoundVotes(value)),
  ]
}

function mendShapes(
  transaction: Y.Transaction,
  shapes: Y.Map<unknown>,
  touched: Iterable<string>,
  shapeCount: number,
): Repair[] {
  const repairs: Repair[] = []
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

function mendComments(
  transaction: Y.Transaction,
  comments: Y.Map<unknown>,
  touched: Iterable<string>,
): Repair[] {
  const repairs: Repair[] = []
  let excess: number | undefined
  for (const id of touched) {
    const entry = comments.get(id)
    if (!(entry instanceof Y.Map)) continue
    // Y.Map's own size walks every key there ever was.
    if (isMadeIn(transaction, comments, id)) excess ??= comments.size - MAX_COMMENTS
    if (excess !== undefined && excess > 0 && isMadeIn(transaction, comments, id)) {
      excess--
      repairs.push({ client: writerOf(comments, id), what: 'comment-count' })
      comments.delete(id)
      continue
    }
    const faults = commentFaults(entry)
    if (faults?.isBeyondRepair) {
      repairs.push({ client: writerOf(comments, id), what: 'comment' })
      comments.delete(id)
      continue
    }
    for (const key of faults?.keys ?? []) {
      repairs.push({ client: writerOf(entry, key), what: 'change' })
      entry.delete(key)
    }
  }
  return repairs
}

/** Plain values under the keys of a root. */
function mendValues(
  root: Y.Map<unknown>,
  touched: Iterable<string>,
  isSound: (key: string, value: unknown) => boolean,
): Repair[] {
  const repairs: Repair[] = []
  for (const key of touched) {
    if (!root.has(key) || isSound(key, root.get(key))) continue
    repairs.push({ client: writerOf(root, key), what: 'change' })
    root.delete(key)
  }
  return repairs
}

const isMadeIn = (transaction: Y.Transaction, root: Y.Map<unknown>, key: string): boolean => {
  const item = root._map.get(key)
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
