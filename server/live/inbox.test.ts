import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { CLOSE, ProtocolError } from '#shared/protocol.ts'
import { SlicedUpdate } from '#shared/sliced-update.ts'
import { limitsOf, scanUpdate } from '#shared/update-scan.ts'
import { seeded } from '../shared/testing/seeded.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { BoardDocument } from './document.ts'
import { Inbox } from './inbox.ts'

const EMPTY = { snapshot: Uint8Array.of(0, 0), updates: [] }
const MAX_MESSAGE_BYTES = 1 << 20
const NO_LIMIT = limitsOf(0)

/** A board on which `clientCount` wrote, deleted and built upon each other. */
function tangledDoc(seed: number, clientCount: number, editCount: number): Y.Doc {
  const random = seeded(seed)
  const below = (n: number): number => Math.floor(random() * n)
  const docs = Array.from({ length: clientCount }, () => new Y.Doc())
  for (let i = 0; i < editCount; i++) {
    const doc = docs[below(clientCount)] as Y.Doc
    const shapes = doc.getMap<Y.Map<unknown>>('shapes')
    const text = doc.getText('text')
    const keys = [...shapes.keys()]
    switch (below(6)) {
      case 0:
        shapes.set(`${i}`, new Y.Map([['base', { type: 'note', at: [i, i] }]]))
        break
      case 1:
        shapes.get(keys[below(keys.length)] ?? '')?.set('xy', [i, 'ü😀'])
        break
      case 2:
        text.insert(below(text.length + 1), 'words 😀 ')
        break
      case 3:
        if (text.length > 9) text.delete(below(text.length - 8), 4)
        break
      case 4:
        if (keys.length > 3) shapes.delete(keys[below(keys.length)] ?? '')
        break
      case 5:
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[below(clientCount)] as Y.Doc))
    }
  }
  const all = new Y.Doc()
  for (const doc of docs) Y.applyUpdate(all, Y.encodeStateAsUpdate(doc))
  return all
}

const contents = (doc: Y.Doc) => [doc.getMap('shapes').toJSON(), doc.getText('text').toString()]

describe('a sliced update', () => {
  it('[W20] comes to the same as the whole, whoever wrote it, and no slice waits for a later one', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const doc = tangledDoc(seed, 6, 300)
      const whole = Y.encodeStateAsUpdate(doc)
      const sliced = new SlicedUpdate(whole, scanUpdate(whole, NO_LIMIT))
      const copy = new Y.Doc()
      let count = 0
      for (; !sliced.isDone; count++) {
        const { update } = sliced.next(10, client => Y.getState(copy.store, client))
        Y.applyUpdate(copy, update)
        expect(copy.store.pendingStructs, `seed ${seed}`).toBeNull()
        expect(copy.store.pendingDs, `seed ${seed}`).toBeNull()
      }
      expect(count, `seed ${seed}`).toBeGreaterThan(5)
      expect(contents(copy), `seed ${seed}`).toEqual(contents(doc))
      expect(Y.encodeStateVector(copy), `seed ${seed}`).toEqual(Y.encodeStateVector(doc))
    }
  })

  it('[W20] one range over everything is deleted a part at a time', () => {
    const doc = new Y.Doc()
    const text = doc.getText('text')
    for (let i = 0; i < 1000; i++) text.insert(0, 'ab')
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    let deletion = new Uint8Array()
    doc.on('update', (update: Uint8Array) => {
      deletion = new Uint8Array(update)
    })
    text.delete(0, text.length)
    const sliced = new SlicedUpdate(deletion, scanUpdate(deletion, NO_LIMIT))
    const lengths: number[] = []
    while (!sliced.isDone) {
      Y.applyUpdate(copy, sliced.next(100, client => Y.getState(copy.store, client)).update)
      lengths.push(copy.getText('text').length)
    }
    expect(lengths.length).toBeGreaterThan(3)
    expect(lengths.at(-1)).toBe(0)
    expect(lengths.slice(0, -1).every(length => length > 0)).toBe(true)
  })

  it('[W20] whose structs wait for each other ends all the same', () => {
    // Two clients' first structs, each the origin of the other.
    const struct = (client: number, origin: number): number[] => [1, client, 0, 0x84, origin, 0, 1, 65]
    const update = Uint8Array.of(2, ...struct(1, 2), ...struct(2, 1), 0)
    const sliced = new SlicedUpdate(update, scanUpdate(update, NO_LIMIT))
    let count = 0
    for (; !sliced.isDone && count < 10; count++) sliced.next(1, () => 0)
    expect(sliced.isDone).toBe(true)
  })
})

describe('the inbox', () => {
  /** One in which every unit of work takes `unitMs`. */
  function openInbox(unitMs: number) {
    const clock = new ManualClock()
    const document = new BoardDocument<object>(EMPTY, 0)
    const inbox = new Inbox<object>(clock, MAX_MESSAGE_BYTES, client => document.stateOf(client))
    const tick = (): readonly { author: object; isPart?: boolean }[] => {
      function* worked() {
        for (const inbound of inbox.tick()) {
          yield inbound
          clock.advance(unitMs * scanUpdate(inbound.update, NO_LIMIT).units)
        }
      }
      document.apply(worked())
      return inbox.taken
    }
    return { clock, document, inbox, tick }
  }

  const drawing = (count: number): Uint8Array => {
    const doc = new Y.Doc()
    doc.transact(() => {
      for (let i = 0; i < count; i++) doc.getMap('shapes').set(`${doc.clientID}-${i}`, i)
    })
    return Y.encodeStateAsUpdate(doc)
  }

  it('[W20] a long message goes in over many ticks, and somebody else’s stroke in the first of them', () => {
    const { document, inbox, tick } = openInbox(0.05)
    const [long, short] = [{}, {}]
    inbox.push(long, drawing(3000))
    inbox.push(short, drawing(1))
    const first = tick()
    expect(first.filter(({ author }) => author === short)).toHaveLength(1)
    expect(first.at(-1)).toMatchObject({ author: long, isPart: true })
    let count = 1
    while (!inbox.isEmpty) {
      tick()
      count++
    }
    expect(count).toBeGreaterThan(10)
    expect(inbox.taken.at(-1)?.isPart).toBeFalsy()
    const copy = new Y.Doc()
    Y.applyUpdate(copy, document.encode())
    expect(copy.getMap('shapes').size).toBe(3001)
  })

  it('messages of one author stay in order, short ones behind a long one', () => {
    const { document, inbox, tick } = openInbox(0.05)
    const doc = new Y.Doc()
    const author = {}
    doc.on('update', (update: Uint8Array) => inbox.push(author, update))
    doc.transact(() => {
      for (let i = 0; i < 1000; i++) doc.getMap('shapes').set(`${i}`, i)
    })
    doc.getMap('shapes').set('last', 1)
    while (!inbox.isEmpty) tick()
    expect(document.hasParked(author)).toBe(false)
    expect(document.diff(Y.encodeStateVector(doc))).toHaveLength(2)
  })

  it('[W20] who asks for more time than ten seconds and a fifth of the process is named, and the rest dropped', () => {
    const { inbox, tick } = openInbox(5)
    const [greedy, modest] = [{}, {}]
    inbox.push(greedy, drawing(3000))
    for (let i = 0; i < 50; i++) {
      inbox.push(modest, drawing(1))
      tick()
    }
    const overdrawn: object[] = []
    while (!inbox.isEmpty) {
      tick()
      overdrawn.push(...inbox.takeOverdrawn())
    }
    expect(overdrawn).toEqual([greedy])
  })

  const refusal = (update: Uint8Array): number => {
    try {
      openInbox(0).inbox.push({}, update)
    } catch (error) {
      if (error instanceof ProtocolError) return error.code
    }
    return 0
  }
  const varUints = (count: number, ...values: number[]): number[] =>
    Array.from({ length: count }, () => values).flat()
  /** 2 ** 20 / 8 and a few more, as varUint. */
  const MANY = [0x88, 0x80, 0x08]

  it.each<[string, number[]]>([
    ['structs of two bytes', [1, ...MANY, 1, 0, ...varUints(0x20008, 0, 1), 0]],
    ['deleted ranges', [0, 1, 1, ...MANY, ...varUints(0x20008, 1, 1)]],
    [
      'clients',
      [
        0x90,
        0x4e,
        ...Array.from({ length: 10_000 }, (_, i) => [1, (i & 127) | 128, 128 | (i >> 7), 1, 0, 0, 1]).flat(),
        0,
      ],
    ],
    ['values in one struct', [1, 1, 1, 0, 8, 1, 1, 65, 0xa1, 0x8d, 6, ...varUints(100_001, 126), 0]],
    ['values within values', [1, 1, 1, 0, 8, 1, 1, 65, 1, ...varUints(200, 117, 1), 126, 0]],
    [
      'JSON within JSON',
      [1, 1, 1, 0, 5, 1, 1, 65, 0x90, 3, ...varUints(200, 0x5b), ...varUints(200, 0x5d), 0],
    ],
    [
      'root types',
      [
        1,
        0xe9,
        7,
        1,
        0,
        ...Array.from({ length: 1001 }, (_, i) => [
          1,
          1,
          2,
          65 + (i % 26),
          48 + Math.floor(i / 26),
          1,
        ]).flat(),
        0,
      ],
    ],
  ])('[W20] an update of too many %s is refused before any of it is made: 4413', (_name, values) => {
    expect(refusal(Uint8Array.from(values))).toBe(CLOSE.tooBig)
  })

  it('[W20] types within types a hundred deep are taken out again, and their author named', () => {
    const document = new BoardDocument<string>(EMPTY, 0)
    const doc = new Y.Doc()
    let map = doc.getMap('root') as Y.Map<unknown>
    for (let i = 0; i < 300; i++) {
      const next = new Y.Map<unknown>()
      map.set('next', next)
      map = next
    }
    const { broken } = document.apply([{ author: 'deep', update: Y.encodeStateAsUpdate(doc) }])
    expect([...broken.keys()]).toEqual(['deep'])
    const copy = new Y.Doc()
    Y.applyUpdate(copy, document.encode())
    let depth = 0
    for (let at = copy.getMap('root').get('next'); at instanceof Y.Map; at = at.get('next')) depth++
    expect(depth).toBe(100)
  })
})
