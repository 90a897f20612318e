/** Threads as they are shown: what is unread, who is meant, what this person may do about each, and the words for it all. Pure. */
import type { Comment } from '#shared/board/comments.ts'
import type { Thread } from '../../../board/comments.ts'
import type { CommentView, ThreadView } from './comments-view.ts'
import { firstWordsOf, mentionsAny } from './words.ts'

export interface Reader {
  /** Marks what this person has written. */
  readonly by: string | undefined
  /** By which this person is named. */
  readonly ownNames: readonly string[]
  readonly names: readonly string[]
  readonly hasRead: (comment: Comment) => boolean
  readonly mayEdit: (comment: Comment) => boolean
  readonly mayRemove: (comment: Comment) => boolean
  /** What a thread is pinned to: a label, '' for none, `undefined` when it is gone. */
  readonly subjectOf: (first: Comment) => string | undefined
}

const LABEL_LENGTH = 80

/** @returns the one that was last written in first */
export function threadViews(threads: readonly Thread[], reader: Reader): ThreadView[] {
  return threads.map(thread => threadView(thread, reader)).sort((a, b) => b.lastAt - a.lastAt)
}

function threadView({ id, first, replies }: Thread, reader: Reader): ThreadView {
  const comments = [first, ...replies].map(comment => commentView(comment, reader))
  const [begin, ...answers] = comments as [CommentView, ...CommentView[]]
  const unread = comments.filter(({ isUnread }) => isUnread)
  const subject = reader.subjectOf(first)
  const view = {
    id,
    first: begin,
    replies: answers,
    resolved: first.resolved,
    subject: subject ?? '',
    isShapeGone: subject === undefined,
    lastAt: Math.max(...comments.map(({ at }) => at)),
    isUnread: unread.length > 0,
    mentionsMe: unread.some(({ mentionsMe }) => mentionsMe),
  }
  return { ...view, label: labelOf(view) }
}

function commentView(comment: Comment, reader: Reader): CommentView {
  const { id, name, color = 'grey', at, text, editedAt } = comment
  const isMine = comment.by === reader.by
  return {
    id,
    name,
    color,
    at,
    text,
    isEdited: editedAt !== undefined,
    isMine,
    isUnread: !isMine && !reader.hasRead(comment),
    mentionsMe: !isMine && mentionsAny(text, reader.ownNames, reader.names),
    mayEdit: reader.mayEdit(comment),
    mayRemove: reader.mayRemove(comment),
  }
}

function labelOf(thread: Omit<ThreadView, 'label'>): string {
  const { first, replies, subject } = thread
  return [
    `Comment by ${first.name}${subject ? ` on ${subject}` : ''}: ${firstWordsOf(first.text, LABEL_LENGTH)}`,
    replies.length > 0 && (replies.length === 1 ? '1 reply' : `${replies.length} replies`),
    thread.resolved && 'resolved',
    thread.isUnread && 'unread',
    thread.mentionsMe && 'mentions you',
  ]
    .filter(Boolean)
    .join(', ')
}

/** What came in, for whoever did not write it.
 * @param fresh  unread comments that were not there a moment ago, with their threads
 * @returns `undefined` when there is nothing to tell */
export function newsOf(
  fresh: readonly { readonly thread: ThreadView; readonly comment: CommentView }[],
): { readonly words: string; readonly isMention: boolean; readonly thread: ThreadView } | undefined {
  const mentions = fresh.filter(({ comment }) => comment.mentionsMe)
  const [one, ...more] = mentions.length > 0 ? mentions : fresh
  if (!one) return undefined
  const { thread, comment } = one
  const isMention = mentions.length > 0
  if (more.length > 0) {
    const count = more.length + 1
    return {
      words: isMention ? `You were mentioned in ${count} comments` : `${count} new comments`,
      isMention,
      thread,
    }
  }
  const did = isMention ? 'mentioned you' : thread.first === comment ? 'commented' : 'replied'
  return { words: `${comment.name} ${did}: ${firstWordsOf(comment.text, LABEL_LENGTH)}`, isMention, thread }
}
