import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import { hashOf } from '#shared/document-hash.ts'
import { encodeCheck, encodeSync, SYNC } from '#shared/protocol.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { openRoom } from '../testing/open-room.ts'

const AT_REST_MS = 2100

it('[W17] replicas that heard the same in another order, and threw away what was deleted or kept it for undo, hash alike', () => {
  const [left, right] = [new Y.Doc(), new Y.Doc()]
  new Y.UndoManager(shapesOf(left), { captureTimeout: 0 })
  const updates: Uint8Array[] = []
  left.on('update', update => updates.push(update))
  right.on('update', update => updates.push(update))
  for (let i = 0; i < 20; i++) shapesOf(i % 2 ? left : right).set(String(i), new Y.Map([['base', { i }]]))
  for (const doc of [left, right]) for (const update of updates) Y.applyUpdate(doc, update)
  shapesOf(left).delete('3')
  shapesOf(right).delete('4')
  const late = new Y.Doc({ gc: false })
  for (const update of [...updates].reverse()) Y.applyUpdate(late, update)
  for (const doc of [left, right]) for (const update of updates) Y.applyUpdate(doc, update)
  expect(hashOf(left)).toEqual(hashOf(right))
  expect(hashOf(late)).toEqual(hashOf(left))
  shapesOf(left).delete('5')
  // A deletion does not change the state vector: only the hash sees it.
  expect(Y.encodeStateVector(left)).toEqual(Y.encodeStateVector(right))
  expect(hashOf(left)).not.toEqual(hashOf(right))
})

it('[W17] a replica that differs at rest is told so and asked, and ends equal; one that is equal, or in motion, is left alone', async () => {
  const { room, clock } = await openRoom()
  const writer = new FakeConnection().join(room)
  const doc = new Y.Doc()
  const catchUp = () => {
    writer.receive(encodeSync(SYNC.step1, Y.encodeStateVector(doc)))
    for (const frame of writer.take()) if (frame.type === 'step2') Y.applyUpdate(doc, frame.bytes)
  }
  catchUp()
  shapesOf(doc).set('kept', new Y.Map([['x', 1]]))
  shapesOf(doc).set('lost', new Y.Map([['x', 2]]))
  writer.receive(encodeSync(SYNC.update, Y.encodeStateAsUpdate(doc)))
  // The writer's replica misses a deletion that everybody else has.
  const others = new Y.Doc()
  Y.applyUpdate(others, Y.encodeStateAsUpdate(doc))
  shapesOf(others).delete('lost')
  writer.receive(encodeSync(SYNC.update, Y.encodeStateAsUpdate(others)))
  clock.advance(100)
  writer.takeFrames()

  writer.receive(encodeCheck(hashOf(doc)))
  expect(writer.takeFrames()).toEqual([])
  clock.advance(AT_REST_MS)
  writer.takeFrames()
  writer.receive(encodeCheck(hashOf(others)))
  expect(writer.takeFrames()).toEqual([])

  writer.receive(encodeCheck(hashOf(doc)))
  const types = writer.take().map(({ type }) => type)
  expect(types).toEqual(['check', 'step1'])
  catchUp()
  expect(hashOf(doc)).toEqual(hashOf(others))
})
