import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { seeded } from '../shared/testing/seeded.ts'
import { updatesOf } from '../testing/open-room.ts'
import { BoardDocument } from './document.ts'

const EMPTY = { snapshot: Uint8Array.of(0, 0), updates: [] }

const loaded = (bytes: Uint8Array): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, bytes)
  return doc
}

function sampleUpdates(): Uint8Array[] {
  const doc = new Y.Doc()
  return updatesOf(doc, () => {
    const shapes = doc.getMap('shapes')
    for (let i = 0; i < 10; i++)
      shapes.set(String(i), new Y.Map([['base', { type: 'note', order: 'a0', xy: [i, i], wh: [9, 9] }]]))
    const text = new Y.Text('some words')
    shapes.set('text', new Y.Map([['text', text]]))
    text.insert(4, ' more')
    text.delete(0, 2)
    shapes.delete('3')
  })
}

it('[W11] a batch is one change, and the state vector before it leads to it', () => {
  const document = new BoardDocument<string>(EMPTY, 0)
  const updates = sampleUpdates()
  const { change } = document.apply(updates.map(update => ({ author: 'a', update })))
  const before = change?.before() ?? Uint8Array.of()
  expect(loaded(document.diff(before)).getMap('shapes').toJSON()).toEqual(
    loaded(change?.update ?? Uint8Array.of())
      .getMap('shapes')
      .toJSON(),
  )
  expect(document.facts.shapeCount).toBe(10)
})

it('[W3] broken updates, however broken, leave a document that others can read', () => {
  const seed = 7
  const random = seeded(seed)
  const below = (n: number): number => Math.floor(random() * n)
  const samples = sampleUpdates()
  for (let round = 0; round < 300; round++) {
    const document = new BoardDocument<string>(EMPTY, 0)
    const tick = samples.map((update, i) => {
      if (below(3) > 0) return { author: `sound ${i}`, update }
      const mutated = update.slice(0, update.length - below(3))
      for (let n = below(3); n >= 0; n--) if (mutated.length > 0) mutated[below(mutated.length)] = below(256)
      return { author: `broken ${i}`, update: mutated }
    })
    const { broken } = document.apply(tick)
    expect(
      [...broken.keys()].filter(author => author.startsWith('sound')),
      `seed ${seed}, round ${round}`,
    ).toEqual([])
    const copy = loaded(document.encode())
    expect(Y.encodeStateVector(copy), `seed ${seed}, round ${round}`).toEqual(document.stateVector())
  }
})

it('[W3] a struct without length is refused', () => {
  const document = new BoardDocument<string>(EMPTY, 0)
  // One client, one struct: client 1, clock 0, GC (info 0) of length 0; no deletions.
  const { broken, change } = document.apply([{ author: 'a', update: Uint8Array.of(1, 1, 1, 0, 0, 0, 0) }])
  expect([...broken.keys()]).toEqual(['a'])
  expect(change).toBeUndefined()
})

it('[W8] the deletion of something unknown waits with its author until it is known', () => {
  const document = new BoardDocument<string>(EMPTY, 0)
  const updates = sampleUpdates()
  const deletion = updates.at(-1) ?? Uint8Array.of()
  const parked = document.apply([{ author: 'a', update: deletion }])
  expect([...parked.parked]).toEqual(['a'])
  expect(document.hasParked('a')).toBe(true)
  const { unparked } = document.apply(updates.slice(0, -1).map(update => ({ author: 'a', update })))
  expect([...unparked]).toEqual(['a'])
  expect(document.facts.shapeCount).toBe(10)
})

it('[W8] what is parked is in no state that is sent or stored, and is forgotten with its author', () => {
  const document = new BoardDocument<string>(EMPTY, 0)
  const [, second = Uint8Array.of()] = sampleUpdates()
  document.apply([{ author: 'a', update: second }])
  expect([...document.encode()]).toEqual([0, 0])
  document.forget('a')
  expect(document.hasParked('a')).toBe(false)
})

it('stored bytes that are not updates throw; a log with a hole is said to have one', () => {
  const [first = Uint8Array.of(), second = Uint8Array.of()] = sampleUpdates()
  expect(() => new BoardDocument({ snapshot: Uint8Array.of(9, 9, 9), updates: [] }, 0)).toThrow()
  expect(new BoardDocument({ snapshot: first, updates: [second] }, 0).hasGap).toBe(false)
  expect(new BoardDocument({ snapshot: Uint8Array.of(0, 0), updates: [second] }, 0).hasGap).toBe(true)
})

it('[W14] a board that was emptied has room at once, however few bytes emptied it', () => {
  const doc = new Y.Doc()
  const [fill = EMPTY.snapshot] = updatesOf(doc, () => doc.getMap('shapes').set('old', new Uint8Array(1500)))
  const [more = EMPTY.snapshot] = updatesOf(doc, () => doc.getMap('shapes').set('new', new Uint8Array(1400)))
  const [empty = EMPTY.snapshot] = updatesOf(doc, () => doc.getMap('shapes').delete('old'))
  const document = new BoardDocument<string>(EMPTY, 2000)
  const isRefused = (update: Uint8Array) => document.apply([{ author: 'ann', update }]).tooBig.has('ann')
  expect([fill, more, empty, more].map(isRefused)).toEqual([false, true, false, false])
})
