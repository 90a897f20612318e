/** Tries to write on a board what is not one's to write, over real sockets: by our own dialect, and by stock y-websocket clients, which
 * know nothing of rights. What each role may at all is in roles.test.ts. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { commentsOf, writeComment, writeResolution } from '#shared/board/comments.ts'
import { heldOf, writeHeld } from '#shared/board/held.ts'
import { shapesOf, textOf } from '#shared/board/layout.ts'
import { meetingOf, votesOf, writePoll, writeVotes } from '#shared/board/meeting.ts'
import { CLOSE, encodeSync, SYNC } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import { NO_SCAN_LIMITS, scanUpdate } from '#shared/update-scan.ts'
import { drawRectangle, openMeeting } from './testing/meeting.ts'
import { afterwards, cleanUp } from './testing/open-server.ts'

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

const entry = (root: Y.Map<unknown>, id: string): Y.Map<unknown> => root.get(id) as Y.Map<unknown>
const comment = (id: string, by: string) => ({ id, by, name: 'Somebody', at: 1, text: 'Well' })

/** The owner has a comment, votes in a poll and a held shape in a frame on the board. */
async function preparedMeeting() {
  const meeting = await openMeeting()
  await meeting.set({ anyone: 'nobody' })
  const { line: watching, welcome } = await meeting.join('owner')
  watching.edit(doc => {
    drawRectangle('held', welcome.by)(shapesOf(doc))
    drawRectangle('frame', welcome.by)(shapesOf(doc))
    entry(shapesOf(doc), 'held').set('parent', 'frame')
    writeHeld(heldOf(doc), ['held'], welcome.by)
    writeComment(commentsOf(doc), comment('owners', welcome.by))
    writePoll(meetingOf(doc), {
      id: 'p1',
      by: welcome.by,
      votesEach: 3,
      isSecret: false,
      phase: { kind: 'open' },
    })
    writeVotes(votesOf(doc), welcome.by, 'p1', new Map([['held', 1]]))
  })
  await watching.sync()
  meeting.skip(2000)
  const roots = ['shapes', 'comments', 'votes', 'meeting', 'held']
  const picture = () => JSON.stringify(roots.map(root => watching.doc.getMap(root).toJSON()))
  return { ...meeting, watching, owner: welcome.by, ownerVisitor: meeting.owner, picture }
}

/** @param owner  the mark of who owns the board */
type Forge = (doc: Y.Doc, owner: string) => void
const FORGERIES: Record<string, Forge> = {
  'a comment in the owner’s name': (doc, owner) => writeComment(commentsOf(doc), comment('new', owner)),
  'other words in the owner’s mouth': doc => entry(commentsOf(doc), 'owners').set('text', 'Never'),
  'a nested map for the owner’s comment': doc => commentsOf(doc).set('owners', new Y.Map([['base', {}]])),
  'the end of the owner’s comment': doc => commentsOf(doc).delete('owners'),
  'a thread done in the owner’s name': (doc, by) =>
    writeResolution(entry(commentsOf(doc), 'owners'), { by, name: 'Owner', at: 1 }),
  'votes as the owner': (doc, owner) => writeVotes(votesOf(doc), owner, 'p1', new Map([['frame', 3]])),
  'the owner’s votes gone': (doc, owner) => votesOf(doc).delete(owner),
  'a shape held without right': doc => writeHeld(heldOf(doc), ['frame'], 'x'),
  'a held shape released without right': doc => heldOf(doc).delete('held'),
  'a key of a held shape': doc => entry(shapesOf(doc), 'held').set('xy', [9, 9]),
  'a key of a held shape gone': doc => entry(shapesOf(doc), 'held').delete('parent'),
  'a held shape under another parent': doc => entry(shapesOf(doc), 'held').set('parent', 'x'),
  'a nested map for a held shape': doc => shapesOf(doc).set('held', new Y.Map([['base', {}]])),
  'letters in a held shape': doc => textOf(entry(shapesOf(doc), 'held')).insert(0, 'x'),
  'a held shape gone': doc => shapesOf(doc).delete('held'),
  'the frame of a held shape gone': doc => shapesOf(doc).delete('frame'),
}
const cases = Object.entries(FORGERIES).flatMap(([what, forge]) =>
  (['editor', 'add-only', 'commenter', 'viewer'] as const).map(role => [role, what, forge] as const),
)

describe('[W25] a forged change is refused, and leaves nothing on the board', () => {
  it.each(cases)('as %s: %s', async (role, _what, forge) => {
    const { join, watching, owner, picture } = await preparedMeeting()
    const before = picture()
    const { line } = await join(role)
    line.edit(doc => forge(doc, owner))
    const { refusal } = await line.next('refused')
    expect(['read-only', 'not-own', 'held']).toContain(refusal.code)
    await watching.sync()
    expect(picture()).toBe(before)
    // What has been refused once does not come in as an answer to the server's SyncStep1 either.
    line.send(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(line.doc)))
    await line.sync()
    await watching.sync()
    expect(picture()).toBe(before)
    expect(line.isOpen).toBe(true)
  })

  it('by one who names somebody else’s Yjs client, and by one who leaves the deletions out', async () => {
    const { join, watching, owner, picture } = await preparedMeeting()
    const before = picture()
    const { line } = await join('editor')
    const forged = new Y.Doc()
    Y.applyUpdate(forged, Y.encodeStateAsUpdate(line.doc))
    forged.clientID = watching.doc.clientID
    const known = Y.encodeStateVector(forged)
    FORGERIES['a nested map for the owner’s comment']?.(forged, owner)
    const update = Y.encodeStateAsUpdate(forged, known)
    const { deletionsStart } = scanUpdate(update, NO_SCAN_LIMITS)
    const silent = Uint8Array.of(...update.subarray(0, deletionsStart), 0)
    for (const each of [update, silent]) {
      const { line: another } = await join('editor')
      another.send(encodeSync(SYNC.update, each))
      await another.next('refused', ({ refusal }) => refusal.code === 'not-own')
    }
    await watching.sync()
    expect(picture()).toBe(before)
  })
})

const stockClient = (host: string, id: string, key: string) => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://${host}/live`, id, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    params: { key },
  })
  afterwards(() => provider.destroy())
  const synced = new Promise(resolve => provider.once('sync', resolve))
  const closed = new Promise<{ code: number }>(resolve => provider.on('closed', resolve))
  return { doc, provider, synced, closed }
}

describe('[W25] a stock client', () => {
  it.each<[Role, string]>([
    ['editor', 'a key of a held shape'],
    ['add-only', 'votes as the owner'],
    ['commenter', 'a comment in the owner’s name'],
  ])('as %s that writes %s is closed for good', async (role, what) => {
    const { host, id, addLink, watching, owner, picture } = await preparedMeeting()
    const before = picture()
    const { doc, provider, synced, closed } = stockClient(host, id, (await addLink(role)).key)
    await synced
    FORGERIES[what]?.(doc, owner)
    expect((await closed).code).toBe(CLOSE.forbidden)
    expect(provider.shouldConnect).toBe(false)
    await watching.sync()
    expect(picture()).toBe(before)
  })

  it('as commenter comments and votes like anybody else', async () => {
    const { host, id, visitor, addLink, watching } = await preparedMeeting()
    const { key } = await addLink('commenter')
    // Which mark is its own the API says; a stock client keeps no cookie, and is told apart by a token's subject or not at all.
    const who = visitor()
    await who.call('GET', `/b/${id}`)
    const { by } = (await who.call('GET', `/api/boards/${id}?key=${key}`)).json
    const doc = new Y.Doc()
    const provider = new WebsocketProvider(`ws://${host}/live`, id, doc, {
      WebSocketPolyfill: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { headers: { Cookie: who.cookie ?? '' } })
        }
      } as unknown as typeof globalThis.WebSocket,
      disableBc: true,
      params: { key },
    })
    afterwards(() => provider.destroy())
    await new Promise(resolve => provider.once('sync', resolve))
    writeComment(commentsOf(doc), comment('stock', by))
    writeResolution(entry(commentsOf(doc), 'owners'), { by, name: 'Somebody', at: 2 })
    writeVotes(votesOf(doc), by, 'p1', new Map([['frame', 2]]))
    await watching.until(() => commentsOf(watching.doc).has('stock') && votesOf(watching.doc).has(by))
    expect(entry(commentsOf(watching.doc), 'owners').get('resolved')).toMatchObject({ by })
    expect(provider.wsconnected).toBe(true)
  })
})

describe('[W25] rights that change while one is here', () => {
  it('an editor who becomes a commenter may comment on, and draw no more', async () => {
    const { join, set, visitor, id, watching } = await preparedMeeting()
    await set({ anyone: 'editor' })
    const line = visitor().connect(id)
    const { by } = (await line.next('welcome')).welcome
    await line.sync()
    await set({ anyone: 'commenter' })
    await line.next('role', ({ role }) => role === 'commenter')
    line.edit(doc => writeComment(commentsOf(doc), comment('late', by)))
    await watching.until(() => commentsOf(watching.doc).has('late'))
    line.draw(drawRectangle('drawn', by))
    await line.next('refused', ({ refusal }) => refusal.code === 'read-only')
    const { line: other } = await join('viewer')
    expect(shapesOf(other.doc).has('drawn')).toBe(false)
  })

  it('whoever the board is handed to holds and releases, and who had it before does not', async () => {
    const { id, join, watching, path, ownerVisitor } = await preparedMeeting()
    const { who, line, welcome } = await join('editor')
    const call = await ownerVisitor.call('POST', `${path}/owner`, { body: { person: welcome.by } })
    expect(call.status).toBe(204)
    await line.next('role', ({ role }) => role === 'owner')
    await watching.next('role', ({ role }) => role === 'editor')
    watching.edit(doc => heldOf(doc).delete('held'))
    await watching.next('refused', ({ refusal }) => refusal.code === 'not-own')
    const other = await who.connect(id).sync()
    expect(heldOf(other.doc).has('held')).toBe(true)
    line.edit(doc => heldOf(doc).delete('held'))
    await other.until(() => shapesOf(other.doc).has('held') && !heldOf(other.doc).has('held'))
  })
})
