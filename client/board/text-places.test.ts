import { expect, it } from 'vitest'
import * as Y from 'yjs'
import type { BoxShape } from '#shared/board/shape.ts'
import { box } from '../tools/test-context.ts'
import { TextPlaces } from './text-places.ts'
import { YjsBoard } from './yjs-board.ts'

/** One text on two boards, whose documents exchange what is new when `sync` is called. */
function two(words: string) {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const [left, right] = [new YjsBoard(docs[0]), new YjsBoard(docs[1])]
  const sync = () => {
    Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0], Y.encodeStateVector(docs[1])), 'remote')
    Y.applyUpdate(docs[0], Y.encodeStateAsUpdate(docs[1], Y.encodeStateVector(docs[0])), 'remote')
  }
  left.transact('draw', edit => edit.add({ ...(box('t', 0, 0) as BoxShape), text: words }))
  sync()
  const open = (board: YjsBoard) => {
    const text = board.textOf('t')
    if (!text) throw new Error('no text')
    return { text, places: new TextPlaces(board) }
  }
  return { left: open(left), right: open(right), sync }
}

it('a place comes back as the offset that it was made of, on both boards', () => {
  const { left, right, sync } = two('hello world')
  right.text.splice(5, 0, ', big')
  left.text.splice(0, 2, 'J')
  sync()
  const { value } = left.text
  expect(value).toBe('Jllo, big world')
  for (let offset = 0; offset <= value.length; offset++) {
    const place = left.places.placeAt('t', offset)
    expect(left.places.offsetOf('t', place)).toBe(offset)
    expect(right.places.offsetOf('t', place)).toBe(offset)
  }
})

it('stays behind its letter while others type and delete', () => {
  const { left, right, sync } = two('hello world')
  const place = left.places.placeAt('t', 6)
  right.text.splice(0, 0, 'oh, ')
  sync()
  expect(right.places.offsetOf('t', place)).toBe(10)
  right.text.splice(13, 2, '')
  sync()
  expect(left.places.offsetOf('t', place)).toBe(10)
  // The letter itself goes: the place is where it was.
  right.text.splice(8, 3, '')
  sync()
  expect(left.text.value).toBe('oh, hellor')
  expect(left.places.offsetOf('t', place)).toBe(8)
})

it('says nothing of letters that have not come yet, or of shapes that are gone', () => {
  const { left, right, sync } = two('ab')
  left.text.splice(2, 0, 'c')
  const place = left.places.placeAt('t', 3)
  expect(right.places.offsetOf('t', place)).toBeUndefined()
  sync()
  expect(right.places.offsetOf('t', place)).toBe(3)
  expect(right.places.offsetOf('gone', place)).toBeUndefined()
  expect(right.places.offsetOf('gone', 'start')).toBeUndefined()
  expect(right.places.offsetOf('t', 'start')).toBe(0)
})
