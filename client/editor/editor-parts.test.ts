import { describe, expect, it } from 'vitest'
import { Doc } from 'yjs'
import { DEFAULT_STYLE, type InkPoint, isStroke, type LineShape, type Shape } from '#shared/board/shape.ts'
import { createBoardId } from '#shared/ids.ts'
import { decodeLivePayload, encodeGesture, encodeInkChunk } from '#shared/live.ts'
import { YjsBoard } from '../board/yjs-board.ts'
import type { Draft } from '../render/scene.ts'
import { LineTool } from '../tools/line-tool.ts'
import { PenTool } from '../tools/pen-tool.ts'
import { at, box, createTestContext, drag } from '../tools/test-context.ts'
import { ACTIONS } from './action-table.ts'
import { Arrange } from './arrange.ts'
import { cameraFor, formatViewHash, parseViewHash, toBoard, toScreen, zoomAt, zoomStop } from './camera.ts'
import { formatShapes, plainText } from './clipboard-format.ts'
import { parseShapes, sourceOf } from './clipboard-reading.ts'
import { spellings } from './keyboard.ts'
import { LiveOut } from './live-out.ts'
import { Others } from './others.ts'
import { inReadingOrder, labelOf, outlineOf } from './outline.ts'
import { describeChange } from './people.ts'
import { parseProfile } from './profile.ts'
import { Selection } from './selection.ts'
import { StyleState } from './style-state.ts'

describe('camera', () => {
  const camera = { x: 100, y: -50, zoom: 2 }
  it('maps there and back', () => {
    expect(toBoard(camera, toScreen(camera, [7, 8]))).toEqual([7, 8])
  })
  it('zooms about the point under the pointer', () => {
    const zoomed = zoomAt(camera, [300, 200], 5)
    expect(toBoard(zoomed, [300, 200])).toEqual(toBoard(camera, [300, 200]))
  })
  it('keeps within its zooms', () => {
    expect(zoomAt(camera, [0, 0], 1e9).zoom).toBe(30)
    expect(zoomAt(camera, [0, 0], 0).zoom).toBe(0.05)
  })
  it('steps along the scale', () => {
    expect([zoomStop(1, 1), zoomStop(1.2, -1), zoomStop(0.05, -1), zoomStop(30, 1)]).toEqual([
      1.5, 1, 0.05, 30,
    ])
  })
  it('shows a whole box in the middle', () => {
    const shown = cameraFor({ x: 0, y: 0, w: 4000, h: 1000 }, [1280, 800], 1)
    expect(toScreen(shown, [2000, 500])).toEqual([640, 400])
    expect(toScreen(shown, [0, 0])[0]).toBeGreaterThan(0)
  })
  it.each([
    ['#view=10,-20.5,0.5', { x: 10, y: -20.5, zoom: 0.5 }],
    ['#view=0,0,900', { x: 0, y: 0, zoom: 30 }],
    ['#view=0,0,0', undefined],
    ['#view=1,2', undefined],
    ['#view=..,1,1', undefined],
    ['#other', undefined],
    ['', undefined],
  ])('reads %j', (hash, expected) => {
    expect(parseViewHash(hash)).toEqual(expected)
  })
  it('writes what it reads', () => {
    expect(parseViewHash(formatViewHash(camera))).toEqual(camera)
  })
})

describe('keys', () => {
  const press = (key: string, code: string, modifiers = {}) => ({
    key,
    code,
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    ...modifiers,
  })
  const known = new Set(ACTIONS.flatMap(action => action.keys))
  const found = (event: ReturnType<typeof press>, mac = false) =>
    spellings(event, mac).find(name => known.has(name))

  it.each([
    ['Ctrl+Z', press('z', 'KeyZ', { ctrlKey: true }), 'Mod+z'],
    ['Ctrl+Shift+Z', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+z'],
    ['Shift+1 on a German layout', press('!', 'Digit1', { shiftKey: true }), 'Shift+1'],
    ['Shift+1 on a French layout', press('1', 'Digit1', { shiftKey: true }), 'Shift+1'],
    ['? with Shift', press('?', 'Slash', { shiftKey: true }), '?'],
    ['+ with Shift', press('+', 'Equal', { shiftKey: true }), '+'],
    ['Ctrl+Z typed in Cyrillic', press('я', 'KeyZ', { ctrlKey: true }), 'Mod+z'],
    ['Alt+Shift+D on a Mac', press('Î', 'KeyD', { altKey: true, shiftKey: true }), 'Alt+Shift+d'],
    ['Ctrl+Shift+]', press('}', 'BracketRight', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+]'],
  ])('%s', (_what, event, expected) => {
    expect(found(event)).toBe(expected)
  })
  it('takes Cmd for Ctrl on a Mac, and leaves Ctrl alone there', () => {
    expect(found(press('z', 'KeyZ', { metaKey: true }), true)).toBe('Mod+z')
    expect(found(press('z', 'KeyZ', { ctrlKey: true }), true)).toBeUndefined()
  })
})

describe('clipboard text', () => {
  it('carries shapes with their ink and words', () => {
    const { ctx, shapes } = createTestContext()
    drag(new PenTool(ctx), at(0, 0), at(40, 40))
    const [stroke] = shapes()
    const all = [stroke as Shape, box('9', 0, 0, 10, 10, { text: 'words' } as never)]
    const back = parseShapes(formatShapes(all, createBoardId()))
    expect(back).toHaveLength(2)
    const points = back?.find(isStroke)?.points
    expect(points).toEqual(stroke?.type === 'stroke' ? stroke.points : 'no stroke')
    expect(plainText(back ?? [])).toBe('words')
  })
  it('reads excalidraw’s', () => {
    const elements = [{ id: 'a', type: 'rectangle', x: 1, y: 2, width: 3, height: 4 }]
    expect(parseShapes(JSON.stringify({ type: 'excalidraw/clipboard', elements }))).toHaveLength(1)
  })
  it('has the pictures that come with excalidraw’s, each once', async () => {
    const image = { type: 'image', x: 0, y: 0, width: 30, height: 20, fileId: 'f' }
    const files = { f: { dataURL: `data:image/png;base64,${btoa('abc')}` } }
    const text = JSON.stringify({ type: 'excalidraw/clipboard', elements: [image, image], files })
    const pictures = new Map<string, Blob>()
    const shapes = parseShapes(text, pictures)
    const asset = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'
    expect(shapes).toMatchObject([
      { type: 'image', asset },
      { type: 'image', asset },
    ])
    expect([...pictures.keys()]).toEqual([asset])
    expect(await pictures.get(asset)?.text()).toBe('abc')
  })
  it('says which board it is from, for its pictures', () => {
    const boardId = createBoardId()
    expect(sourceOf(formatShapes([box('9', 0, 0, 10, 10)], boardId))).toBe(boardId)
    expect(sourceOf('{"type":"drawbridge/shapes","version":1,"board":"../x","shapes":[]}')).toBeUndefined()
    expect(sourceOf('words')).toBeUndefined()
  })
  it.each(['words', '{"type":"other"}', '{broken', '{}', 'null', '{"type":"drawbridge/shapes","shapes":7}'])(
    'takes %j for words',
    text => {
      expect(parseShapes(text)).toBeUndefined()
    },
  )
  it('skips what is no shape', () => {
    expect(
      parseShapes(
        '{"type":"drawbridge/shapes","shapes":[null,{"id":"x"},{"id":"y","fields":{"type":"text"}}]}',
      ),
    ).toEqual([])
  })
})

describe('live: one person’s gesture in another’s picture', () => {
  function pair() {
    const from = createTestContext()
    const to = new YjsBoard(new Doc())
    for (const board of [from.board, to]) {
      board.transact('draw', edit => {
        edit.add(box('0', 0, 0))
        edit.add(box('1', 200, 0))
      })
    }
    const drafts = new Map<string, Draft | undefined>()
    const others = new Others({
      board: to,
      theme: () => 'light',
      setDraft: (owner, draft) => drafts.set(owner, draft),
      setCursors: () => {},
    })
    const receive = (payload: Uint8Array) => others.receive([{ clientId: 7, payload }], 1)
    const live = new LiveOut(
      from.board,
      () => 1,
      receive,
      () => 2,
    )
    return { from, to, live, others, receive, draft: () => drafts.get('7') }
  }

  it('[L2] shapes moved as one', () => {
    const { from, live, draft } = pair()
    live.move([from.board.get('0') as Shape], [30, 40])
    expect(draft()?.moved).toMatchObject({ by: [30, 40], shapes: [{ id: '0', xy: [0, 0], fill: 'blue' }] })
    live.end()
    expect(draft()).toBeUndefined()
    live.close()
  })

  it('[L2] a shape being drawn, which is not on the board yet, and one being sized', () => {
    const { from, live, draft } = pair()
    live.shapes([box('new', 5, 5), { ...from.board.get('1'), wh: [10, 10] } as Shape])
    expect(draft()?.shapes).toMatchObject([
      { id: '1', wh: [10, 10], xy: [200, 0] },
      { id: 'new', type: 'rectangle', xy: [5, 5] },
    ])
    live.close()
  })

  it('[L3] ink grows, a missed chunk is not joined, the whole stroke mends it, its shape replaces it', () => {
    const { to, receive, draft } = pair()
    const chunk = (start: number, ...xs: number[]) =>
      encodeInkChunk(
        {
          id: 's',
          start,
          style: { size: 4, stroke: 'red' },
          points: xs.map(x => [x, 0, 0.5]),
          hasPressure: false,
        },
        2,
      )
    receive(chunk(0, 0, 10))
    receive(chunk(2, 20))
    expect(draft()?.ink).toMatchObject({ id: 's', style: { size: 4, stroke: 'red' } })
    expect(draft()?.ink?.points.map(([x]) => x)).toEqual([0, 10, 20])
    receive(chunk(9, 90))
    expect(draft()?.ink?.points).toHaveLength(3)
    receive(chunk(0, 0, 10, 20, 30))
    expect(draft()?.ink?.points).toHaveLength(4)
    to.transact('draw', edit => edit.add(box('s', 0, 0)))
    expect(draft()).toBeUndefined()
  })

  it('ink goes out with the cursor that was told first', () => {
    const { live, draft } = pair()
    live.cursor([10, 0])
    const points: InkPoint[] = [
      [0, 0, 0.5],
      [10, 0, 0.5],
    ]
    live.ink({ id: 's', style: DEFAULT_STYLE, points, hasPressure: false, isWhole: false })
    expect(draft()?.ink?.points).toHaveLength(2)
    live.close()
  })

  it('goes when its participant leaves', () => {
    const { live, others, draft } = pair()
    live.shapes([box('new', 5, 5)])
    expect(draft()).toBeDefined()
    others.setParticipants([])
    expect(draft()).toBeUndefined()
    live.close()
  })

  it('[L1] ignores what it cannot read', () => {
    const { receive, draft } = pair()
    for (const bytes of [[], [1], [1, 200], [2, 1], [99, 1, 2], [1, 4, 110, 117, 108, 108]])
      receive(Uint8Array.from(bytes))
    receive(encodeGesture({ move: { by: [Number.NaN, 0], ids: ['0'] } }))
    receive(encodeGesture({ shapes: { x: { type: 'rectangle', order: 7 } } }))
    expect(draft()).toBeUndefined()
    expect(decodeLivePayload(Uint8Array.of(99))).toBeUndefined()
  })
})

describe('Arrange', () => {
  function withStack() {
    const { board, shapes, ctx } = createTestContext()
    board.transact('draw', edit => {
      for (const id of ['0', '1', '2', '3']) edit.add(box(id, 0, 0))
      edit.add(box('4', 900, 900))
    })
    const selection = new Selection(board)
    const arrange = new Arrange(board, selection, ctx.measureText)
    const order = () =>
      shapes()
        .map(shape => shape.id)
        .join('')
    return { board, selection, arrange, order, shapes }
  }

  it('changes the paint order, one step at a time past what overlaps', () => {
    const { selection, arrange, order } = withStack()
    selection.set(['0'])
    arrange.step(1)
    expect(order()).toBe('10234')
    arrange.step(-1)
    expect(order()).toBe('01234')
    arrange.toEnd('front')
    expect(order()).toBe('12340')
    arrange.toEnd('back')
    expect(order()).toBe('01234')
    selection.set(['0', '2'])
    arrange.toEnd('front')
    expect(order()).toBe('13402')
  })

  it('duplicates beside the original, and selects the copies', () => {
    const { board, selection, arrange, shapes } = withStack()
    selection.set(['4'])
    arrange.duplicate()
    expect(shapes()).toHaveLength(6)
    expect(board.get(selection.ids[0] ?? '')).toMatchObject({ xy: [920, 920] })
  })

  it('styles what the style means something to', () => {
    const { board, selection, arrange } = withStack()
    board.transact('draw', edit =>
      edit.add(box('5', 0, 0, 50, 50, { type: 'note', fill: 'yellow' } as never)),
    )
    selection.set(['0', '5'])
    arrange.setStyle({ fill: 'red', size: 7 })
    expect(board.get('0')).toMatchObject({ fill: 'red', size: 7 })
    expect(board.get('5')).toMatchObject({ fill: 'yellow', size: 2 })
  })

  it('gives a text the room its new size takes', () => {
    const { board, selection, arrange } = withStack()
    board.transact('draw', edit => edit.add(box('5', 0, 0, 40, 25, { type: 'text', text: 'four' } as never)))
    selection.set(['5'])
    arrange.setStyle({ fontSize: 40 })
    expect(board.get('5')).toMatchObject({ fontSize: 40, wh: [80, 50] })
  })

  it('copies an arrow as it stands, hanging only on what is copied with it', () => {
    const { ctx, board, shapes } = createTestContext()
    board.transact('draw', edit => {
      edit.add(box('0', 0, 0))
      edit.add(box('1', 300, 0))
    })
    drag(new LineTool(ctx, 'arrow'), at(50, 30), at(200, 30), at(350, 30))
    const arrow = shapes()[2] as LineShape
    board.transact('move', edit => edit.update('1', { xy: [600, 0] }))
    const selection = new Selection(board)
    const arrange = new Arrange(board, selection, ctx.measureText)
    selection.set(['0', arrow.id])
    arrange.duplicate()
    const copy = selection.ids.map(id => board.get(id)).find(shape => shape?.type === 'arrow')
    expect(copy).toMatchObject({ from: { shape: selection.ids[0] }, to: { xy: [614, 50] } })
    expect(copy).not.toHaveProperty('to.shape')
  })

  it('undo of a move selects what was moved, not the arrows that follow it, and nothing for a pen', () => {
    const { ctx, board, shapes } = createTestContext()
    board.transact('draw', edit => edit.add(box('0', 0, 0)))
    drag(new LineTool(ctx, 'arrow'), at(50, 30), at(200, 30))
    expect(shapes()).toHaveLength(2)
    let shows = true
    const selection = new Selection(board, () => shows)
    for (const expected of [['0'], []]) {
      board.transact('move', edit => edit.update('0', { xy: [600, 0] }))
      selection.set([])
      board.history.undo()
      expect(selection.ids).toEqual(expected)
      shows = false
    }
  })

  it('selection forgets shapes that go, and shows what undo brings back', () => {
    const { board, selection, arrange } = withStack()
    selection.set(['0', '1', 'never'])
    expect(selection.ids).toEqual(['0', '1'])
    arrange.remove()
    expect(selection.ids).toEqual([])
    board.history.undo()
    expect([...selection.ids].sort()).toEqual(['0', '1'])
  })
})

describe('style panel', () => {
  it('shows what applies, and nothing common as mixed', () => {
    const styles = new StyleState()
    expect(styles.view('select', [])).toEqual({ isNote: false })
    expect(styles.view('pen', [])).toEqual({ isNote: false, stroke: 'ink', size: 4, opacity: 1 })
    const view = styles.view('select', [box('0', 0, 0), box('1', 0, 0, 1, 1, { fill: 'red' })])
    expect(view).toMatchObject({ stroke: 'ink', fill: undefined })
    expect('fill' in view).toBe(true)
  })
  it('remembers a colour for pen and shapes, a fill only where it belongs', () => {
    const styles = new StyleState()
    styles.choose({ stroke: 'red' }, ['stroke'])
    styles.choose({ fill: 'pink' }, ['note'])
    styles.choose({ opacity: 0.4 }, ['image'])
    expect(styles.styleFor('rectangle')).toMatchObject({ stroke: 'red', fill: 'none', opacity: 1 })
    expect(styles.styleFor('note')).toMatchObject({ fill: 'pink' })
  })
})

describe('outline and people', () => {
  it('names shapes by their words, arrows by their ends, in reading order', () => {
    const { board } = createTestContext()
    board.transact('draw', edit => {
      edit.add(box('2', 300, 5, 100, 60, { text: 'room\n one' } as never))
      edit.add(box('1', 0, 0))
      edit.add({
        ...box('3', 0, 0),
        type: 'arrow',
        from: { xy: [0, 300], shape: '1', anchor: [0.5, 0.5] },
        to: { xy: [0, 0], shape: '2', anchor: [0.5, 0.5] },
        via: [],
      } as never)
    })
    const outline = outlineOf(board, { x: -100, y: -100, w: 1000, h: 1000 }, ['1'])
    expect(outline.map(item => item.label)).toEqual([
      'Rectangle',
      'Arrow from rectangle to room one',
      'Rectangle: room one',
    ])
    expect(outline[0]?.isSelected).toBe(true)
    expect(labelOf(box('9', 0, 0, 1, 1, { text: 'x'.repeat(200) } as never), board).length).toBeLessThan(100)
  })

  it('lists of many what comes first in reading order', () => {
    const { board } = createTestContext()
    const count = 1000
    board.transact('draw', edit => {
      for (let i = 0; i < count; i++)
        edit.add(box(String(i), (i * 7919) % 5000, (i * 104_729) % 3000, 10, 10))
    })
    const viewport = { x: 0, y: 0, w: 5000, h: 3000 }
    const all = inReadingOrder(board, board.query(viewport), viewport.h * 0.05).map(({ id }) => id)
    expect(all).toHaveLength(count)
    expect(outlineOf(board, viewport, []).map(({ id }) => id)).toEqual(all.slice(0, 100))
  })

  it('says who came and went', () => {
    const person = (clientId: number, name: string) => ({
      clientId,
      name,
      color: 'red',
      selection: [],
      cursor: undefined,
      state: 'here' as const,
    })
    expect(describeChange([], [person(1, 'Ada')])).toBe('Ada joined')
    expect(describeChange([person(1, 'Ada')], [person(2, 'Bo'), person(3, 'Cy')])).toBe(
      'Bo and Cy joined, Ada left',
    )
    expect(describeChange([person(1, 'Ada')], [person(1, 'Ada B')])).toBe('')
  })

  it.each(['', '{', '7', '{"name":"  ","color":"red"}', '{"name":"Ada","color":"url(x)"}'])(
    'takes %j for no profile',
    text => {
      expect(parseProfile(text)).toBeUndefined()
    },
  )
})
