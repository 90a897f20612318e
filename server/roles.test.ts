/** The table of roles × actions, cell by cell, at the server: every kind of frame on a socket and every call of the API. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import {
  type Comment,
  commentsOf,
  writeComment,
  writeCommentText,
  writeResolution,
} from '#shared/board/comments.ts'
import { heldOf, writeHeld, writeReleased } from '#shared/board/held.ts'
import { shapesOf } from '#shared/board/layout.ts'
import { meetingOf, type Poll, writePoll, writeTimer, writeVotes } from '#shared/board/meeting.ts'
import { encodeAwareness, encodeCheck, encodeLiveToServer, encodeSync, LIVE, SYNC } from '#shared/protocol.ts'
import { type Action, MAY, may, ROLES, type Role } from '#shared/roles.ts'
import { drawRectangle, type Line, openMeeting, pictureOf } from './testing/meeting.ts'
import { cleanUp } from './testing/open-server.ts'

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

it('the table says of each role what it may do', () => {
  const table = Object.fromEntries(
    ROLES.map(role => [role, Object.keys(MAY).filter(action => may(role, action as Action))]),
  )
  expect(table).toEqual({
    owner: Object.keys(MAY),
    editor: ['see', 'comment', 'vote', 'add', 'edit', 'facilitate'],
    'add-only': ['see', 'comment', 'vote', 'add'],
    commenter: ['see', 'comment', 'vote'],
    viewer: ['see'],
  })
})

/** Every frame that a client may send, the action it is, and how its effect shows to the owner, who looks on. */
interface FrameCase {
  /** `own`: what only who owns the board may, because nothing in its document is checked of what they do. */
  readonly action: Action | 'own'
  send(line: Line, by: string): void
  /** Resolves when the frame had its effect. */
  effect(owner: Line, line: Line): Promise<unknown>
  /** Whether it had it, once the server has certainly looked at it. */
  had(owner: Line): boolean
  /** The code with which it is refused, for viewers `read-only` whatever it is; for what is left out without a word, nothing. */
  readonly refusal?: (role: Role) => RefusalCode
}
type RefusalCode = 'read-only' | 'not-own' | 'held'

/** Who may not draw at all is told so, whatever it was. */
const ofShapes =
  (code: RefusalCode) =>
  (role: Role): RefusalCode =>
    may(role, 'add') ? code : 'read-only'
const ofComments = (): RefusalCode => 'not-own'
const mayDo = (role: Role, action: FrameCase['action']): boolean =>
  action === 'own' ? role === 'owner' : may(role, action)

const documentCase = (
  action: FrameCase['action'],
  draw: (shapes: Y.Map<unknown>, by: string) => void,
  isDone: (shapes: Y.Map<unknown>) => boolean,
  step: typeof SYNC.update | typeof SYNC.step2,
  refusal = ofShapes('not-own'),
): FrameCase => ({
  action,
  send(line, by) {
    const before = Y.encodeStateVector(line.doc)
    line.doc.transact(() => draw(shapesOf(line.doc), by))
    line.send(encodeSync(step, Y.encodeStateAsUpdate(line.doc, step === SYNC.update ? before : undefined)))
  },
  effect: owner => owner.until(() => isDone(shapesOf(owner.doc))),
  had: owner => isDone(shapesOf(owner.doc)),
  refusal,
})

/** The same for what stands in another root than the shapes.
 * @param edit  gets the root and the mark of who does it */
const rootCase = (
  action: FrameCase['action'],
  root: string,
  edit: (root: Y.Map<unknown>, by: string) => void,
  isDone: (root: Y.Map<unknown>) => boolean,
  refusal: (role: Role) => RefusalCode,
): FrameCase => {
  const at = (shapes: Y.Map<unknown>): Y.Map<unknown> => (shapes.doc as Y.Doc).getMap(root)
  return documentCase(
    action,
    (shapes, by) => edit(at(shapes), by),
    shapes => isDone(at(shapes)),
    SYNC.update,
    refusal,
  )
}

const entryOf = (root: Y.Map<unknown>, id: string): Y.Map<unknown> => root.get(id) as Y.Map<unknown>
const comment = (id: string, by: string): Comment => ({ id, by, name: 'Somebody', at: 1, text: 'Well' })
const poll: Poll = { id: 'p1', by: 'x', votesEach: 3, isSecret: false, phase: { kind: 'open' } }
/** What the owner puts on the board before. */
const prepare = (doc: Y.Doc): void => {
  drawRectangle('owners', 'owner')(shapesOf(doc))
  drawRectangle('held', 'owner')(shapesOf(doc))
  drawRectangle('frame', 'owner')(shapesOf(doc))
  entryOf(shapesOf(doc), 'held').set('parent', 'frame')
  writeHeld(heldOf(doc), ['held'], 'owner')
  writeComment(commentsOf(doc), comment('c1', 'owner'))
  writePoll(meetingOf(doc), { ...poll, by: 'owner' })
}

/** @param body  of the payload */
const liveCase = (action: Action, kind: number, body: readonly number[] = [0]): FrameCase => {
  const has = (owner: Line): boolean =>
    owner.received.some(
      frame => frame.type === 'live' && frame.messages.some(({ payload }) => payload[0] === kind),
    )
  return {
    action,
    send: line => line.send(encodeLiveToServer(Uint8Array.of(kind, ...body))),
    effect: owner => owner.until(() => has(owner)),
    had: has,
  }
}

const answerCase = (frame: () => Uint8Array, type: 'step2' | 'awareness'): FrameCase => ({
  action: 'see',
  send(line) {
    line.received.length = 0
    line.send(frame())
  },
  effect: (_owner, line) => line.next(type),
  had: () => true,
})

const has = (id: string) => (shapes: Y.Map<unknown>) => shapes.has(id)
const FRAMES: Record<string, FrameCase> = {
  'SyncStep1, answered': answerCase(() => encodeSync(SYNC.step1, Uint8Array.of(0)), 'step2'),
  'query of presence, answered': answerCase(() => Uint8Array.of(3), 'awareness'),
  awareness: {
    action: 'see',
    send: line => line.send(encodeAwareness([{ clientId: 99, clock: 1, json: '{"here":1}' }])),
    effect: owner => owner.next('awareness', ({ states }) => states[99] === '{"here":1}'),
    had: () => true,
  },
  'check, that differs, taken': {
    action: 'see',
    send: line => line.send(encodeCheck(Uint8Array.of(1))),
    effect: (_owner, line) => line.sync(),
    had: () => true,
  },
  'Update with an own shape': documentCase(
    'add',
    (shapes, by) => drawRectangle('new', by)(shapes),
    has('new'),
    SYNC.update,
  ),
  'SyncStep2 with an own shape': documentCase(
    'add',
    (shapes, by) => drawRectangle('new', by)(shapes),
    has('new'),
    SYNC.step2,
  ),
  'Update that changes another’s shape': documentCase(
    'edit',
    shapes => (shapes.get('owners') as Y.Map<unknown>).set('size', 9),
    shapes => (shapes.get('owners') as Y.Map<unknown>).get('size') === 9,
    SYNC.update,
  ),
  'SyncStep2 that changes another’s shape': documentCase(
    'edit',
    shapes => (shapes.get('owners') as Y.Map<unknown>).set('size', 9),
    shapes => (shapes.get('owners') as Y.Map<unknown>).get('size') === 9,
    SYNC.step2,
  ),
  'Update that deletes another’s shape': documentCase(
    'edit',
    shapes => shapes.delete('owners'),
    shapes => !shapes.has('owners'),
    SYNC.update,
  ),
  'Update that renames the board': documentCase(
    'edit',
    shapes => (shapes.doc as Y.Doc).getMap('meta').set('name', 'Mine'),
    shapes => (shapes.doc as Y.Doc).getMap('meta').get('name') === 'Mine',
    SYNC.update,
  ),
  'comment of one’s own': rootCase(
    'comment',
    'comments',
    (comments, by) => writeComment(comments, comment('new', by)),
    comments => comments.has('new'),
    ofComments,
  ),
  'comment of another, said to be done': rootCase(
    'comment',
    'comments',
    (comments, by) => writeResolution(entryOf(comments, 'c1'), { by, name: 'Somebody', at: 2 }),
    comments => entryOf(comments, 'c1').has('resolved'),
    ofComments,
  ),
  'comment of another, said to be done by a third': rootCase(
    'own',
    'comments',
    comments => writeResolution(entryOf(comments, 'c1'), { by: 'third', name: 'Somebody', at: 2 }),
    comments => entryOf(comments, 'c1').has('resolved'),
    ofComments,
  ),
  'comment of another, edited': rootCase(
    'own',
    'comments',
    comments => writeCommentText(entryOf(comments, 'c1'), 'Never', 2),
    comments => entryOf(comments, 'c1').has('text'),
    ofComments,
  ),
  'comment of another, deleted': rootCase(
    'moderate-comments',
    'comments',
    comments => comments.delete('c1'),
    comments => !comments.has('c1'),
    ofComments,
  ),
  'comment in another’s name': rootCase(
    'own',
    'comments',
    comments => writeComment(comments, comment('new', 'third')),
    comments => comments.has('new'),
    ofComments,
  ),
  'own votes': rootCase(
    'vote',
    'votes',
    (votes, by) => writeVotes(votes, by, 'p1', new Map([['owners', 1]])),
    votes => votes.size > 0,
    ofComments,
  ),
  'another’s votes': rootCase(
    'own',
    'votes',
    votes => writeVotes(votes, 'third', 'p1', new Map([['owners', 1]])),
    votes => votes.size > 0,
    ofComments,
  ),
  'timer that is set': rootCase(
    'facilitate',
    'meeting',
    (meeting, by) => writeTimer(meeting, { by, durationMs: 1000, phase: { kind: 'paused', leftMs: 1 } }),
    meeting => meeting.has('timer'),
    ofShapes('not-own'),
  ),
  'poll that is closed': rootCase(
    'facilitate',
    'meeting',
    (meeting, by) => writePoll(meeting, { ...poll, by, phase: { kind: 'closed', result: new Map() } }),
    meeting => (meeting.get('poll') as { state?: unknown }).state === 'closed',
    ofShapes('not-own'),
  ),
  'timer in another’s name': rootCase(
    'own',
    'meeting',
    meeting => writeTimer(meeting, { by: 'third', durationMs: 1, phase: { kind: 'paused', leftMs: 1 } }),
    meeting => meeting.has('timer'),
    ofShapes('not-own'),
  ),
  'shape that is held': rootCase(
    'hold-shapes',
    'held',
    (held, by) => writeHeld(held, ['owners'], by),
    held => held.has('owners'),
    ofShapes('not-own'),
  ),
  'shape that is released': rootCase(
    'hold-shapes',
    'held',
    held => writeReleased(held, ['held']),
    held => !held.has('held'),
    ofShapes('not-own'),
  ),
  'change of a held shape': documentCase(
    'hold-shapes',
    shapes => entryOf(shapes, 'held').set('size', 9),
    shapes => entryOf(shapes, 'held').get('size') === 9,
    SYNC.update,
    ofShapes('held'),
  ),
  'SyncStep2 that deletes a held shape': documentCase(
    'hold-shapes',
    shapes => shapes.delete('held'),
    shapes => !shapes.has('held'),
    SYNC.step2,
    ofShapes('held'),
  ),
  'deletion of the frame of a held shape': documentCase(
    'hold-shapes',
    shapes => shapes.delete('frame'),
    shapes => !shapes.has('frame'),
    SYNC.update,
    ofShapes('held'),
  ),
  'live cursor': liveCase('see', LIVE.cursor),
  'live laser': liveCase('see', LIVE.laser),
  'live chat': liveCase('see', LIVE.chat),
  'live viewport': liveCase('see', LIVE.viewport),
  'live reaction': liveCase('see', LIVE.reaction),
  'live summons': liveCase('facilitate', LIVE.summons),
  'live caret': liveCase('add', LIVE.caret),
  'end of a live caret': liveCase('see', LIVE.caret, []),
  'live gesture': liveCase('add', LIVE.gesture),
  'end of a live gesture': liveCase('see', LIVE.gesture, []),
  'live ink': liveCase('add', LIVE.ink),
}

describe.each(ROLES)('as %s', role => {
  it.each(Object.entries(FRAMES))('[W19] %s', async (_name, frame) => {
    const { id, owner, set, join, skip } = await openMeeting()
    await set({ anyone: 'nobody' })
    const { line: watching } = await join('owner')
    watching.edit(prepare)
    await watching.sync()
    // What was on its way when a shape came to be held is taken for a while.
    skip(2000)
    const { line, welcome } = role === 'owner' ? await secondOf(owner, id) : await join(role)
    expect(welcome.role).toBe(role)
    await line.has('owners')
    line.send(encodeAwareness([{ clientId: 7, clock: 1, json: '{}' }]))
    await watching.next('awareness', ({ states }) => states[7] === '{}')
    watching.received.length = 0
    frame.send(line, welcome.by)
    if (mayDo(role, frame.action)) {
      await frame.effect(watching, line)
      expect(line.isOpen).toBe(true)
      return
    }
    const code = role === 'viewer' ? frame.refusal && 'read-only' : frame.refusal?.(role)
    if (code) await line.next('refused', ({ refusal }) => refusal.code === code)
    // A cursor that is sent after it is relayed after it.
    line.send(encodeLiveToServer(Uint8Array.of(LIVE.laser, 77)))
    await watching.next('live', ({ messages }) => messages.some(({ payload }) => payload[1] === 77))
    await watching.sync()
    expect(frame.had(watching)).toBe(false)
  })
})

async function secondOf(owner: { connect(id: string): Line }, id: string) {
  const line = owner.connect(id)
  const { welcome } = await line.next('welcome')
  await line.sync()
  return { line, welcome }
}

const PICTURE = pictureOf('there')

/** Every call about a board: action, method, what stands behind `/api/boards/:id`, a body that is right, and the answer to who may. */
const CALLS: readonly (readonly [Action, string, string, unknown, number])[] = [
  ['see', 'GET', '', undefined, 200],
  ['add', 'POST', '/assets', pictureOf('new').bytes, 201],
  ['see', 'GET', '/assets/ASSET', undefined, 200],
  ['edit', 'PATCH', '', { name: 'Plans' }, 200],
  ['manage-access', 'PATCH', '', { name: 'Plans', anyone: 'viewer' }, 200],
  ['manage-access', 'PATCH', '', { anyone: 'viewer' }, 200],
  ['manage-access', 'PATCH', '', { state: 'locked' }, 200],
  ['manage-access', 'POST', '/end', undefined, 200],
  ['manage-links', 'GET', '/links', undefined, 200],
  ['manage-links', 'POST', '/links', { role: 'editor' }, 201],
  ['manage-links', 'PATCH', '/links/LINK', { role: 'viewer' }, 200],
  ['manage-links', 'DELETE', '/links/LINK', undefined, 204],
  ['manage-people', 'GET', '/people', undefined, 200],
  ['manage-people', 'PATCH', '/people/PERSON', { role: 'viewer' }, 200],
  ['manage-people', 'DELETE', '/people/PERSON', undefined, 204],
  ['hand-on', 'POST', '/owner', { person: 'PERSON' }, 204],
]

describe.each([...ROLES, 'nobody', 'somebody of another board'] as const)('as %s', role => {
  it.each(CALLS)('%s: %s %s', async (action, method, rest, body, status) => {
    const { id, path, owner, visitor, set, join, addLink, store } = await openMeeting()
    await set({ anyone: 'nobody' })
    const { welcome: person } = await join('editor')
    const link = await addLink('commenter')
    const who = role === 'owner' ? owner : visitor()
    let query = ''
    if ((ROLES as readonly string[]).includes(role) && role !== 'owner') {
      query = `?key=${(await addLink(role as Role)).key}`
    } else if (role === 'somebody of another board') {
      const other: string = (await who.call('POST', '/api/boards')).json.id
      const { json } = await who.call('POST', `/api/boards/${other}/links`, { body: { role: 'editor' } })
      query = `?key=${json.key}`
    }
    await store.addAsset(id, { ...PICTURE, type: 'image/svg+xml' }, 1000)
    const fill = (text: string) =>
      text.replace('LINK', link.id).replace('ASSET', PICTURE.id).replace('PERSON', person.by)
    const stored = async () => {
      const { name, assetBytes } = (await store.readBoard(id)) ?? {}
      return JSON.stringify([await store.readAccess(id), name, assetBytes])
    }
    const before = await stored()
    const answer = await who.call(method, `${path}${fill(rest)}${query}`, {
      ...(body !== undefined && { body: body instanceof Uint8Array ? body : fill(JSON.stringify(body)) }),
    })
    if ((ROLES as readonly string[]).includes(role) && may(role as Role, action)) {
      expect(answer.status).toBe(status)
      expect((await stored()) === before).toBe(method === 'GET')
      return
    }
    expect(answer.status).toBe((ROLES as readonly string[]).includes(role) ? 403 : 404)
    expect(await stored()).toBe(before)
  })
})

it('the calls of the table are all the calls there are about a board', async () => {
  const { boardAssets } = await import('./http/board-assets.ts')
  const { boardRights } = await import('./http/board-rights.ts')
  const { boards } = await import('./http/boards.ts')
  const { readConfig } = await import('./config.ts')
  const config = readConfig({})
  const none = { config } as unknown as Parameters<typeof boards>[0] &
    Parameters<typeof boardAssets>[0] &
    Parameters<typeof boardRights>[0]
  const routes = [...boards(none).routes, ...boardAssets(none).routes, ...boardRights(none).routes]
    .filter(({ method, path }) => method !== 'ALL' && path !== '/')
    .map(({ method, path }) => `${method} ${path}`)
  const tried = CALLS.map(([, method, rest]) => {
    return `${method} /:id${rest.replace('ASSET', ':asset').replace('LINK', ':linkId').replace('PERSON', ':person')}`
  })
  // `enter` is how one gets a role; the attacks try it.
  expect(new Set(routes)).toEqual(new Set([...tried, 'POST /:id/enter']))
})
