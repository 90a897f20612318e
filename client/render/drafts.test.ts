import { describe, expect, it } from 'vitest'
import { type BoxShape, DEFAULT_STYLE, isLine, type LineShape, type Shape } from '#shared/board/shape.ts'
import { intersects } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import type { BoardReader } from '../board/board.ts'
import { Drafts } from './drafts.ts'
import { MIN_MOVED_AS_ONE } from './scene.ts'

const common = { ...DEFAULT_STYLE, locked: false }
const box = (id: string, x: number): BoxShape => ({
  ...common,
  id,
  order: id,
  type: 'rectangle',
  xy: [x, 0],
  wh: [100, 100],
  angle: 0,
  text: '',
  wrap: false,
})
const arrow: LineShape = {
  ...common,
  id: 'z',
  order: 'z',
  type: 'arrow',
  from: { xy: [0, 0], shape: 'a', anchor: [0.5, 0.5] },
  to: { xy: [0, 0], shape: 'b', anchor: [0.5, 0.5] },
  via: [],
}

function boardOf(...shapes: Shape[]): BoardReader {
  const get = (id: string) => shapes.find(shape => shape.id === id)
  const boundsOf = (id: string) => {
    const shape = get(id)
    return shape && shapeBounds(shape, get)
  }
  return {
    shapeCount: shapes.length,
    get,
    boundsOf,
    query: area => shapes.filter(shape => intersects(shapeBounds(shape, get), area)),
    extent: () => undefined,
    linesOn: id =>
      shapes.flatMap(shape =>
        isLine(shape) && [shape.from.shape, shape.to.shape].includes(id) ? [shape] : [],
      ),
    subscribe: () => () => {},
  }
}

describe('drafts', () => {
  it('hide the shapes they stand in for, and lines that hang on those, once', () => {
    const drafts = new Drafts(boardOf(box('a', 0), box('b', 300), arrow))
    expect(drafts.set('local', { shapes: [box('a', 50)] }).sort()).toEqual(['a', 'z'])
    expect(drafts.set('local', { shapes: [box('a', 60)] })).toEqual([])
    expect([drafts.isHidden('a'), drafts.isHidden('b'), drafts.isHidden('z')]).toEqual([true, false, true])
    expect(drafts.shapes().map(shape => shape.id)).toEqual(['a', 'z'])
    expect(drafts.lookup('a')).toMatchObject({ xy: [60, 0] })
  })

  it('show the board’s shapes again when they end, and stay until those are painted', () => {
    const drafts = new Drafts(boardOf(box('a', 0), box('b', 300), arrow))
    drafts.set('local', { shapes: [box('a', 50)] })
    expect(drafts.set('local', undefined).sort()).toEqual(['a', 'z'])
    expect(drafts.isHidden('a')).toBe(false)
    expect(drafts.dropShown(() => false)).toBe(false)
    expect(drafts.shapes().map(shape => shape.id)).toEqual(['a'])
    expect(drafts.dropShown(() => true)).toBe(true)
    expect(drafts.shapes()).toEqual([])
  })

  it('go at once when the board never had the shape: the gesture was cancelled', () => {
    const drafts = new Drafts(boardOf())
    drafts.set('local', { shapes: [box('new', 50)] })
    drafts.set('local', undefined)
    drafts.dropShown(() => false)
    expect(drafts.shapes()).toEqual([])
  })

  it('of several people are kept apart', () => {
    const drafts = new Drafts(boardOf(box('a', 0), box('b', 300)))
    drafts.set('local', { shapes: [box('a', 50)] })
    drafts.set('7', { shapes: [box('b', 350)] })
    expect(drafts.set('7', undefined)).toEqual(['b'])
    expect(drafts.isHidden('a')).toBe(true)
  })

  describe('of many shapes that move as one', () => {
    const many = Array.from({ length: MIN_MOVED_AS_ONE }, (_, i) => box(`m${i}`, i * 200))
    const bound = (id: string, from: string, to: string): LineShape => ({
      ...arrow,
      id,
      order: id,
      from: { ...arrow.from, shape: from },
      to: { ...arrow.to, shape: to },
    })
    const within = bound('y', 'm0', 'm1')
    const outwards = bound('z', 'm0', 'a')

    it('are not painted one by one; only lines to what stays are', () => {
      const drafts = new Drafts(boardOf(...many, within, box('a', 9000), outwards))
      const hidden = drafts.set('local', { shapes: [], moved: { shapes: many, by: [5, 0] } })
      expect(hidden.sort()).toEqual([...many.map(({ id }) => id), 'y', 'z'].sort())
      expect(drafts.shapes().map(({ id }) => id)).toEqual(['z'])
      const [move] = drafts.moves()
      expect(move?.by).toEqual([5, 0])
      expect(move?.shapes).toHaveLength(MIN_MOVED_AS_ONE + 1)
      expect(drafts.lookup('m1')).toMatchObject({ xy: [205, 0] })
    })

    it('stay one move, of the same shapes, until the board shows them', () => {
      const drafts = new Drafts(boardOf(...many))
      drafts.set('7', { shapes: [], moved: { shapes: many, by: [5, 0] } })
      const [before] = drafts.moves()
      expect(drafts.set('7', { shapes: [], moved: { shapes: [...many], by: [9, 0] } })).toEqual([])
      const [after] = drafts.moves()
      expect(after).toEqual({ ...before, by: [9, 0] })
      expect(after?.shapes).toBe(before?.shapes)
      drafts.set('7', undefined)
      expect([...drafts.moves()]).toHaveLength(1)
      drafts.dropShown(() => true)
      expect([...drafts.moves()]).toHaveLength(0)
    })

    it('are painted one by one in the paint order when they are few', () => {
      const few = many.slice(1)
      const drafts = new Drafts(boardOf(...few))
      drafts.set('local', { shapes: [], moved: { shapes: few, by: [5, 0] } })
      expect([...drafts.moves()]).toEqual([])
      expect(drafts.shapes()).toHaveLength(few.length)
      expect(drafts.lookup('m1')).toMatchObject({ xy: [205, 0] })
    })
  })
})
