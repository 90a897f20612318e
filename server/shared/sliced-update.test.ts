import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { sliceUpdate } from './sliced-update.ts'
import { NO_SCAN_LIMITS, scanUpdate } from './update-scan.ts'

/** A board as it grows: several people make, change and delete things that hang on each other's, and hear of it late. */
function grownTogether(seed: number, steps: number): Y.Doc {
  let state = seed
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 8) % below
  }
  const docs = Array.from({ length: 4 }, () => new Y.Doc())
  for (let step = 0; step < steps; step++) {
    const doc = docs[random(docs.length)] as Y.Doc
    const root = doc.getMap<Y.Map<unknown>>('shapes')
    const keys = [...root.keys()]
    const some = root.get(keys[random(keys.length || 1)] ?? '')
    switch (random(8)) {
      case 0:
      case 1: {
        const made = new Y.Map<unknown>()
        made.set('base', {
          xy: [random(1e6) / 7, -random(1000)],
          type: 'rectangle',
          big: 12n,
          none: null,
          yes: true,
          no: false,
          nothing: undefined,
          ink: new Uint8Array([1, 2, 200]),
          half: 0.5,
          far: -123_456_789,
        })
        made.set('text', new Y.Text('grüße 👋 日本'))
        root.set(`s${random(30)}`, made)
        break
      }
      case 2:
        some?.set('xy', [random(100), random(100)])
        break
      case 3: {
        const text = some?.get('text')
        if (text instanceof Y.Text) text.insert(random(text.length + 1), '👋a')
        break
      }
      case 4: {
        const text = some?.get('text')
        if (text instanceof Y.Text && text.length > 2) text.delete(1, 2)
        break
      }
      case 5:
        if (keys.length > 5) root.delete(keys[0] as string)
        break
      case 6: {
        const rich = doc.getText('rich')
        rich.insert(0, 'bold', { bold: true })
        rich.insertEmbed(0, { image: 'x' })
        doc.getArray<unknown>('list').push([new Uint8Array([9]), 'a', 1])
        const element = new Y.XmlElement('p')
        doc.getXmlFragment('xml').push([element])
        element.setAttribute('class', 'c')
        break
      }
      default: {
        const other = docs[random(docs.length)] as Y.Doc
        Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)))
      }
    }
  }
  const [first, ...rest] = docs as [Y.Doc, ...Y.Doc[]]
  for (const doc of rest) Y.applyUpdate(first, Y.encodeStateAsUpdate(doc))
  return first
}

/** What it says, and which structs and deletions it knows; how far neighbours were joined into one struct may differ. */
function contentOf(doc: Y.Doc) {
  const { shapes, rich, list, xml } = {
    shapes: doc.getMap('shapes'),
    rich: doc.getText('rich'),
    list: doc.getArray('list'),
    xml: doc.getXmlFragment('xml'),
  }
  return {
    said: [shapes.toJSON(), rich.toDelta(), list.toJSON(), xml.toString()],
    known: Y.encodeSnapshot(Y.snapshot(doc)),
  }
}

/** Applies the slices, each of so many units at most.
 * @param applied  called after each
 * @returns how many they were */
function applySliced(doc: Y.Doc, update: Uint8Array, units: number, applied = () => {}): number {
  let count = 0
  for (const slice of sliceUpdate(update, units, client => Y.getState(doc.store, client))) {
    if (!slice) continue
    Y.applyUpdate(doc, slice)
    applied()
    count++
  }
  return count
}

describe('sliceUpdate', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'comes to the same document, every slice complete by itself (%i)',
    seed => {
      const whole = grownTogether(seed, 400)
      const update = Y.encodeStateAsUpdate(whole)
      const { units } = scanUpdate(update, NO_SCAN_LIMITS)
      for (const maxUnits of [1, 10, 200]) {
        const doc = new Y.Doc()
        const complete = () => {
          // Nothing waits for a later slice: that would be tried again with each one.
          expect(doc.store.pendingStructs).toBeNull()
          expect(doc.store.pendingDs).toBeNull()
        }
        const count = applySliced(doc, update, maxUnits, complete)
        expect(contentOf(doc)).toEqual(contentOf(whole))
        // What goes into a sequence is dear: eight units a struct.
        expect(count).toBeGreaterThan(units / (maxUnits + 16) / 2)
      }
    },
  )

  it('cuts a difference, which begins in the middle', () => {
    const doc = grownTogether(9, 300)
    const before = new Y.Doc()
    Y.applyUpdate(before, Y.encodeStateAsUpdate(doc))
    const vector = Y.encodeStateVector(doc)
    doc.getText('rich').insert(3, 'more')
    doc.getMap('shapes').clear()
    applySliced(before, Y.encodeStateAsUpdate(doc, vector), 1)
    expect(contentOf(before)).toEqual(contentOf(doc))
  })

  it('keeps the gaps of merged updates: what is missing can still come', () => {
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (let i = 0; i < 5; i++) doc.getArray('list').push([i])
    const gap = updates.splice(2, 1)[0] as Uint8Array
    const target = new Y.Doc()
    applySliced(target, Y.mergeUpdates(updates), 1)
    Y.applyUpdate(target, gap)
    expect(target.getArray('list').toArray()).toEqual([0, 1, 2, 3, 4])
  })

  it('has nothing to give of an empty update', () => {
    expect(applySliced(new Y.Doc(), Uint8Array.of(0, 0), 100)).toBe(0)
  })

  it('throws on bytes that are cut off, before any of them is applied', () => {
    const update = Y.encodeStateAsUpdate(grownTogether(10, 200))
    for (let length = 1; length < update.length; length += 37) {
      const doc = new Y.Doc()
      expect(() => applySliced(doc, update.subarray(0, length), 50)).toThrow()
      expect(doc.store.clients.size).toBe(0)
    }
  })

  it('takes what builds upon itself as it stands, and comes to an end', () => {
    // Two clients, each of whose only struct names the other's as its origin.
    const update = Uint8Array.of(2, 1, 1, 0, 0x84, 2, 0, 1, 97, 1, 2, 0, 0x84, 1, 0, 1, 98, 0)
    const doc = new Y.Doc()
    applySliced(doc, update, 100)
    expect(doc.store.clients.size).toBe(0)
    expect(doc.store.pendingStructs).not.toBeNull()
  })
})
