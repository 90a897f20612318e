/** How comments lie in a board's document, and nothing else knows it.
 *
 *   comments  Y.Map   comment id → Y.Map {
 *     base      the comment as it was written, one plain object that stays:
 *               { by, name, color?, at, text, thread?, pin? { xy, shape?, anchor? } }
 *     text      what it says since it was edited, plain
 *     editedAt  when that was
 *     resolved  on the first comment of a thread: { by, name, at } of whoever said it is done; null when it is open again
 *   }
 *
 * Times are ms since 1970, by the clock of whoever wrote; `by` is a person's mark, and the server lets nobody write in another's
 * name. A thread is its first comment and those that name it in `thread`. Deleting a comment removes its entry; when the first
 * one is gone, so is the thread. A text is one plain value: a comment has one author, so nobody merges it with anybody's.
 *
 * Any peer can write anything, so reading never throws: `readComment` gives a comment or `undefined`. */
import * as Y from 'yjs'
import type { ShapeId } from '../ids.ts'
import { MAX_COORDINATE } from './layout.ts'
import { isColor } from './palette.ts'
import { type Fields, isFields, isId, isMs, isTextUpTo } from './plain.ts'
import type { Point } from './shape.ts'

export type CommentId = string

/** UTF-16 units of one comment. */
export const MAX_COMMENT_LENGTH = 10_000
/** UTF-16 units of the name that a comment was written under. */
export const MAX_PERSON_NAME_LENGTH = 120
/** On one board, replies included. */
export const MAX_COMMENTS = 20_000

/** Where a thread is on the board: at `xy`, board units, or, when `shape` is there, on that shape at `anchor` (0–1 of its box); `xy` is
 * then where it last was, for when the shape is gone. */
export interface Pin {
  readonly xy: Point
  readonly shape?: ShapeId
  readonly anchor?: Point
}

export interface Resolution {
  readonly by: string
  readonly name: string
  /** ms since 1970 */
  readonly at: number
}

export interface Comment {
  readonly id: CommentId
  /** The mark of who wrote it. */
  readonly by: string
  /** The name they went by then. */
  readonly name: string
  readonly color?: string
  /** ms since 1970 */
  readonly at: number
  readonly text: string
  /** ms since 1970 */
  readonly editedAt?: number
  /** The first comment of its thread; not there when it is one. */
  readonly thread?: CommentId
  /** On first comments; not there for a thread about the whole board. */
  readonly pin?: Pin
  /** On first comments that are done with. */
  readonly resolved?: Resolution
}

export const commentsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('comments')

/** @param entry  what stands under `id` in the `comments` root
 * @returns the comment, or `undefined` when the entry is not one; an unsound change reads as if it had not been made */
export function readComment(id: CommentId, entry: unknown): Comment | undefined {
  if (!(entry instanceof Y.Map)) return undefined
  const base = entry.get('base')
  if (!isSoundBase(base)) return undefined
  const { by, name, color, at, thread } = base
  const changes = changesOf(entry)
  return {
    id,
    by,
    name,
    ...(isColorName(color) && { color }),
    at,
    text: changes.text ?? base.text,
    ...(changes.editedAt !== undefined && { editedAt: changes.editedAt }),
    ...(isId(thread) ? { thread } : { ...withPin(base.pin), ...withResolution(entry.get('resolved')) }),
  }
}

/** All comments that can be read, by id, and how many entries are none. */
export function readComments(doc: Y.Doc): { comments: Map<CommentId, Comment>; skippedCount: number } {
  const comments = new Map<CommentId, Comment>()
  let skippedCount = 0
  for (const [id, entry] of commentsOf(doc)) {
    const comment = readComment(id, entry)
    if (comment) comments.set(id, comment)
    else skippedCount++
  }
  return { comments, skippedCount }
}

/** @returns the mark of whoever wrote a comment, sound or not */
export function commentBy(entry: Y.Map<unknown>): unknown {
  const base = entry.get('base')
  return isFields(base) ? base.by : undefined
}

/** Puts a new comment into the document. Call inside a transaction. */
export function writeComment(
  comments: Y.Map<unknown>,
  { id, editedAt: _, resolved: __, ...base }: Comment,
): void {
  comments.set(id, new Y.Map([['base', base]]))
}

/** What it says from now on. Call inside a transaction.
 * @param at  ms since 1970 */
export function writeCommentText(entry: Y.Map<unknown>, text: string, at: number): void {
  entry.set('text', text)
  entry.set('editedAt', at)
}

/** Call inside a transaction.
 * @param resolution  `undefined` opens the thread again */
export function writeResolution(entry: Y.Map<unknown>, resolution: Resolution | undefined): void {
  entry.set('resolved', resolution ?? null)
}

/** What of an entry breaks the schema, for the server to mend: `undefined` for a sound one, and for one that has no `base` (yet). */
export function commentFaults(entry: unknown): { isBeyondRepair: boolean; keys: string[] } | undefined {
  if (!(entry instanceof Y.Map) || !entry.has('base')) return undefined
  if (!isSoundBase(entry.get('base'))) return { isBeyondRepair: true, keys: [] }
  const keys = [...entry.keys()].filter(key => FIELD_CHECKS[key]?.(entry.get(key)) === false)
  return keys.length > 0 ? { isBeyondRepair: false, keys } : undefined
}

interface SoundBase extends Fields {
  readonly by: string
  readonly name: string
  readonly at: number
  readonly text: string
}

const FIELD_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: value => isTextUpTo(value, MAX_COMMENT_LENGTH),
  editedAt: isMs,
  resolved: value => value === null || isResolution(value),
}

const isSoundBase = (base: unknown): base is SoundBase =>
  isFields(base) &&
  isId(base.by) &&
  isTextUpTo(base.name, MAX_PERSON_NAME_LENGTH) &&
  isMs(base.at) &&
  isTextUpTo(base.text, MAX_COMMENT_LENGTH)

const isResolution = (value: unknown): value is Resolution =>
  isFields(value) && isId(value.by) && isTextUpTo(value.name, MAX_PERSON_NAME_LENGTH) && isMs(value.at)

const isColorName = (value: unknown): value is string => typeof value === 'string' && isColor(value)

const isPlace = (value: unknown): value is Point =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(number => Number.isFinite(number) && Math.abs(number) <= MAX_COORDINATE)

function changesOf(entry: Y.Map<unknown>): { text?: string; editedAt?: number } {
  const [text, editedAt] = [entry.get('text'), entry.get('editedAt')]
  return {
    ...(isTextUpTo(text, MAX_COMMENT_LENGTH) && { text }),
    ...(isMs(editedAt) && { editedAt }),
  }
}

function withPin(value: unknown): { pin?: Pin } {
  if (!isFields(value) || !isPlace(value.xy)) return {}
  const { xy, shape, anchor } = value
  return { pin: isId(shape) && isPlace(anchor) ? { xy, shape, anchor } : { xy } }
}

function withResolution(value: unknown): { resolved?: Resolution } {
  return isResolution(value) ? { resolved: { by: value.by, name: value.name, at: value.at } } : {}
}
