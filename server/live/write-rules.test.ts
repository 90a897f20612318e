import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  type Comment,
  commentsOf,
  writeComment,
  writeCommentText,
  writeResolution,
} from '#shared/board/comments.ts'
import { heldOf, writeHeld, writeReleased } from '#shared/board/held.ts'
import { shapesOf, textOf, writeShape } from '#shared/board/layout.ts'
import { meetingOf, type Poll, votesOf, writePoll, writeTimer, writeVotes } from '#shared/board/meeting.ts'
import type { Role } from '#shared/roles.ts'
import { scanUpdate } from '#shared/update-scan.ts'
import { seeded } from '../shared/testing/seeded.ts'
import { updatesOf } from '../testing/open-room.ts'
import { boxShape } from '../testing/shapes.ts'
import { BoardDocument } from './document.ts'

const note = (id: string, by: string) => boxShape(id, { type: 'note', text: 'as it was', by })
const comment = (id: string, by: string): Comment => ({ id, by, name: by, at: 1, text: 'as it was' })
const poll: Poll = { id: 'p1', by: 'ann', votesEach: 3, isSecret: false, phase: { kind: 'open' } }
const NO_LIMIT = { maxCount: Number.POSITIVE_INFINITY }

/** A board of Ann's: shapes and comments of hers and of Ben's, some of them held, a poll with votes of both. */
function annsBoard(): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const id of ['a1', 'held-a']) writeShape(shapesOf(doc), note(id, 'ann'))
    for (const id of ['b1', 'held-b', 'frame']) writeShape(shapesOf(doc), note(id, 'ben'))
    entry(shapesOf(doc), 'held-a').set('parent', 'frame')
    writeHeld(heldOf(doc), ['held-a', 'held-b'], 'ann')
    writeComment(commentsOf(doc), { ...comment('ca', 'ann'), pin: { xy: [1, 2] } })
    writeComment(commentsOf(doc), comment('cb', 'ben'))
    writeResolution(entry(commentsOf(doc), 'cb'), { by: 'ann', name: 'Ann', at: 2 })
    writePoll(meetingOf(doc), poll)
    writeTimer(meetingOf(doc), { by: 'ann', durationMs: 5000, phase: { kind: 'paused', leftMs: 10 } })
    writeVotes(votesOf(doc), 'ann', 'p1', new Map([['a1', 2]]))
    writeVotes(votesOf(doc), 'ben', 'p1', new Map([['b1', 1]]))
    doc.getMap('meta').set('name', 'Test')
  })
  return doc
}

const entry = (root: Y.Map<unknown>, id: string): Y.Map<unknown> => root.get(id) as Y.Map<unknown>

const ROOTS = ['shapes', 'comments', 'votes', 'meeting', 'held', 'meta'] as const
const pictureOf = (doc: Y.Doc) => Object.fromEntries(ROOTS.map(root => [root, doc.getMap(root).toJSON()]))

/** The server's document of the board, and Ben in a role. */
function open(role: Role, start = annsBoard()) {
  let nowMs = 0
  const stored = { snapshot: Y.encodeStateAsUpdate(start), updates: [] }
  const document = new BoardDocument<string>(stored, 0, {
    writerOf: by => (by === 'ann' || role === 'owner' ? undefined : { role, by }),
    nowMs: () => nowMs,
  })
  const onServer = (): Y.Doc => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, document.encode())
    return doc
  }
  /** @returns why it was refused */
  const send = (edit: (doc: Y.Doc) => void, { by = 'ben', isSilent = false } = {}) => {
    const doc = onServer()
    const [update] = updatesOf(doc, () => doc.transact(() => edit(doc)))
    if (!update) throw new Error('a change makes an update')
    // Yjs deletes what a new value takes the place of, whether the update says so or not.
    const { deletionsStart } = scanUpdate(update, NO_LIMIT)
    const sent = isSilent ? Uint8Array.of(...update.subarray(0, deletionsStart), 0) : update
    const applied = document.apply([{ author: by, update: sent }])
    expect(applied.broken.size + applied.parked.size).toBe(0)
    return applied.refused.get(by)
  }
  const later = (ms: number): void => {
    nowMs += ms
  }
  return { document, onServer, send, later }
}

type Edit = (doc: Y.Doc) => void
const ben = { by: 'ben', name: 'Ben', at: 3 }

describe('[W25] what somebody may', () => {
  const COMMENTING: Record<string, Edit> = {
    'write a comment': doc => writeComment(commentsOf(doc), comment('new', 'ben')),
    'write one in two parts': doc => {
      commentsOf(doc).set('new', new Y.Map())
      entry(commentsOf(doc), 'new').set('base', comment('new', 'ben'))
    },
    'edit an own one': doc => writeCommentText(entry(commentsOf(doc), 'cb'), 'Better', 5),
    'move its pin': doc => {
      const comments = entry(commentsOf(doc), 'cb')
      comments.set('base', { ...(comments.get('base') as object), pin: { xy: [9, 9] } })
    },
    'delete an own one, with what another said of it': doc => commentsOf(doc).delete('cb'),
    'put another in the place of an own one': doc => writeComment(commentsOf(doc), comment('cb', 'ben')),
    'say that another’s thread is done': doc => writeResolution(entry(commentsOf(doc), 'ca'), ben),
    'open an own thread that another closed': doc => writeResolution(entry(commentsOf(doc), 'cb'), undefined),
    'take back what another said of it': doc => entry(commentsOf(doc), 'cb').delete('resolved'),
    'vote otherwise': doc => writeVotes(votesOf(doc), 'ben', 'p1', new Map([['a1', 1]])),
    'take all votes back': doc => writeVotes(votesOf(doc), 'ben', 'p1', new Map()),
  }
  const FACILITATING: Record<string, Edit> = {
    'set the timer': doc =>
      writeTimer(meetingOf(doc), { by: 'ben', durationMs: 1000, phase: { kind: 'running', endsAt: 9 } }),
    'take the timer away': doc => writeTimer(meetingOf(doc), undefined),
    'take it away altogether': doc => meetingOf(doc).delete('timer'),
    'close the poll': doc =>
      writePoll(meetingOf(doc), { ...poll, by: 'ben', phase: { kind: 'closed', result: new Map() } }),
    'change a shape of another that is not held': doc => entry(shapesOf(doc), 'a1').set('size', 9),
    'delete one': doc => shapesOf(doc).delete('a1'),
    'take a shape out of a frame that holds what is held, and put one in': doc => {
      entry(shapesOf(doc), 'b1').set('parent', 'frame')
      entry(shapesOf(doc), 'frame').set('size', 9)
    },
    'rename the board': doc => doc.getMap('meta').set('name', 'Ben’s'),
  }
  const cases = [
    ...Object.entries(COMMENTING).flatMap(([what, edit]) =>
      (['editor', 'add-only', 'commenter'] as const).map(role => [role, what, edit] as const),
    ),
    ...Object.entries(FACILITATING).map(([what, edit]) => ['editor', what, edit] as const),
  ]
  it.each(cases)('as %s: %s', (role, _what, edit) => {
    const { send, onServer } = open(role)
    const before = pictureOf(onServer())
    const wanted = onServer()
    edit(wanted)
    expect(send(edit)).toBeUndefined()
    expect(pictureOf(onServer())).toEqual(pictureOf(wanted))
    expect(pictureOf(onServer())).not.toEqual(before)
  })
})

describe('[W25] what somebody may not', () => {
  const edits: Record<string, Edit> = {
    // Comments.
    'edit another’s comment': doc => entry(commentsOf(doc), 'ca').set('text', 'Never'),
    'say when it was edited': doc => entry(commentsOf(doc), 'ca').set('editedAt', 5),
    'give it another base': doc => entry(commentsOf(doc), 'ca').set('base', comment('ca', 'ben')),
    'take its base away': doc => entry(commentsOf(doc), 'ca').delete('base'),
    'put something more into it': doc => entry(commentsOf(doc), 'ca').set('reactions', new Y.Map()),
    'delete it': doc => commentsOf(doc).delete('ca'),
    'put an own one in its place': doc => writeComment(commentsOf(doc), comment('ca', 'ben')),
    'put another’s in its place': doc => writeComment(commentsOf(doc), comment('ca', 'ann')),
    'write in another’s name': doc => writeComment(commentsOf(doc), comment('new', 'ann')),
    'write in nobody’s name': doc => commentsOf(doc).set('new', new Y.Map([['base', { text: 'x' }]])),
    'write an own one and put it in another’s mouth': doc => {
      writeComment(commentsOf(doc), comment('new', 'ben'))
      entry(commentsOf(doc), 'new').set('base', comment('new', 'ann'))
    },
    'put an own one in another’s mouth': doc =>
      entry(commentsOf(doc), 'cb').set('base', comment('cb', 'ann')),
    'put a plain value among them': doc => commentsOf(doc).set('new', comment('new', 'ben')),
    'put a text among them': doc => commentsOf(doc).set('new', new Y.Text('x')),
    'resolve in another’s name': doc =>
      writeResolution(entry(commentsOf(doc), 'ca'), { by: 'ann', name: 'Ann', at: 5 }),
    'resolve in nobody’s name': doc => entry(commentsOf(doc), 'ca').set('resolved', true),
    'resolve with a map': doc => entry(commentsOf(doc), 'ca').set('resolved', new Y.Map([['by', 'ben']])),
    'use the comments as a list': doc => doc.share.get('comments') && list(doc, 'comments'),
    // Votes.
    'vote as another': doc => writeVotes(votesOf(doc), 'ann', 'p1', new Map([['b1', 3]])),
    'vote as somebody who is not here': doc => writeVotes(votesOf(doc), 'eve', 'p1', new Map([['b1', 3]])),
    'take another’s votes back': doc => votesOf(doc).delete('ann'),
    'vote by a map': doc => votesOf(doc).set('ben', new Y.Map([['poll', 'p1']])),
    'vote by a text': doc => votesOf(doc).set('ben', new Y.Text('p1')),
    'use the votes as a list': doc => list(doc, 'votes'),
    // The meeting.
    'set the timer in another’s name': doc =>
      writeTimer(meetingOf(doc), { by: 'ann', durationMs: 1, phase: { kind: 'paused', leftMs: 1 } }),
    'open a poll in nobody’s name': doc => meetingOf(doc).set('poll', { id: 'p2' }),
    'keep a map in the meeting': doc => meetingOf(doc).set('timer', new Y.Map([['by', 'ben']])),
    'use the meeting as a list': doc => list(doc, 'meeting'),
    // What is held.
    'hold a shape': doc => writeHeld(heldOf(doc), ['b1'], 'ben'),
    'hold one in the owner’s name': doc => writeHeld(heldOf(doc), ['b1'], 'ann'),
    'release one': doc => writeReleased(heldOf(doc), ['held-b']),
    'hold one otherwise': doc => heldOf(doc).set('held-b', { by: 'ben' }),
    'use the held as a list': doc => list(doc, 'held'),
  }
  const heldEdits: Record<string, Edit> = {
    'set a key of a held shape': doc => entry(shapesOf(doc), 'held-b').set('size', 9),
    'delete a key of it': doc => entry(shapesOf(doc), 'held-a').delete('parent'),
    'give it another base': doc => entry(shapesOf(doc), 'held-b').set('base', { ...note('held-b', 'ben') }),
    'move it out of its frame': doc => entry(shapesOf(doc), 'held-a').set('parent', 'b1'),
    'delete it': doc => shapesOf(doc).delete('held-b'),
    'put one in its place': doc => writeShape(shapesOf(doc), note('held-b', 'ben')),
    'put one in its place and delete that': doc => {
      writeShape(shapesOf(doc), note('held-b', 'ben'))
      shapesOf(doc).delete('held-b')
    },
    'put a number in its place': doc => shapesOf(doc).set('held-b', 1),
    'write into its text': doc => textOf(entry(shapesOf(doc), 'held-b')).insert(3, 'x'),
    'delete from its text': doc => textOf(entry(shapesOf(doc), 'held-b')).delete(0, 3),
    'format its text': doc => textOf(entry(shapesOf(doc), 'held-b')).format(0, 3, { bold: true }),
    'give it another text': doc => entry(shapesOf(doc), 'held-b').set('text', new Y.Text('x')),
    'lock it': doc => entry(shapesOf(doc), 'held-b').set('locked', true),
    'change it along with another': doc => {
      entry(shapesOf(doc), 'b1').set('size', 9)
      entry(shapesOf(doc), 'held-b').set('size', 9)
    },
    'make nothing of the frame that one stands in': doc =>
      entry(shapesOf(doc), 'frame').set('base', { by: 'ben' }),
    'make it what it has no points for': doc => entry(shapesOf(doc), 'frame').set('type', 'stroke'),
    'delete the frame that one stands in': doc => shapesOf(doc).delete('frame'),
    'put another frame in its place': doc => writeShape(shapesOf(doc), note('frame', 'ben')),
  }
  const LOWER = ['editor', 'add-only', 'commenter'] as const
  const cases = [edits, heldEdits].flatMap(table =>
    Object.entries(table).flatMap(([what, edit]) =>
      LOWER.flatMap(role => [false, true].map(isSilent => [role, what, edit, isSilent] as const)),
    ),
  )
  it.each(cases)('as %s: %s', (role, _what, edit, isSilent) => {
    const { send, onServer } = open(role)
    const before = pictureOf(onServer())
    // What does nothing but delete says nothing without its deletions.
    const probe = onServer()
    const [whole] = updatesOf(probe, () => probe.transact(() => edit(probe)))
    if (isSilent && whole?.[0] === 0) return
    const objection = send(edit, { isSilent })
    const isOfHeld = Object.values(heldEdits).includes(edit)
    if (isOfHeld) expect(objection).toBe(role === 'commenter' ? 'read-only' : 'held')
    else expect(objection).toMatch(role === 'commenter' ? /not-own|read-only/ : /^not-own$/)
    expect(pictureOf(onServer())).toEqual(before)
  })

  it.each(['add-only', 'commenter'] as const)('as %s: set the timer, close the poll', role => {
    const { send, onServer } = open(role)
    const before = pictureOf(onServer())
    for (const edit of [
      (doc: Y.Doc) => writeTimer(meetingOf(doc), undefined),
      (doc: Y.Doc) => meetingOf(doc).delete('timer'),
      (doc: Y.Doc) => writePoll(meetingOf(doc), { ...poll, by: 'ben', id: 'p2' }),
    ]) {
      expect(send(edit)).toBe(role === 'add-only' ? 'not-own' : 'read-only')
    }
    expect(pictureOf(onServer())).toEqual(before)
  })
})

/** Yjs takes a root for what it is first used as; a hostile client uses it as it likes. */
function list(doc: Y.Doc, root: string): void {
  const item = new Y.Item(
    Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID)),
    null,
    null,
    null,
    null,
    doc.getMap(root),
    null,
    new Y.ContentAny([1]),
  )
  Y.transact(doc, transaction => item.integrate(transaction, 0))
}

describe('[W25] a shape that comes to be held', () => {
  const resize: Edit = doc => entry(shapesOf(doc), 'b1').set('size', 7)

  it('can be changed by what was on its way, and then no more, until it is released', () => {
    const { send, later, onServer } = open('editor')
    send(doc => writeHeld(heldOf(doc), ['b1'], 'ann'), { by: 'ann' })
    later(1999)
    expect(send(resize)).toBeUndefined()
    expect(entry(shapesOf(onServer()), 'b1').get('size')).toBe(7)
    later(1)
    expect(send(doc => entry(shapesOf(doc), 'b1').set('size', 8))).toBe('held')
    send(doc => writeReleased(heldOf(doc), ['b1']), { by: 'ann' })
    expect(send(doc => entry(shapesOf(doc), 'b1').set('size', 9))).toBeUndefined()
  })

  it('is the owner’s to change', () => {
    const { send, onServer } = open('editor')
    expect(send(doc => entry(shapesOf(doc), 'held-b').set('size', 7), { by: 'ann' })).toBeUndefined()
    expect(entry(shapesOf(onServer()), 'held-b').get('size')).toBe(7)
  })

  it('is changed no more in the tick in which it is released and held anew', () => {
    const { send, document, onServer } = open('editor')
    send(
      doc => {
        writeReleased(heldOf(doc), ['held-b'])
        writeHeld(heldOf(doc), ['held-b'], 'ann')
      },
      { by: 'ann' },
    )
    const doc = onServer()
    const [update] = updatesOf(doc, () => entry(shapesOf(doc), 'held-b').set('size', 9))
    if (!update) throw new Error('a change makes an update')
    expect(document.apply([{ author: 'ben', update }]).refused.get('ben')).toBe('held')
  })
})

it('[W25] an editor’s drawing is not looked at on a board that has shapes alone, and is from the first comment on', () => {
  const start = new Y.Doc()
  writeShape(shapesOf(start), note('b1', 'ben'))
  let lookCount = 0
  const stored = { snapshot: Y.encodeStateAsUpdate(start), updates: [] }
  const document = new BoardDocument<string>(stored, 0, {
    writerOf: by => {
      // Its role is asked once for nothing, and for each look again.
      return {
        get role() {
          lookCount++
          return 'editor' as const
        },
        by,
      }
    },
    nowMs: () => 0,
  })
  const peer = new Y.Doc()
  Y.applyUpdate(peer, Y.encodeStateAsUpdate(start))
  const looks = (edit: (doc: Y.Doc) => void): number => {
    lookCount = 0
    for (const update of updatesOf(peer, () => peer.transact(() => edit(peer)))) {
      document.apply([{ author: 'ben', update }])
    }
    return lookCount
  }
  expect(looks(doc => entry(shapesOf(doc), 'b1').set('size', 7))).toBe(1)
  expect(looks(doc => writeComment(commentsOf(doc), comment('c', 'ben')))).toBeGreaterThan(1)
  expect(looks(doc => entry(shapesOf(doc), 'b1').set('size', 8))).toBeGreaterThan(1)
})

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 25)

/** Whatever comes from somebody who is not the owner: random changes of everything there is, under random client ids, without their
 * deletions, in another order, in pieces, with bytes flipped. */
it.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
  '[W25] nothing that is not theirs ever changes, seed %i',
  seed => {
    const random = seeded(seed)
    const below = (n: number): number => Math.floor(random() * n)
    const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
    const role = pick(['editor', 'add-only', 'commenter'] as const)
    const { document, onServer } = open(role)
    /** Everything that is not Ben's to change in this role, down to letters and marks. */
    const others = (doc: Y.Doc) => {
      const { shapes, comments, votes, meeting, held, meta } = pictureOf(doc)
      const kept = Object.entries(shapes as Record<string, Record<string, unknown>>).filter(([id, shape]) => {
        if (id.startsWith('held')) return true
        if (role === 'commenter') return true
        const by = shape.by ?? (shape.base as { by?: unknown } | undefined)?.by
        return role === 'add-only' && by !== 'ben' && shape.base !== undefined
      })
      const said = Object.entries(comments as Record<string, Record<string, unknown>>)
        .filter(([, { base }]) => base !== undefined && (base as { by?: unknown }).by !== 'ben')
        .map(([id, { resolved: _, ...rest }]) => [id, rest])
      const { ben: _, ...votesOfOthers } = votes as Record<string, unknown>
      return {
        kept,
        said,
        votesOfOthers,
        held,
        hasFrame: shapesOf(doc).has('frame'),
        ...(role !== 'editor' && { meeting, meta, roots: [...doc.share.keys()].sort() }),
      }
    }
    const kinds = { refused: 0, taken: 0 }
    for (let round = 0; round < 40; round++) {
      const server = onServer()
      const before = others(server)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(server))
      // Sometimes under an id that is somebody's.
      if (random() < 0.3) doc.clientID = pick([...server.store.clients.keys()])
      const who = () => (random() < 0.8 ? 'ben' : 'ann')
      const edits: (() => void)[] = [
        () => writeShape(shapesOf(doc), note(pick(['b1', 'new', 'held-b', 'a1']), who())),
        () => shapesOf(doc).delete(pick(['b1', 'new', 'held-a', 'held-b', 'frame', 'a1'])),
        () => {
          const shape = shapesOf(doc).get(pick(['b1', 'held-a', 'held-b', 'frame', 'a1', 'new']))
          if (shape instanceof Y.Map)
            shape.set(pick(['size', 'parent', 'base']), pick<unknown>([5, 'b1', { by: 'ben' }]))
        },
        () => {
          const shape = shapesOf(doc).get(pick(['b1', 'held-b', 'a1']))
          if (shape instanceof Y.Map) textOf(shape).insert(0, 'xyz'.slice(below(3)))
        },
        () => writeComment(commentsOf(doc), comment(pick(['cb', 'ca', 'new']), who())),
        () => commentsOf(doc).delete(pick(['cb', 'ca', 'new'])),
        () => {
          const said = commentsOf(doc).get(pick(['ca', 'cb', 'new']))
          if (!(said instanceof Y.Map)) return
          if (random() < 0.5)
            writeResolution(said, random() < 0.5 ? { by: who(), name: 'x', at: 1 } : undefined)
          else
            said.set(pick(['text', 'editedAt', 'base', 'more']), pick<unknown>(['x', 1, comment('x', who())]))
        },
        () => {
          const said = commentsOf(doc).get(pick(['ca', 'cb']))
          if (said instanceof Y.Map) said.delete(pick(['text', 'resolved', 'base']))
        },
        () => writeVotes(votesOf(doc), who(), 'p1', new Map([['b1', 1 + below(9)]])),
        () => votesOf(doc).delete(who()),
        () =>
          writeTimer(meetingOf(doc), {
            by: who(),
            durationMs: 1 + below(99),
            phase: { kind: 'paused', leftMs: 1 },
          }),
        () => meetingOf(doc).delete(pick(['timer', 'poll'])),
        () => writeHeld(heldOf(doc), [pick(['b1', 'a1'])], who()),
        () => heldOf(doc).delete(pick(['held-a', 'held-b'])),
        () => doc.getMap(pick(['meta', 'own'])).set('name', 'Ben'),
      ]
      // Mostly what this role is for, or nothing would ever be taken.
      const liked = role === 'commenter' ? edits.slice(4, 10) : edits
      let updates = updatesOf(doc, () => {
        for (let i = 0; i <= below(3); i++) doc.transact(pick(random() < 0.7 ? liked : edits))
      })
      if (random() < 0.2) updates = updates.toReversed()
      if (random() < 0.2 && updates.length > 1) updates = [Y.mergeUpdates(updates)]
      for (let update of updates) {
        const { deletionsStart } = scanUpdate(update, NO_LIMIT)
        if (random() < 0.3) update = Uint8Array.of(...update.subarray(0, deletionsStart), 0)
        if (random() < 0.15) {
          update = update.slice()
          update[below(update.length)] = below(256)
        }
        const applied = document.apply([{ author: 'ben', update }])
        if (applied.refused.size > 0) kinds.refused++
        else if (applied.change) kinds.taken++
      }
      expect(others(onServer()), `seed ${seed}, round ${round}, ${role}`).toEqual(before)
    }
    expect(kinds.refused).toBeGreaterThan(5)
    expect(kinds.taken).toBeGreaterThan(3)
  },
)
