import { expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  type Comment,
  commentFaults,
  commentsOf,
  MAX_COMMENT_LENGTH,
  readComment,
  readComments,
  writeComment,
  writeCommentText,
  writeResolution,
} from './comments.ts'

const first: Comment = {
  id: 'c1',
  by: 'ann',
  name: 'Ann',
  color: 'red',
  at: 1000,
  text: 'Is this right?',
  pin: { xy: [1, 2], shape: 's1', anchor: [0.5, 0.5] },
}
const reply: Comment = { id: 'c2', by: 'ben', name: 'Ben', at: 2000, text: 'Yes', thread: 'c1' }
const ben = { by: 'ben', name: 'Ben', at: 3000 }

function written(...comments: Comment[]): Y.Map<unknown> {
  const root = commentsOf(new Y.Doc())
  for (const comment of comments) writeComment(root, comment)
  return root
}
const entryOf = (root: Y.Map<unknown>, id: string) => root.get(id) as Y.Map<unknown>

it('a comment and its reply read as they were written, and with what was changed since', () => {
  const root = written(first, reply)
  expect([...readComments(root.doc as Y.Doc).comments.values()]).toEqual([first, reply])
  writeCommentText(entryOf(root, 'c1'), 'Is this right now?', 5000)
  writeResolution(entryOf(root, 'c1'), ben)
  expect(readComment('c1', root.get('c1'))).toEqual({
    ...first,
    text: 'Is this right now?',
    editedAt: 5000,
    resolved: ben,
  })
  writeResolution(entryOf(root, 'c1'), undefined)
  expect(readComment('c1', root.get('c1'))).not.toHaveProperty('resolved')
  expect(commentFaults(root.get('c1'))).toBeUndefined()
})

it('two people who edit and resolve at once both win', () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()]
  writeComment(commentsOf(one), first)
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  writeCommentText(entryOf(commentsOf(one), 'c1'), 'Edited', 5000)
  writeResolution(entryOf(commentsOf(two), 'c1'), ben)
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  expect(readComment('c1', commentsOf(two).get('c1'))).toMatchObject({ text: 'Edited', resolved: ben })
})

const { id: _, ...base } = first
it.each<[what: string, entry: unknown]>([
  ['a number', 7],
  ['a plain object', base],
  ['an empty map', new Y.Map()],
  ['nobody’s', new Y.Map([['base', { ...base, by: '' }]])],
  ['without a moment', new Y.Map([['base', { ...base, at: Number.NaN }]])],
  ['without a text', new Y.Map([['base', { ...base, text: null }]])],
  ['too long', new Y.Map([['base', { ...base, text: 'x'.repeat(MAX_COMMENT_LENGTH + 1) }]])],
  ['under a name too long', new Y.Map([['base', { ...base, name: 'x'.repeat(121) }]])],
])('an entry that is %s is skipped and counted', (_what, entry) => {
  const root = written(reply)
  root.set('bad', entry)
  const { comments, skippedCount } = readComments(root.doc as Y.Doc)
  expect([[...comments.keys()], skippedCount]).toEqual([['c2'], 1])
  const map = root.get('bad')
  const isOurs = map instanceof Y.Map && map.has('base')
  expect(commentFaults(map)).toEqual(isOurs ? { isBeyondRepair: true, keys: [] } : undefined)
})

it('what is unsound beside a sound base reads as if it were not there', () => {
  const root = written({ ...first, pin: { xy: [Number.POSITIVE_INFINITY, 0] }, color: 'url(x)' })
  const entry = entryOf(root, 'c1')
  entry.set('text', 'x'.repeat(MAX_COMMENT_LENGTH + 1))
  entry.set('editedAt', 'now')
  entry.set('resolved', { by: 7 })
  entry.set('later', 'a version to come')
  const { pin: _pin, color: _color, ...rest } = first
  expect(readComment('c1', entry)).toEqual(rest)
  expect(commentFaults(entry)).toEqual({ isBeyondRepair: false, keys: ['text', 'editedAt', 'resolved'] })
})

it('a pin whose shape has no anchor is a place on the board; a reply has neither pin nor resolution', () => {
  const root = written(
    { ...first, pin: { xy: [1, 2], shape: 's1' } },
    { ...reply, pin: { xy: [1, 2] }, resolved: ben },
  )
  writeResolution(entryOf(root, 'c2'), ben)
  expect(readComment('c1', root.get('c1'))?.pin).toEqual({ xy: [1, 2] })
  expect(readComment('c2', root.get('c2'))).toEqual(reply)
})
