import { describe, expect, it } from 'vitest'
import type { Comment } from '#shared/board/comments.ts'
import type { Thread } from '../../../board/comments.ts'
import type { CommentView, ThreadView } from './comments-view.ts'
import { listThreads } from './thread-list.ts'
import { newsOf, type Reader, threadViews } from './thread-views.ts'

const said = (id: string, by: string, text: string, at: number, more: Partial<Comment> = {}): Comment => ({
  id,
  by,
  name: by.toUpperCase(),
  at,
  text,
  ...more,
})
const thread = (first: Comment, ...replies: Comment[]): Thread => ({ id: first.id, first, replies })

const THREADS: readonly Thread[] = [
  thread(said('a', 'ada', 'is this @bo?', 10), said('a1', 'bo', 'yes', 20), said('a2', 'cy', 'no', 90)),
  thread(said('b', 'bo', 'mine', 30, { pin: { xy: [0, 0], shape: 's', anchor: [0, 0] } })),
  thread(said('c', 'cy', 'done', 80, { resolved: { by: 'ada', name: 'ADA', at: 85 } })),
]

/** As Bo sees them. */
const asBo = (read: readonly string[], more: Partial<Reader> = {}): ThreadView[] =>
  threadViews(THREADS, {
    by: 'bo',
    ownNames: ['Bo'],
    names: ['ADA', 'BO', 'CY'],
    hasRead: ({ id }) => read.includes(id),
    mayEdit: ({ by }) => by === 'bo',
    mayRemove: ({ by }) => by === 'bo',
    subjectOf: ({ pin }) => (pin?.shape === 's' ? 'Rectangle: form' : ''),
    ...more,
  })
const ids = (threads: readonly { readonly id: string }[]) => threads.map(({ id }) => id)

describe('threads as one sees them', () => {
  it('come with the one first that was last written in', () => {
    expect(ids(asBo([]))).toEqual(['a', 'c', 'b'])
  })

  it('are unread by what others have written, until that is read', () => {
    const unread = (read: readonly string[]) => ids(asBo(read).filter(({ isUnread }) => isUnread))
    expect(unread([])).toEqual(['a', 'c'])
    expect(unread(['a', 'c'])).toEqual(['a'])
    expect(unread(['a', 'a2', 'c'])).toEqual([])
  })

  it('mention one as long as that is unread', () => {
    expect(asBo([])[0]?.mentionsMe).toBe(true)
    expect(asBo(['a'])[0]).toMatchObject({ mentionsMe: false, isUnread: true })
    expect(asBo(['a'])[0]?.first.mentionsMe).toBe(true)
  })

  it('say in words what they are', () => {
    expect(asBo(['a2']).map(({ label }) => label)).toEqual([
      'Comment by ADA: is this @bo?, 2 replies, unread, mentions you',
      'Comment by CY: done, resolved, unread',
      'Comment by BO on Rectangle: form: mine',
    ])
  })

  it('have lost their shape, when it is gone', () => {
    const gone = asBo([], { subjectOf: ({ pin }) => (pin ? undefined : '') })
    expect(gone.find(({ id }) => id === 'b')).toMatchObject({ isShapeGone: true, subject: '' })
    expect(gone.find(({ id }) => id === 'a')).toMatchObject({ isShapeGone: false })
  })
})

describe('the list', () => {
  it('shows what is open, for me, mine or done with', () => {
    const all = asBo(['a', 'a2', 'c'])
    expect(ids(listThreads(all, 'open', ''))).toEqual(['a', 'b'])
    expect(ids(listThreads(all, 'for-me', ''))).toEqual(['a'])
    expect(ids(listThreads(all, 'mine', ''))).toEqual(['a', 'b'])
    expect(ids(listThreads(all, 'resolved', ''))).toEqual(['c'])
  })

  it('finds words of comments, names and shapes, all of them', () => {
    const found = (search: string) => ids(listThreads(asBo([]), 'open', search))
    expect(found('YES')).toEqual(['a'])
    expect(found('form')).toEqual(['b'])
    expect(found(' cy no ')).toEqual(['a'])
    expect(found('cy form')).toEqual([])
  })
})

describe('news', () => {
  const fresh = (...wanted: string[]) =>
    asBo([]).flatMap(each =>
      [each.first, ...each.replies]
        .filter(({ id }) => wanted.includes(id))
        .map((comment: CommentView) => ({ thread: each, comment })),
    )

  it('are who wrote what, and that one is meant', () => {
    expect(newsOf(fresh())).toBeUndefined()
    expect(newsOf(fresh('a2'))).toMatchObject({ words: 'CY replied: no', isMention: false })
    expect(newsOf(fresh('c'))).toMatchObject({ words: 'CY commented: done', isMention: false })
    expect(newsOf(fresh('a2', 'c'))).toMatchObject({ words: '2 new comments', isMention: false })
    expect(newsOf(fresh('a', 'a2', 'c'))).toMatchObject({
      words: 'ADA mentioned you: is this @bo?',
      isMention: true,
    })
  })
})
