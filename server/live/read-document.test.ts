import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { ManualClock } from '../testing/manual-clock.ts'
import { TickingClock } from '../testing/ticking-clock.ts'
import { readDocument, readDocumentNow } from './read-document.ts'

/** A board of so many entries in its snapshot, and a log of as many updates. */
function stored(entryCount: number, updateCount: number) {
  const doc = new Y.Doc()
  const entries = doc.getMap('shapes')
  doc.transact(() => {
    for (let i = 0; i < entryCount; i++) entries.set(`e${i}`, { xy: [i, i] })
  })
  const snapshot = Y.encodeStateAsUpdate(doc)
  const snapshotVector = Y.encodeStateVector(doc)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < updateCount; i++) entries.set(`e${i}`, i)
  return { doc, snapshot, snapshotVector, updates }
}

it('comes to what was stored, in one go and in turns', async () => {
  const { doc, snapshotVector, ...board } = stored(5000, 100)
  for (const read of [readDocumentNow(board), await readDocument(board, new TickingClock(3))]) {
    expect(Y.encodeStateVector(read.doc)).toEqual(Y.encodeStateVector(doc))
    expect(read.doc.getMap('shapes').toJSON()).toEqual(doc.getMap('shapes').toJSON())
    expect(read.snapshotVector).toEqual(snapshotVector)
    expect(read.hasGap).toBe(false)
  }
})

it('lets others have their turns while a big board is read', async () => {
  const board = stored(20_000, 0)
  let turnCount = 0
  let isDone = false
  const takeTurns = () => {
    turnCount++
    if (!isDone) setImmediate(takeTurns)
  }
  setImmediate(takeTurns)
  // A slice is a thousand structs; each takes 5 ms here, and a turn is 4.
  await readDocument(board, new TickingClock(5))
  isDone = true
  expect(turnCount).toBeGreaterThan(9)
})

it('takes a log of many small updates in few transactions', async () => {
  const board = stored(10, 5000)
  let turnCount = 0
  let isDone = false
  const takeTurns = () => {
    turnCount++
    if (!isDone) setImmediate(takeTurns)
  }
  setImmediate(takeTurns)
  // Every look at the clock would be a turn.
  await readDocument(board, new TickingClock(10))
  isDone = true
  expect(turnCount).toBeLessThan(200)
})

it('leaves out what builds upon something that is not there', async () => {
  const board = stored(3000, 3)
  const lacking = { ...board, updates: board.updates.slice(1) }
  const { doc, hasGap } = await readDocument(lacking, new ManualClock())
  expect(hasGap).toBe(true)
  expect(doc.store.pendingStructs).toBeNull()
  expect(Y.encodeStateVector(doc)).toEqual(board.snapshotVector)
})

it('fails on what is no update', async () => {
  const { snapshot } = stored(3000, 0)
  const clock = new TickingClock(5)
  await expect(readDocument({ snapshot: snapshot.slice(0, 20_000), updates: [] }, clock)).rejects.toThrow()
  await expect(readDocument({ snapshot, updates: [Uint8Array.of(9, 9, 9)] }, clock)).rejects.toThrow()
})
