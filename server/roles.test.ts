/** The table of roles × actions, cell by cell, at the server: every kind of frame on a socket and every call of the API. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import { encodeAwareness, encodeCheck, encodeLiveToServer, encodeSync, LIVE, SYNC } from '#shared/protocol.ts'
import { type Action, MAY, may, ROLES, type Role } from '#shared/roles.ts'
import { drawRectangle, type Line, openMeeting } from './testing/meeting.ts'
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
  readonly action: Action
  send(line: Line, by: string): void
  /** Resolves when the frame had its effect. */
  effect(owner: Line, line: Line): Promise<unknown>
  /** Whether it had it, once the server has certainly looked at it. */
  had(owner: Line): boolean
  /** The code with which it is refused; for what is left out without a word, nothing. */
  readonly refusal?: 'read-only' | 'not-own'
}

const documentCase = (
  action: Action,
  draw: (shapes: Y.Map<unknown>, by: string) => void,
  isDone: (shapes: Y.Map<unknown>) => boolean,
  step: typeof SYNC.update | typeof SYNC.step2,
): FrameCase => ({
  action,
  send(line, by) {
    const before = Y.encodeStateVector(line.doc)
    line.doc.transact(() => draw(shapesOf(line.doc), by))
    line.send(encodeSync(step, Y.encodeStateAsUpdate(line.doc, step === SYNC.update ? before : undefined)))
  },
  effect: owner => owner.until(() => isDone(shapesOf(owner.doc))),
  had: owner => isDone(shapesOf(owner.doc)),
  refusal: action === 'add' ? 'read-only' : 'not-own',
})

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
    const { id, owner, set, join } = await openMeeting()
    await set({ anyone: 'nobody' })
    const { line: watching } = await join('owner')
    watching.draw(drawRectangle('owners', 'owner'))
    const { line, welcome } = role === 'owner' ? await secondOf(owner, id) : await join(role)
    expect(welcome.role).toBe(role)
    await line.has('owners')
    line.send(encodeAwareness([{ clientId: 7, clock: 1, json: '{}' }]))
    await watching.next('awareness', ({ states }) => states[7] === '{}')
    watching.received.length = 0
    frame.send(line, welcome.by)
    if (may(role, frame.action)) {
      await frame.effect(watching, line)
      expect(line.isOpen).toBe(true)
      return
    }
    const code = frame.refusal && (may(role, 'add') ? frame.refusal : 'read-only')
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

/** Every call about a board: action, method, what stands behind `/api/boards/:id`, a body that is right, and the answer to who may. */
const CALLS: readonly (readonly [Action, string, string, unknown, number])[] = [
  ['see', 'GET', '', undefined, 200],
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
  it.each(CALLS)('%s: %s %s %j', async (action, method, rest, body, status) => {
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
    const fill = (text: string) => text.replace('LINK', link.id).replace('PERSON', person.by)
    const before = JSON.stringify(await store.readAccess(id))
    const answer = await who.call(method, `${path}${fill(rest)}${query}`, {
      ...(body !== undefined && { body: fill(JSON.stringify(body)) }),
    })
    if ((ROLES as readonly string[]).includes(role) && may(role as Role, action)) {
      expect(answer.status).toBe(status)
      expect(JSON.stringify(await store.readAccess(id)) === before).toBe(method === 'GET')
      return
    }
    expect(answer.status).toBe((ROLES as readonly string[]).includes(role) ? 403 : 404)
    expect(JSON.stringify(await store.readAccess(id))).toBe(before)
  })
})

it('the calls of the table are all the calls there are about a board', async () => {
  const { boardRights } = await import('./http/board-rights.ts')
  const { boards } = await import('./http/boards.ts')
  const { readConfig } = await import('./config.ts')
  const config = readConfig({})
  const none = { config } as unknown as Parameters<typeof boards>[0] & Parameters<typeof boardRights>[0]
  const routes = [...boards(none).routes, ...boardRights(none).routes]
    .filter(({ method, path }) => method !== 'ALL' && path !== '/')
    .map(({ method, path }) => `${method} ${path}`)
  const tried = CALLS.map(([, method, rest]) => {
    return `${method} /:id${rest.replace('LINK', ':linkId').replace('PERSON', ':person')}`
  })
  // `enter` is how one gets a role; the attacks try it.
  expect(new Set(routes)).toEqual(new Set([...tried, 'POST /:id/enter']))
})
