import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { MAX_COMMENT_LENGTH, MAX_COMMENTS } from '#shared/board/comments.ts'
import { encodeInk } from '#shared/board/ink.ts'
import { MAX_SHAPES, MAX_TEXT_LENGTH, readShape, shapesOf, writeShape } from '#shared/board/layout.ts'
import type { Shape } from '#shared/board/shape.ts'
import { boxShape } from '../testing/shapes.ts'
import { mend } from './authority.ts'
import { BoardDocument } from './document.ts'

const EMPTY = { snapshot: Uint8Array.of(0, 0), updates: [] }
const sound = { type: 'rectangle', order: 'a0', xy: [0, 0], wh: [10, 10] }

/** A writer and the server's document; `send` gives the server what `edit` changed and says what came of it. */
function pair() {
  const peer = new Y.Doc()
  const document = new BoardDocument<string>(EMPTY, 0)
  const send = (edit: (shapes: Y.Map<unknown>) => void, author = 'ada') => {
    const before = Y.encodeStateVector(peer)
    peer.transact(() => edit(shapesOf(peer)))
    const applied = document.apply([{ author, update: Y.encodeStateAsUpdate(peer, before) }])
    if (applied.change) Y.applyUpdate(peer, applied.change.update)
    return applied
  }
  const onServer = () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, document.encode())
    return shapesOf(doc)
  }
  return { peer, document, send, onServer }
}

const entry = (base: unknown, more: Record<string, unknown> = {}) =>
  new Y.Map<unknown>([['base', base], ...Object.entries(more)])

describe('[W16] what breaks the schema is mended in the tick that brings it', () => {
  it.each([
    ['an unknown type', { ...sound, type: 'hologram' }],
    ['no place', { ...sound, xy: undefined }],
    ['an absurd place', { ...sound, xy: [1e300, 0] }],
    ['a size that is not a number', { ...sound, wh: [Number.NaN, 1] }],
    ['a base that is no object', 'rectangle'],
    [
      'a stroke whose ink is noise',
      { ...sound, type: 'stroke', points: Uint8Array.of(9, 99, 255, 255, 255, 255) },
    ],
    ['a picture that names no bytes', { ...sound, type: 'image', asset: '../secret' }],
    ['a stroke with too much ink', { ...sound, type: 'stroke', points: new Uint8Array(300_000) }],
  ])('a shape with %s goes, and its author is named', (_what, base) => {
    const { send, onServer, peer } = pair()
    const { repaired } = send(shapes => shapes.set('odd', entry(base)))
    expect(repaired.get('ada')).toBe('shape')
    expect(onServer().has('odd')).toBe(false)
    expect(shapesOf(peer).has('odd')).toBe(false)
  })

  it('a change that is not sound is taken back, and the shape is as it was', () => {
    const { send, onServer, peer } = pair()
    send(shapes => writeShape(shapes, boxShape('r')))
    const { repaired } = send(shapes => {
      const shape = shapes.get('r') as Y.Map<unknown>
      shape.set('xy', [Number.POSITIVE_INFINITY, 0])
      shape.set('stroke', 'red')
      shape.set('opacity', 'very')
    })
    expect(repaired.get('ada')).toBe('change')
    for (const shapes of [onServer(), shapesOf(peer)]) {
      expect(readShape('r', shapes.get('r'))).toMatchObject({ xy: [0, 0], stroke: 'red', opacity: 1 })
    }
  })

  it('a picture keeps what names its bytes, whatever is written over it', () => {
    const { send, onServer } = pair()
    const picture = { ...boxShape('p'), type: 'image', asset: 'A'.repeat(43), flip: [true, false] }
    expect(send(shapes => writeShape(shapes, picture as unknown as Shape)).repaired.size).toBe(0)
    const { repaired } = send(shapes => {
      const shape = shapes.get('p') as Y.Map<unknown>
      for (const key of ['asset', 'crop', 'flip']) shape.set(key, 'x'.repeat(100_000))
    })
    expect(repaired.get('ada')).toBe('change')
    const { crop, ...kept } = { crop: undefined, ...readShape('p', onServer().get('p')) }
    expect([crop, kept]).toEqual([
      undefined,
      expect.objectContaining({ asset: 'A'.repeat(43), flip: [true, false] }),
    ])
  })

  it('a text that is too long is cut, wherever it grew', () => {
    const { send, onServer } = pair()
    send(shapes => writeShape(shapes, boxShape('r')))
    const { repaired } = send(shapes => {
      const text = (shapes.get('r') as Y.Map<unknown>).get('text') as Y.Text
      text.insert(0, 'x'.repeat(MAX_TEXT_LENGTH + 100))
    })
    expect(repaired.get('ada')).toBe('text')
    expect(((onServer().get('r') as Y.Map<unknown>).get('text') as Y.Text).length).toBe(MAX_TEXT_LENGTH)
  })

  it('shapes beyond the most that a board may have go', () => {
    const doc = new Y.Doc()
    let left: string[] = []
    doc.transact(transaction => {
      for (const id of ['1', '2', '3']) writeShape(shapesOf(doc), boxShape(id))
      const repairs = mend(doc, transaction, MAX_SHAPES - 2)
      expect(repairs).toEqual([{ client: doc.clientID, what: 'count' }])
      left = [...shapesOf(doc).keys()]
    })
    expect(left).toEqual(['1', '2'])
  })

  it('names the author who did it, and nobody else of the tick', () => {
    const document = new BoardDocument<string>(EMPTY, 0)
    const from = (edit: (shapes: Y.Map<unknown>) => void) => {
      const doc = new Y.Doc()
      doc.transact(() => edit(shapesOf(doc)))
      return Y.encodeStateAsUpdate(doc)
    }
    const { repaired } = document.apply([
      { author: 'good', update: from(shapes => writeShape(shapes, boxShape('r'))) },
      { author: 'bad', update: from(shapes => shapes.set('odd', entry({ ...sound, type: 'x' }))) },
    ])
    expect([...repaired]).toEqual([['bad', 'shape']])
  })

  it('what is sound, and what other applications keep beside shapes, stays', () => {
    const { send, onServer } = pair()
    const points = encodeInk({ points: [[0, 0, 0.5]], hasPressure: false, constantWidth: false }, 2)
    const { repaired } = send(shapes => {
      shapes.set('stroke', entry({ ...sound, type: 'stroke', points }))
      shapes.set('foreign map', new Y.Map<unknown>([['x', 1]]))
      shapes.set('foreign list', Y.Array.from([1, 2]))
      shapes.set('foreign number', 7)
      shapes.set('newer', entry(sound, { sparkle: true }))
    })
    expect(repaired.size).toBe(0)
    expect([...onServer().keys()].sort()).toEqual([
      'foreign list',
      'foreign map',
      'foreign number',
      'newer',
      'stroke',
    ])
  })
})

describe('[W25] what breaks the schema beside the shapes is mended as well', () => {
  const { id: _, ...base } = { id: 'c', by: 'ada', name: 'Ada', at: 1, text: 'Well' }
  /** @returns what is left of a root, on the server and with its author, and what was mended */
  const sent = (root: string, edit: (map: Y.Map<unknown>) => void) => {
    const { send, onServer, peer } = pair()
    const { repaired } = send(shapes => edit((shapes.doc as Y.Doc).getMap(root)))
    const left = (onServer().doc as Y.Doc).getMap(root).toJSON()
    expect(peer.getMap(root).toJSON()).toEqual(left)
    return { left, repaired: repaired.get('ada') }
  }

  it.each([
    ['without an author', { ...base, by: undefined }],
    ['that is far too long', { ...base, text: 'x'.repeat(MAX_COMMENT_LENGTH + 1) }],
    ['that is no object', 'Well'],
  ])('a comment %s goes', (_what, odd) => {
    expect(sent('comments', comments => comments.set('c', entry(odd)))).toEqual({
      left: {},
      repaired: 'comment',
    })
  })

  it('what is unsound of a comment goes, and the comment stays', () => {
    const odd = { text: 7, editedAt: 'now', resolved: true, later: 1 }
    expect(sent('comments', comments => comments.set('c', entry(base, odd)))).toEqual({
      left: { c: { base, later: 1 } },
      repaired: 'change',
    })
  })

  it('a comment whose base is still to come is left alone', () => {
    expect(sent('comments', comments => comments.set('c', new Y.Map()))).toEqual({
      left: { c: {} },
      repaired: undefined,
    })
  })

  it.each<[root: string, key: string, value: unknown]>([
    ['meeting', 'timer', { by: 'ada', durationMs: -1 }],
    ['meeting', 'poll', { by: 'ada', id: 'p', votesEach: 1e9, state: 'open' }],
    ['votes', 'ada', { poll: 'p', on: { s: -5 } }],
    ['votes', 'ada', 'all of them'],
  ])('in %s, %s is not %j', (root, key, value) => {
    expect(sent(root, map => map.set(key, value))).toEqual({ left: {}, repaired: 'change' })
  })

  it('sound ones stay as they are', () => {
    const values = { timer: null, poll: { by: 'ada', id: 'p', votesEach: 3, isSecret: true, state: 'open' } }
    const all = sent('meeting', meeting => {
      for (const [key, value] of Object.entries(values)) meeting.set(key, value)
    })
    expect(all).toEqual({ left: values, repaired: undefined })
    expect(sent('comments', comments => comments.set('c', entry(base)))).toEqual({
      left: { c: { base } },
      repaired: undefined,
    })
  })

  it('a board has so many comments and no more', () => {
    const { send, onServer } = pair()
    const fill = (from: number, to: number) =>
      send(shapes => {
        const comments = (shapes.doc as Y.Doc).getMap('comments')
        for (let i = from; i < to; i++) comments.set(`c${i}`, entry(base))
      })
    expect(fill(0, MAX_COMMENTS).repaired.size).toBe(0)
    expect(fill(MAX_COMMENTS, MAX_COMMENTS + 3).repaired.get('ada')).toBe('comment-count')
    expect((onServer().doc as Y.Doc).getMap('comments').size).toBe(MAX_COMMENTS)
  })
})
