/** A tool context without a screen, for tests: a real board, and sinks that keep what they were told. */
import { Doc } from 'yjs'
import { DEFAULT_STYLE, type InkPoint, type Point, type Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { translate } from '#shared/geometry/shape-geometry.ts'
import { YjsBoard } from '../board/yjs-board.ts'
import type { PointerInput, Tool, ToolContext } from './tool.ts'

export function createTestContext() {
  const board = new YjsBoard(new Doc())
  const seen = {
    draft: undefined as readonly Shape[] | undefined,
    ink: undefined as readonly InkPoint[] | undefined,
    brush: undefined as Box | undefined,
    target: undefined as string | undefined,
    faded: new Set<string>() as ReadonlySet<string>,
    trail: [] as readonly Point[],
    done: [] as readonly string[],
    editing: undefined as { id: string; isNew: boolean } | undefined,
    panned: [0, 0] as Point,
    notYoursCount: 0,
    selected: [] as readonly string[],
  }
  const ctx: ToolContext = {
    board,
    draft: {
      show: shapes => {
        seen.draft = shapes
      },
      move: (shapes, by) => {
        seen.draft = shapes.map(shape => ({ ...shape, ...translate(shape, by) }) as Shape)
      },
      ink: ({ points }) => {
        seen.ink = [...points]
      },
      clear: () => {
        seen.draft = undefined
        seen.ink = undefined
      },
    },
    chrome: {
      brush: box => {
        seen.brush = box
      },
      trail: points => {
        seen.trail = points
      },
      target: id => {
        seen.target = id
      },
      faded: ids => {
        seen.faded = ids
      },
      cursor: () => {},
    },
    selection: {
      get ids() {
        return seen.selected
      },
      set: ids => {
        seen.selected = ids
      },
    },
    zoom: () => 1,
    pixel: () => 0.5,
    styleFor: () => DEFAULT_STYLE,
    by: () => 'tester',
    measureText: (text, { fontSize }, width) => [width ?? text.length * fontSize * 0.5, fontSize * 1.25],
    notYours: () => {
      seen.notYoursCount++
    },
    done: made => {
      seen.done = made
    },
    editText: (id, isNew) => {
      seen.editing = { id, isNew }
    },
    panBy: ([dx, dy]) => {
      seen.panned = [seen.panned[0] + dx, seen.panned[1] + dy]
    },
  }
  const everything = { x: -1e5, y: -1e5, w: 2e5, h: 2e5 }
  return { ctx, board, seen, shapes: () => board.query(everything) }
}

type Keys = Partial<Pick<PointerInput, 'shift' | 'alt' | 'mod' | 'pointerType'>>

/** A pointer at board point `x`, `y`, with the camera at the origin and zoom 1. */
export const at = (x: number, y: number, keys: Keys = {}): PointerInput => ({
  point: [x, y],
  screenPx: [x, y],
  samples: [[x, y, 0.5]],
  pointerType: 'mouse',
  shift: false,
  alt: false,
  mod: false,
  ...keys,
})

/** Down on the first point, over the others, up on the last. */
export function drag(tool: Tool, ...inputs: [PointerInput, ...PointerInput[]]): void {
  tool.down(inputs[0])
  for (const input of inputs.slice(1)) tool.move(input)
  tool.up(inputs.at(-1) ?? inputs[0])
}

export const box = (id: string, x: number, y: number, w = 100, h = 60, more: Partial<Shape> = {}): Shape =>
  ({
    ...DEFAULT_STYLE,
    id,
    type: 'rectangle',
    order: `a${id}`,
    locked: false,
    xy: [x, y],
    wh: [w, h],
    angle: 0,
    text: '',
    wrap: false,
    fill: 'blue',
    ...more,
  }) as Shape
