/** The comments of a board as threads of plain values, and what this person may do with them. Loaded after the board.
 *
 * What the server would refuse never gets into the document: whoever may not gets `undefined` or `false`, and nothing happens.
 * Nothing of it is in the undo history. */

import * as Y from 'yjs'
import {
  type Comment,
  type CommentId,
  commentsOf,
  MAX_COMMENT_LENGTH,
  type Pin,
  readComments,
  writeComment,
  writeCommentText,
  writeResolution,
} from '#shared/board/comments.ts'
import type { Point } from '#shared/board/shape.ts'
import { pointAt } from '#shared/geometry/shape-geometry.ts'
import { createShapeId } from '#shared/ids.ts'
import type { Board, BoardReader } from './board.ts'
import { documentOf } from './shared-document.ts'

export type { Comment, CommentId, Pin }

/** Its first comment, and what was answered, oldest first. */
export interface Thread {
  readonly id: CommentId
  readonly first: Comment
  readonly replies: readonly Comment[]
}

/** The name and the colour that somebody goes by; whose mark it is, the board knows. */
export interface Author {
  readonly name: string
  readonly color: string
}

export class Comments {
  readonly #board: Board
  readonly #root: Y.Map<unknown>
  readonly #write: (change: () => void) => void
  readonly #nowMs: () => number
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void
  #comments!: ReadonlyMap<CommentId, Comment>
  #threads!: ReadonlyMap<CommentId, Thread>
  #skippedCount = 0

  /** @param nowMs  the server's time, ms since 1970 */
  constructor(board: Board, nowMs: () => number) {
    const { doc, write } = documentOf(board)
    this.#board = board
    this.#root = commentsOf(doc)
    this.#write = write
    this.#nowMs = nowMs
    this.#read()
    const changed = (): void => {
      this.#read()
      for (const listener of [...this.#listeners]) listener()
    }
    this.#root.observeDeep(changed)
    this.#stop = () => this.#root.unobserveDeep(changed)
  }

  /** All of them, the one that was begun first first. The same array until something changes is not promised; the threads in it are
   * new objects after every change. */
  get threads(): readonly Thread[] {
    return [...this.#threads.values()]
  }
  thread(id: CommentId): Thread | undefined {
    return this.#threads.get(id)
  }
  /** Any comment, replies included. */
  get(id: CommentId): Comment | undefined {
    return this.#comments.get(id)
  }
  /** Entries that this version cannot read as comments. */
  get skippedCount(): number {
    return this.#skippedCount
  }

  /** Whether this person may begin threads, answer, and say that one is done. */
  get mayWrite(): boolean {
    return this.#board.rights.may('comment')
  }
  mayEdit(comment: Comment): boolean {
    return this.#board.rights.mayReword(comment)
  }
  mayRemove(comment: Comment): boolean {
    return this.#board.rights.mayDelete(comment)
  }

  /** Begins a thread.
   * @param pin  where it is on the board; a thread without one is about the whole board
   * @returns its id; `undefined` when there is nothing to say, or no right to */
  add(text: string, author: Author, pin?: Pin): CommentId | undefined {
    return this.#add(text, author, pin && { pin })
  }

  reply(thread: CommentId, text: string, author: Author): CommentId | undefined {
    return this.#threads.has(thread) ? this.#add(text, author, { thread }) : undefined
  }

  /** @returns whether it says something else than before */
  edit(id: CommentId, text: string): boolean {
    const comment = this.#comments.get(id)
    const said = cleanText(text)
    if (!comment || said === '' || said === comment.text || !this.mayEdit(comment)) return false
    this.#change(id, entry => writeCommentText(entry, said, this.#nowMs()))
    return true
  }

  /** A thread goes with its first comment. Answers that are not this person's to delete stay in the document, unseen.
   * @returns whether it is gone */
  remove(id: CommentId): boolean {
    const comment = this.#comments.get(id)
    if (!comment || !this.mayRemove(comment)) return false
    const replies = this.#threads.get(id)?.replies ?? []
    this.#write(() => {
      for (const each of [comment, ...replies]) if (this.mayRemove(each)) this.#root.delete(each.id)
    })
    return true
  }

  /** Says that a thread is done with, or that it is not after all.
   * @returns whether that was news */
  resolve(thread: CommentId, isResolved: boolean, { name }: Author): boolean {
    const by = this.#board.rights.standing?.by
    const first = this.#threads.get(thread)?.first
    if (!first || by === undefined || !this.mayWrite || (first.resolved !== undefined) === isResolved)
      return false
    const resolution = isResolved ? { by, name, at: this.#nowMs() } : undefined
    this.#change(thread, entry => writeResolution(entry, resolution))
    return true
  }

  /** Called after every change, local and remote alike. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #add(text: string, { name, color }: Author, place: Partial<Comment> = {}): CommentId | undefined {
    const by = this.#board.rights.standing?.by
    const said = cleanText(text)
    if (by === undefined || !this.mayWrite || said === '') return undefined
    const id = createShapeId()
    const comment: Comment = { id, by, name, color, at: this.#nowMs(), text: said, ...place }
    this.#write(() => writeComment(this.#root, comment))
    return id
  }

  #change(id: CommentId, change: (entry: Y.Map<unknown>) => void): void {
    const entry = this.#root.get(id)
    if (entry instanceof Y.Map) this.#write(() => change(entry))
  }

  #read(): void {
    const { comments, skippedCount } = readComments(this.#root.doc as Y.Doc)
    this.#comments = comments
    this.#skippedCount = skippedCount
    const replies = Map.groupBy(
      [...comments.values()].filter(({ thread }) => thread !== undefined).sort(byTime),
      ({ thread }) => thread,
    )
    const firsts = [...comments.values()].filter(({ thread }) => thread === undefined).sort(byTime)
    this.#threads = new Map(
      firsts.map(first => [first.id, { id: first.id, first, replies: replies.get(first.id) ?? [] }]),
    )
  }
}

/** Where a pin is now: on its shape, wherever that has gone, or at its place when there is no shape any more. */
export function placeOfPin({ xy, shape, anchor }: Pin, board: Pick<BoardReader, 'get'>): Point {
  const found = shape === undefined ? undefined : board.get(shape)
  return (found && anchor && pointAt(found, anchor)) ?? xy
}

const byTime = (a: Comment, b: Comment): number => a.at - b.at || (a.id < b.id ? -1 : 1)

const cleanText = (text: string): string => text.trim().slice(0, MAX_COMMENT_LENGTH)
