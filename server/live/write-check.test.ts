import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readShape, shapesOf, textOf, writePatch, writeShape } from '#shared/board/layout.ts'
import type { BoxShape } from '#shared/board/shape.ts'
import { encodeAwareness, encodeLiveToServer, encodeSync, LIVE, SYNC } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import { scanUpdate } from '#shared/update-scan.ts'
import { seeded } from '../shared/testing/seeded.ts'
import { FakeConnection, readServerFrame } from '../testing/fake-connection.ts'
import { openRoom, updatesOf } from '../testing/open-room.ts'
import { Peer } from '../testing/peer.ts'
import { boxShape } from '../testing/shapes.ts'
import { BoardDocument } from './document.ts'

const note = (id: string, by: string, more: Partial<BoxShape> = {}): BoxShape =>
  boxShape(id, { type: 'note', text: 'as it was', by, ...more })

/** Ann, an editor, has a shape on the board; Ben may only add, and has one as well. */
async function open() {
  const { room, clock } = await openRoom()
  const join = (by: string, role: Role, drawbridge = true) => {
    const peer = new Peer()
    const connection = new FakeConnection({ drawbridge }).join(room, role, by)
    peer.connect(frame => connection.receive(frame))
    const refusals: string[] = []
    const deliver = () => {
      for (let frames = connection.takeFrames(); frames.length > 0; frames = connection.takeFrames()) {
        for (const frame of frames) {
          peer.receive(frame)
          const received = readServerFrame(frame)
          // The store's promises wait while the clock here runs on.
          if (received.type === 'refused' && received.refusal.code !== 'not-saving')
            refusals.push(received.refusal.code)
        }
      }
    }
    deliver()
    const shapes = shapesOf(peer.doc)
    const edit = (change: (shapes: Y.Map<unknown>) => void) => peer.doc.transact(() => change(shapes), 'me')
    const entry = (id: string) => shapes.get(id) as Y.Map<unknown>
    return { peer, connection, shapes, deliver, refusals, edit, entry }
  }
  const ann = join('ann', 'editor')
  const ben = join('ben', 'add-only')
  const settle = () => {
    for (let round = 0; round < 3; round++) {
      clock.advance(100)
      for (const each of [ann, ben]) each.deliver()
    }
  }
  ann.edit(shapes => writeShape(shapes, note('hers', 'ann')))
  settle()
  ben.edit(shapes => writeShape(shapes, note('his', 'ben')))
  settle()
  expect([...ann.shapes.keys()].sort()).toEqual(['hers', 'his'])
  return { room, clock, join, ann, ben, settle }
}

/** What stands on the board, for comparing. */
const picture = (shapes: Y.Map<unknown>) =>
  Object.fromEntries([...shapes.entries()].map(([id, entry]) => [id, readShape(id, entry)]))

describe('[W24] who may add', () => {
  it('makes shapes, changes, writes into and deletes them, back and forth', async () => {
    const { room, ann, ben, settle } = await open()
    const undo = new Y.UndoManager(ben.shapes, { trackedOrigins: new Set(['me']), captureTimeout: 0 })
    const steps = [
      () => ben.edit(shapes => writeShape(shapes, note('new', 'ben'))),
      () => ben.edit(() => writePatch(ben.entry('new'), { xy: [5, 5], stroke: 'red', locked: true })),
      () => ben.edit(() => textOf(ben.entry('new')).insert(0, 'Hello, ')),
      () => ben.edit(() => textOf(ben.entry('new')).delete(0, 2)),
      () => ben.edit(shapes => shapes.delete('new')),
      () => ben.edit(shapes => shapes.delete('his')),
    ]
    const pictures = [picture(ann.shapes)]
    for (const step of steps) {
      step()
      settle()
      pictures.push(picture(ann.shapes))
    }
    // Each step shows; deleting what was made comes back to the beginning.
    expect(new Set(pictures.map(each => JSON.stringify(each))).size).toBe(pictures.length - 1)
    for (let i = pictures.length - 2; i >= 0; i--) {
      undo.undo()
      settle()
      expect(picture(ann.shapes)).toEqual(pictures[i])
    }
    for (let i = 1; i < pictures.length; i++) {
      undo.redo()
      settle()
      expect(picture(ann.shapes)).toEqual(pictures[i])
    }
    expect(ben.refusals).toEqual([])
    expect(ben.connection.closedWith).toBeUndefined()
    await room.flush()
    ben.deliver()
    expect(ben.peer.isSaved).toBe(true)
  })

  it('is seen drawing', async () => {
    const { ann, ben, clock } = await open()
    ben.connection.receive(encodeAwareness([{ clientId: 7, clock: 1, json: '{}' }]))
    ben.connection.receive(encodeLiveToServer(Uint8Array.of(LIVE.ink, 1)))
    clock.advance(100)
    expect(ann.connection.take().map(({ type }) => type)).toContain('live')
  })

  it('brings what was drawn offline, deletions of own shapes included, in one SyncStep2', async () => {
    const { ann, ben, join, settle } = await open()
    ben.peer.disconnect()
    ben.connection.leave()
    ben.edit(shapes => shapes.delete('his'))
    for (let i = 0; i < 300; i++) ben.edit(shapes => writeShape(shapes, note(`n${i}`, 'ben')))
    ben.edit(shapes => shapes.delete('n0'))
    const again = join('ben', 'add-only')
    again.connection.receive(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(ben.peer.doc)))
    settle()
    again.deliver()
    expect(again.refusals).toEqual([])
    expect(ann.shapes.size).toBe(1 + 299)
  })

  const forgeries: [what: string, forge: (ben: Awaited<ReturnType<typeof open>>['ben']) => void][] = [
    ['changes another’s shape', ({ entry }) => entry('hers').set('xy', [9, 9])],
    ['deletes it', ({ shapes }) => shapes.delete('hers')],
    ['empties it', ({ entry }) => entry('hers').delete('base')],
    ['puts one of his in its place', ({ shapes }) => writeShape(shapes, note('hers', 'ben'))],
    ['puts one of hers in its place', ({ shapes }) => writeShape(shapes, note('hers', 'ann'))],
    ['puts a number in its place', ({ shapes }) => shapes.set('hers', 1)],
    ['writes into its text', ({ entry }) => textOf(entry('hers')).insert(3, 'x')],
    ['deletes from its text', ({ entry }) => textOf(entry('hers')).delete(0, 3)],
    ['formats its text', ({ entry }) => textOf(entry('hers')).format(0, 3, { bold: true })],
    ['takes it over by its mark', ({ entry }) => entry('hers').set('by', 'ben')],
    ['gives it another base', ({ entry }) => entry('hers').set('base', { ...note('hers', 'ben') })],
    ['gives one of his away', ({ entry }) => entry('his').set('by', 'ann')],
    ['gives one of his another base', ({ entry }) => entry('his').set('base', { ...note('his', 'ann') })],
    ['makes one in her name', ({ shapes }) => writeShape(shapes, note('new', 'ann'))],
    [
      'makes one in nobody’s name',
      ({ shapes }) => shapes.set('new', new Y.Map([['base', { type: 'note' }]])),
    ],
    [
      'makes one and renames it hers',
      ({ edit }) =>
        edit(shapes => {
          writeShape(shapes, note('new', 'ben'))
          ;(shapes.get('new') as Y.Map<unknown>).set('by', 'ann')
        }),
    ],
    ['puts what is no shape among them', ({ shapes }) => shapes.set('new', Y.Array.from([1]))],
    ['renames the board', ({ peer }) => peer.doc.getMap('meta').set('name', 'Ben’s')],
    ['writes into another root', ({ peer }) => peer.doc.getText('essay').insert(0, 'Ben')],
    [
      'uses the shapes as a list',
      ({ peer }) => {
        const list = new Y.Doc()
        list.clientID = peer.doc.clientID + 1
        list.getArray('shapes').push([1])
        peer.send(encodeSync(SYNC.update, Y.encodeStateAsUpdate(list)))
      },
    ],
    [
      'changes hers along with his',
      ({ edit, entry }) =>
        edit(() => {
          entry('his').set('xy', [1, 1])
          entry('hers').set('xy', [1, 1])
        }),
    ],
  ]
  it.each(forgeries)('and who %s is refused, and the board stays as it was', async (_what, forge) => {
    const { ann, ben, join, settle } = await open()
    const before = picture(ann.shapes)
    forge(ben)
    settle()
    expect(picture(ann.shapes)).toEqual(before)
    expect(ann.peer.doc.getMap('meta').get('name')).toBe('Test')
    expect(ben.refusals).toEqual(['not-own'])
    expect(ben.peer.isSaved).toBe(false)
    // The same in the answer to a SyncStep1, by a stock client, which cannot be told otherwise.
    const stock = join('ben', 'add-only', false)
    stock.connection.receive(encodeSync(SYNC.step2, Y.encodeStateAsUpdate(ben.peer.doc)))
    settle()
    const isInDocument = _what !== 'uses the shapes as a list'
    expect(stock.connection.closedWith).toBe(isInDocument ? 4403 : undefined)
    expect(picture(ann.shapes)).toEqual(before)
  })

  it.each([
    ['a shape of his', (shapes: Y.Map<unknown>) => writeShape(shapes, note('hers', 'ben'))],
    [
      'one that is deleted again',
      (shapes: Y.Map<unknown>) => {
        writeShape(shapes, note('hers', 'ben'))
        shapes.delete('hers')
      },
    ],
    [
      'another base',
      (shapes: Y.Map<unknown>) => {
        ;(shapes.get('hers') as Y.Map<unknown>).set('base', { ...note('hers', 'ben') })
      },
    ],
  ])(
    'and puts %s in the place of hers is refused though he says nothing of a deletion',
    async (_what, forge) => {
      const { ann, ben, settle } = await open()
      const before = picture(ann.shapes)
      ben.peer.disconnect()
      const [update] = updatesOf(ben.peer.doc, () => ben.edit(forge))
      if (!update) throw new Error('a change makes an update')
      const { deletionsStart } = scanUpdate(update, { maxCount: Number.POSITIVE_INFINITY })
      // Yjs deletes what a new value takes the place of, whether the update says so or not.
      const silent = Uint8Array.of(...update.subarray(0, deletionsStart), 0)
      ben.connection.receive(encodeSync(SYNC.update, silent))
      settle()
      expect(ben.refusals).toEqual(['not-own'])
      expect(picture(ann.shapes)).toEqual(before)
    },
  )

  it('goes on writing into a shape of his that somebody deletes meanwhile', async () => {
    const { ann, ben, settle } = await open()
    const text = textOf(ben.entry('his'))
    ann.edit(shapes => shapes.delete('his'))
    ben.edit(() => text.insert(4, 'late'))
    settle()
    ben.edit(shapes => writeShape(shapes, note('next', 'ben')))
    settle()
    expect(ben.refusals).toEqual([])
    expect([...ann.shapes.keys()].sort()).toEqual(['hers', 'next'])
  })

  it('and parks something foreign until it fits is refused when it does', async () => {
    const { ann, ben, settle } = await open()
    const before = picture(ann.shapes)
    ben.peer.disconnect()
    const [first, second, third] = [
      ...updatesOf(ben.peer.doc, () => ben.entry('his').set('size', 5)),
      ...updatesOf(ben.peer.doc, () => ben.entry('hers').set('size', 5)),
      ...updatesOf(ben.peer.doc, () => ben.shapes.delete('hers')),
    ].map(update => encodeSync(SYNC.update, update))
    if (!first || !second || !third) throw new Error('three transactions make three updates')
    ben.connection.receive(second)
    ben.connection.receive(third)
    settle()
    ben.connection.receive(first)
    settle()
    expect(ben.refusals).toEqual(['not-own'])
    expect(picture(ann.shapes)).toEqual({ ...before, his: { ...before.his, size: 5 } })
  })

  it('and parks something of his own until it fits gets it in', async () => {
    const { ann, ben, settle } = await open()
    ben.peer.disconnect()
    const updates = [
      ...updatesOf(ben.peer.doc, () => writeShape(ben.shapes, note('new', 'ben'))),
      ...updatesOf(ben.peer.doc, () => ben.entry('new').set('size', 7)),
    ]
    for (const update of updates.reverse()) {
      ben.connection.receive(encodeSync(SYNC.update, update))
      settle()
    }
    expect(ben.refusals).toEqual([])
    expect(picture(ann.shapes).new).toMatchObject({ size: 7, by: 'ben' })
  })

  it('and lies about where his struct stands does not get behind hers', async () => {
    const { ann, ben, settle } = await open()
    // One struct under Ann's client id, from her first clock to three past her last: it says that it stands in Ben's text, and Yjs
    // would put what it does not know of it behind what it knows under these clocks, in Ann's.
    const annsClient = ann.peer.doc.clientID
    const known = Y.getState(ben.peer.doc.store, annsClient)
    const hers = Y.encodeStateVector(new Map([[annsClient, known]]))
    const forged = new Y.Doc()
    Y.applyUpdate(forged, Y.encodeStateAsUpdate(ben.peer.doc, hers))
    forged.clientID = annsClient
    textOf(shapesOf(forged).get('his') as Y.Map<unknown>).insert(0, 'x'.repeat(known + 3))
    ben.connection.receive(encodeSync(SYNC.update, Y.encodeStateAsUpdate(forged)))
    settle()
    expect(ben.refusals).toEqual(['not-own'])
    expect(picture(ann.shapes)).toEqual(picture(ben.shapes))
  })

  it('may no longer what he may no longer: a downgrade holds for what is parked, too', async () => {
    const { room, ann, ben, settle } = await open()
    const before = picture(ann.shapes)
    ben.peer.disconnect()
    const [first, second] = [
      ...updatesOf(ben.peer.doc, () => ben.entry('his').set('size', 5)),
      ...updatesOf(ben.peer.doc, () => ben.entry('his').set('size', 6)),
    ]
    if (!first || !second) throw new Error('two transactions make two updates')
    ben.connection.receive(encodeSync(SYNC.update, second))
    settle()
    room.recheck(connection => (connection === ben.connection ? 'viewer' : 'editor'))
    ben.connection.receive(encodeSync(SYNC.update, first))
    settle()
    expect(picture(ann.shapes)).toEqual(before)
    expect(ben.refusals).toEqual(['read-only'])
  })

  it('an editor who becomes one is held to own shapes from the next frame on', async () => {
    const { room, ann, ben, join, settle } = await open()
    const eve = join('eve', 'editor')
    settle()
    eve.edit(() => eve.entry('hers').set('size', 3))
    room.recheck(connection => (connection === eve.connection ? 'add-only' : 'editor'))
    settle()
    expect(picture(ann.shapes).hers).toMatchObject({ size: 3 })
    eve.deliver()
    eve.edit(() => eve.entry('hers').set('size', 9))
    settle()
    eve.deliver()
    expect(eve.refusals).toEqual(['not-own'])
    expect(picture(ben.shapes).hers).toMatchObject({ size: 3 })
  })
})

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 25)

/** Whatever comes from somebody who may only add: random changes of everything there is, under random client ids, without their
 * deletions, in another order, in pieces, with bytes flipped. */
it.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
  '[W24] nothing that is not theirs ever changes, seed %i',
  seed => {
    const random = seeded(seed)
    const below = (n: number): number => Math.floor(random() * n)
    const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
    const start = new Y.Doc()
    start.transact(() => {
      for (const id of ['a1', 'a2', 'a3']) writeShape(shapesOf(start), note(id, 'ann'))
      for (const id of ['b1', 'b2']) writeShape(shapesOf(start), note(id, 'ben'))
      start.getMap('meta').set('name', 'Test')
      writeShape(shapesOf(start), note('gone', 'ann'))
    })
    shapesOf(start).delete('gone')
    const stored = { snapshot: Y.encodeStateAsUpdate(start), updates: [] }
    const document = new BoardDocument<string>(stored, 0, {
      writerOf: by => ({ role: by === 'ben' ? 'add-only' : 'owner', by }),
      nowMs: () => 0,
    })
    const onServer = (): Y.Doc => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, document.encode())
      return doc
    }
    /** All but Ben's shapes, down to letters and marks. */
    const others = (doc: Y.Doc) => {
      const shapes = [...shapesOf(doc).entries()].flatMap(([id, entry]) => {
        const json = (entry as Y.Map<unknown>).toJSON() as Record<string, unknown>
        const by = json.by ?? (json.base as { by?: unknown } | undefined)?.by
        return by === 'ben' || json.base === undefined ? [] : [[id, json]]
      })
      return {
        shapes: Object.fromEntries(shapes),
        meta: doc.getMap('meta').toJSON(),
        roots: [...doc.share.keys()].sort(),
      }
    }
    const kinds = { notOwn: 0, taken: 0, parked: 0 }
    for (let round = 0; round < 40; round++) {
      const server = onServer()
      const before = others(server)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(server))
      // Sometimes under an id that is somebody's.
      if (random() < 0.3) doc.clientID = pick([...server.store.clients.keys()])
      const shapes = shapesOf(doc)
      const edit = (): void => {
        const id = random() < 0.6 ? pick(['b1', 'b2', 'new']) : pick(['a1', 'a2', 'a3', 'gone'])
        const entry = shapes.get(id)
        const kind = below(8)
        if (kind === 0 || !(entry instanceof Y.Map))
          writeShape(shapes, note(id, random() < 0.8 ? 'ben' : 'ann'))
        else if (kind === 1) shapes.delete(id)
        else if (kind === 2)
          entry.set(pick(['size', 'xy', 'by', 'base']), pick<unknown>([5, [1, 2], 'ben', { by: 'ben' }]))
        else if (kind === 3) entry.delete(pick(['size', 'by', 'text', 'base']))
        else if (kind === 4)
          textOf(entry).insert(below(textOf(entry).length + 1), 'xyz'.slice(0, 1 + below(3)))
        else if (kind === 5 && textOf(entry).length > 2) textOf(entry).delete(0, 2)
        else if (kind === 6) textOf(entry).format(0, 2, { bold: true })
        else if (random() < 0.2) doc.getMap(pick(['meta', 'own'])).set('name', 'Ben')
      }
      let updates = updatesOf(doc, () => {
        for (let i = 0; i <= below(3); i++) doc.transact(edit)
      })
      if (random() < 0.2) updates = updates.toReversed()
      if (random() < 0.2 && updates.length > 1) updates = [Y.mergeUpdates(updates)]
      for (let update of updates) {
        const { deletionsStart } = scanUpdate(update, { maxCount: Number.POSITIVE_INFINITY })
        if (random() < 0.3) update = Uint8Array.of(...update.subarray(0, deletionsStart), 0)
        if (random() < 0.15) {
          update = update.slice()
          update[below(update.length)] = below(256)
        }
        const applied = document.apply([{ author: 'ben', update }])
        if (applied.refused.size > 0) kinds.notOwn++
        else if (applied.parked.size > 0) kinds.parked++
        else if (applied.change) kinds.taken++
      }
      expect(others(onServer())).toEqual(before)
    }
    expect(kinds.notOwn).toBeGreaterThan(5)
    expect(kinds.taken).toBeGreaterThan(5)
  },
)
