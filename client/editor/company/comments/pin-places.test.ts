import { describe, expect, it } from 'vitest'
import { DEFAULT_STYLE, type Shape } from '#shared/board/shape.ts'
import { createDocument, YjsBoard } from '../../../board/yjs-board.ts'
import { PinPlaces, pinOn } from './pin-places.ts'

const box = (id: string, more: Partial<Shape> = {}): Shape =>
  ({
    ...DEFAULT_STYLE,
    id,
    type: 'rectangle',
    order: 'a0',
    locked: false,
    xy: [0, 0],
    wh: [100, 50],
    angle: 0,
    text: '',
    wrap: false,
    ...more,
  }) as Shape

const line = (id: string, from: object, to: object): Shape =>
  ({ ...DEFAULT_STYLE, id, type: 'line', order: 'a1', locked: false, from, to, via: [] }) as Shape

function open(...shapes: Shape[]) {
  const board = new YjsBoard(createDocument())
  board.transact('add', edit => {
    for (const shape of shapes) edit.add(shape)
  })
  const shown = new Map<string, Shape>()
  const places = new PinPlaces(board, id => shown.get(id) ?? board.get(id))
  const pin = (id: string, at: readonly [number, number], on?: string) =>
    places.set(
      new Map([[id, pinOn(at, on === undefined ? undefined : board.get(on), each => board.get(each))]]),
    )
  return { board, shown, places, pin }
}

describe('a pin', () => {
  it('without a shape stays at its place', () => {
    const { places, pin } = open()
    pin('c', [7, 8])
    expect(places.placeOf('c')).toEqual([7, 8])
    expect(places.shapeOf('c')).toBeUndefined()
    expect(places.placeOf('another')).toBeUndefined()
  })

  it('goes with its shape as that moves, grows and turns', () => {
    const { board, places, pin } = open(box('s'))
    pin('c', [100, 25], 's')
    board.transact('move', edit => edit.update('s', { xy: [10, 20], wh: [200, 50] }))
    expect(places.placeOf('c')).toEqual([210, 45])
    board.transact('turn', edit => edit.update('s', { angle: Math.PI / 2 }))
    const [x, y] = places.placeOf('c') ?? [0, 0]
    expect([Math.round(x), Math.round(y)]).toEqual([110, 145])
  })

  it('goes with a gesture that has not ended, and comes back when it is dropped', () => {
    const { shown, places, pin } = open(box('s'))
    pin('c', [10, 10], 's')
    shown.set('s', box('s', { xy: [300, 0] } as Partial<Shape>))
    expect(places.placeOf('c')).toEqual([310, 10])
    shown.clear()
    expect(places.placeOf('c')).toEqual([10, 10])
  })

  it('is on a line that follows what it hangs on', () => {
    const { board, places, pin } = open(line('l', { xy: [0, 0] }, { xy: [100, 100] }))
    pin('c', [50, 50], 'l')
    board.transact('move', edit => edit.update('l', { to: { xy: [300, 100] } }))
    expect(places.placeOf('c')).toEqual([150, 50])
  })

  it('stays where it was last when its shape is deleted, and is told of both', () => {
    const { board, places, pin } = open(box('s'), box('other'))
    pin('c', [10, 10], 's')
    let toldCount = 0
    places.subscribe(() => toldCount++)
    board.transact('other', edit => edit.update('other', { xy: [5, 5] }))
    expect(toldCount).toBe(0)
    board.transact('move', edit => edit.update('s', { xy: [40, 0] }))
    board.transact('delete', edit => edit.remove('s'))
    expect(toldCount).toBe(2)
    expect(places.placeOf('c')).toEqual([50, 10])
    expect(places.shapeOf('c')).toBeUndefined()
    board.history.undo()
    expect(places.shapeOf('c')?.id).toBe('s')
    expect(places.placeOf('c')).toEqual([50, 10])
  })
})
