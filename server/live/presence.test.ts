import * as decoding from 'lib0/decoding'
import { expect, it } from 'vitest'
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { type AwarenessEntry, encodeAwareness, ProtocolError, readAwareness } from '#shared/protocol.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { MAX_STATE_LENGTH, Presence } from './presence.ts'

const bodyOf = (frame: Uint8Array): Uint8Array => {
  const decoder = decoding.createDecoder(frame)
  decoding.readVarUint(decoder)
  return decoding.readVarUint8Array(decoder)
}
const body = (...entries: [id: number, clock: number, json: string][]): Uint8Array =>
  bodyOf(encodeAwareness(entries.map(([clientId, clock, json]) => ({ clientId, clock, json }))))
const read = (frame: Uint8Array | undefined): AwarenessEntry[] =>
  frame ? readAwareness(bodyOf(frame), () => true) : []

const ann = '{"name":"Ann"}'
const bob = '{"name":"Bob"}'

function room(...names: string[]) {
  const presence = new Presence()
  const connections = names.map(token => {
    const connection = new FakeConnection(token === '' ? {} : { token })
    // What the room does when a connection ends.
    connection.seat = { receive: () => undefined, leave: () => presence.leave(connection) }
    return connection
  })
  const changes = () => read(presence.takeFrame())
  return { presence, connections: connections as [FakeConnection, FakeConnection, FakeConnection], changes }
}

it('[P1] a state is relayed once, and again only at a later clock', () => {
  const { presence, connections, changes } = room('', '')
  const [a] = connections
  presence.receive(a, body([1, 1, ann]))
  expect(changes()).toEqual([{ clientId: 1, clock: 1, json: ann }])
  presence.receive(a, body([1, 1, bob]))
  presence.receive(a, body([1, 0, bob]))
  expect(changes()).toEqual([])
  presence.receive(a, body([1, 2, bob]))
  expect(changes()).toEqual([{ clientId: 1, clock: 2, json: bob }])
})

it('[P1] nobody changes or removes the state of somebody else', () => {
  const { presence, connections, changes } = room('', '')
  const [a, b] = connections
  presence.receive(a, body([1, 5, ann]))
  presence.receive(b, body([2, 1, bob]))
  changes()
  presence.receive(b, body([1, 5, ann], [1, 9, '{"name":"Mallory"}'], [1, 9, 'null'], [1, 5, 'null']))
  expect(changes()).toEqual([])
  expect(read(presence.everyone()).find(({ clientId }) => clientId === 1)?.json).toBe(ann)
  expect(a.probeCount).toBe(0)
})

it('[P1] only the last of several changes in a tick goes out', () => {
  const { presence, connections, changes } = room('')
  presence.receive(connections[0], body([1, 1, ann]))
  presence.receive(connections[0], body([1, 2, bob]))
  expect(changes()).toEqual([{ clientId: 1, clock: 2, json: bob }])
})

it.each(['NaN', '"text"', '[]', 'null', '{', `{"a":"${'x'.repeat(MAX_STATE_LENGTH)}"}`])(
  '[P2] the state %.20s is dropped, and costs nobody else theirs',
  json => {
    const { presence, connections, changes } = room('')
    presence.receive(connections[0], body([1, 1, json], [2, 1, bob]))
    expect(changes()).toEqual([{ clientId: 2, clock: 1, json: bob }])
  },
)

it('[P2] a state with __proto__ is an ordinary one for those who get it', () => {
  const { presence, connections } = room('')
  presence.receive(connections[0], body([1, 1, '{"__proto__":{"isAdmin":true}}']))
  const frame = presence.takeFrame()
  const awareness = new Awareness(new Y.Doc())
  if (frame) applyAwarenessUpdate(awareness, bodyOf(frame), undefined)
  expect((awareness.getStates().get(1) as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  awareness.destroy()
})

it('[P3] a page that reconnects takes its id back at once, and its old connection is cut without a ghost', () => {
  const { presence, connections, changes } = room('page', 'page')
  const [old, young] = connections
  presence.receive(old, body([1, 3, ann]))
  changes()
  presence.receive(young, body([1, 3, ann]))
  expect(old.closedWith).toBe('terminated')
  expect(changes().filter(({ json }) => json === 'null')).toEqual([])
  expect(presence.primaryOf(young)).toBe(1)
  young.leave()
  expect(changes()).toEqual([{ clientId: 1, clock: 3, json: 'null' }])
})

it('[P4] without a token the owner is probed; the claimant gets the id when the owner is gone, and nobody sees it leave', () => {
  const { presence, connections, changes } = room('', '')
  const [dead, young] = connections
  presence.receive(dead, body([1, 3, ann]))
  changes()
  presence.receive(young, body([1, 4, ann]))
  expect(dead.probeCount).toBe(1)
  expect(changes()).toEqual([])
  dead.terminate()
  expect(changes()).toEqual([{ clientId: 1, clock: 4, json: ann }])
  young.leave()
  expect(changes()).toEqual([{ clientId: 1, clock: 4, json: 'null' }])
})

it('[P4] an owner that goes on announcing itself keeps its id after a claim', () => {
  const { presence, connections, changes } = room('', '')
  const [owner, forger] = connections
  presence.receive(owner, body([1, 3, ann]))
  presence.receive(forger, body([1, 4, bob]))
  expect(presence.primaryOf(forger)).toBeUndefined()
  presence.receive(owner, body([1, 5, ann]))
  expect(changes()).toEqual([{ clientId: 1, clock: 5, json: ann }])
  owner.leave()
  expect(changes()).toEqual([{ clientId: 1, clock: 5, json: 'null' }])
})

it('[P4] a tab announced by another tab first is its own as soon as it announces itself', () => {
  const { presence, connections, changes } = room('', '', '')
  const [first, second] = connections
  presence.receive(first, body([1, 1, ann]))
  // Tabs of one browser hear each other without the server, and the stock client passes it on.
  presence.receive(first, body([2, 1, bob]))
  expect(changes().map(({ clientId }) => clientId)).toEqual([1, 2])
  presence.receive(second, body([2, 1, bob]))
  presence.receive(second, body([2, 2, bob]))
  first.leave()
  expect(changes()).toEqual([
    { clientId: 2, clock: 2, json: bob },
    { clientId: 1, clock: 1, json: 'null' },
  ])
  expect(presence.primaryOf(second)).toBe(2)
})

it('[P4] a connection holds at most four ids', () => {
  const { presence, connections, changes } = room('')
  const many = Array.from({ length: 50 }, (_, i): [number, number, string] => [i, 1, ann])
  presence.receive(connections[0], body(...many))
  expect(changes().map(({ clientId }) => clientId)).toEqual([0, 1, 2, 3])
})

it('[P4] an echo that arrives after its owner has left brings no ghost', () => {
  const { presence, connections, changes } = room('', '')
  const [a, b] = connections
  presence.receive(a, body([1, 3, ann]))
  presence.receive(b, body([2, 1, bob]))
  a.leave()
  presence.receive(b, body([1, 3, ann]))
  presence.receive(b, body([1, 3, 'null']))
  expect(read(presence.everyone()).map(({ clientId }) => clientId)).toEqual([2])
  expect(changes().find(({ clientId }) => clientId === 1)?.json).toBe('null')
})

it('[P5] a stock client that comes back at a clock the others saw it leave at takes the next one', () => {
  const { presence, connections, changes } = room('', '', '')
  const [before, after, watcher] = connections
  const doc = new Y.Doc()
  const mine = new Awareness(doc)
  mine.setLocalState({ name: 'Ann' })
  const id = doc.clientID
  const announce = () => body([id, mine.meta.get(id)?.clock ?? 0, JSON.stringify(mine.getLocalState())])
  const theirs = new Awareness(new Y.Doc())
  const deliver = () => {
    const frame = presence.takeFrame()
    if (frame) applyAwarenessUpdate(theirs, bodyOf(frame), undefined)
  }
  presence.receive(watcher, body([2, 1, bob]))
  presence.receive(before, announce())
  deliver()
  before.leave()
  deliver()
  expect(theirs.getStates().has(id)).toBe(false)
  const answer = presence.receive(after, announce())
  expect(read(answer)).toEqual([{ clientId: id, clock: expect.any(Number), json: 'null' }])
  if (answer) applyAwarenessUpdate(mine, bodyOf(answer), undefined)
  expect(mine.getLocalState()).toEqual({ name: 'Ann' })
  presence.receive(after, announce())
  deliver()
  expect(theirs.getStates().get(id)).toEqual({ name: 'Ann' })
  expect(changes()).toEqual([])
  mine.destroy()
  theirs.destroy()
})

it('[P6] who joins gets everyone in one frame; who says goodbye is gone', () => {
  const { presence, connections, changes } = room('', '')
  presence.receive(connections[0], body([1, 1, ann]))
  presence.receive(connections[1], body([2, 1, bob]))
  expect(read(presence.everyone()).map(({ json }) => json)).toEqual([ann, bob])
  changes()
  presence.receive(connections[0], body([1, 1, 'null']))
  expect(changes()).toEqual([{ clientId: 1, clock: 2, json: 'null' }])
  connections[1].leave()
  changes()
  expect(presence.everyone()).toBeUndefined()
})

it('[P6] by the clock one tells who has left from who has lost the connection', () => {
  const { presence, connections, changes } = room('', '')
  presence.receive(connections[0], body([1, 4, ann]))
  presence.receive(connections[1], body([2, 4, bob]))
  changes()
  presence.leave(connections[0])
  presence.leave(connections[1], true)
  expect(changes()).toEqual([
    { clientId: 1, clock: 4, json: 'null' },
    { clientId: 2, clock: 5, json: 'null' },
  ])
})

it('[W3] a malformed body is a ProtocolError', () => {
  const { presence, connections } = room('')
  expect(() => presence.receive(connections[0], Uint8Array.of(5, 1))).toThrow(ProtocolError)
})
