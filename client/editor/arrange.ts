/** What can be done with selected shapes at once: remove, duplicate, move, turn, grow, reorder, restyle. One step each; of thousands of
 * shapes, a little in each frame. */
import { orderBetween, ordersBetween } from '#shared/board/order.ts'
import { compareOrder, isLine, type Point, type Shape, type ShapeStyle } from '#shared/board/shape.ts'
import { centreOf } from '#shared/geometry/box.ts'
import { frameOf } from '#shared/geometry/frame.ts'
import { translate } from '#shared/geometry/shape-geometry.ts'
import { add } from '#shared/geometry/vec.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board, BoardEdit, EachOptions, ShapePatch } from '../board/board.ts'
import { changesOf } from '../tools/select/drag.ts'
import { turned } from '../tools/select/rotate.ts'
import { copiesEach, moved } from '../tools/select/translate.ts'
import type { ToolContext } from '../tools/tool.ts'
import { applicable } from './applicable.ts'
import { Repeated } from './repeated.ts'
import type { Selection } from './selection.ts'

const DUPLICATE_OFFSET: Point = [20, 20]
const GROWTH = 1.1

export class Arrange {
  readonly #board: Board
  readonly #selection: Selection
  readonly #measureText: ToolContext['measureText']
  readonly #nudging = new Repeated<Point>((by, shown) => this.#nudge(by, shown), add)
  readonly #styling = new Repeated<Partial<ShapeStyle>>(
    (patch, shown) => this.#setStyle(patch, shown),
    (before, after) => ({ ...before, ...after }),
  )

  constructor(board: Board, selection: Selection, measureText: ToolContext['measureText']) {
    this.#board = board
    this.#selection = selection
    this.#measureText = measureText
  }

  /** In paint order, without those that may not be changed. */
  get shapes(): Shape[] {
    return this.#selection.changeable.sort(compareOrder)
  }

  remove(): void {
    this.#each('delete', (shape, edit) => edit.remove(shape.id))
  }

  duplicate(): void {
    const { shapes } = this
    const selected = this.#selection.ids
    const copies = copiesEach(shapes, this.#board.frontOrder(), this.#lookup)
    const made: ShapeId[] = []
    this.#board.transactEach(
      'duplicate',
      function* (edit) {
        for (const shape of copies) {
          made.push(shape.id)
          yield edit.add({ ...shape, ...translate(shape, DUPLICATE_OFFSET) } as Shape)
        }
      },
      {
        shown: () => {
          // Somebody who has selected something else meanwhile goes on with that.
          if (made.length > 0 && this.#selection.ids === selected) this.#selection.set(made)
        },
      },
    )
  }

  /** Again before the last time is in the document, it is part of that step. */
  nudge(by: Point): void {
    if (!this.#nudging.isUnderWay) this.#board.work.show()
    this.#nudging.do(by)
  }

  rotate(by: number): void {
    const frame = frameOf(this.shapes, this.#lookup)
    if (!frame) return
    const pivot = centreOf(frame.box)
    this.#each('rotate', (shape, edit) => edit.update(shape.id, changesOf(shape, turned(shape, pivot, by))))
  }

  grow(direction: 1 | -1): void {
    const frame = frameOf(this.shapes, this.#lookup)
    if (!frame) return
    const [cx, cy] = centreOf(frame.box)
    const factor = GROWTH ** direction
    const map = ([x, y]: Point): Point => [cx + (x - cx) * factor, cy + (y - cy) * factor]
    this.#each('resize', (shape, edit) => {
      if (isLine(shape)) {
        const { from, to, via } = shape
        edit.update(shape.id, {
          from: { ...from, xy: map(from.xy) },
          to: { ...to, xy: map(to.xy) },
          via: via.map(map),
        })
        return
      }
      const wh: Point = [shape.wh[0] * factor, shape.wh[1] * factor]
      const fontSize = shape.type === 'text' ? { fontSize: shape.fontSize * factor } : {}
      edit.update(shape.id, { xy: map(shape.xy), wh, ...fontSize })
    })
  }

  setStyle(patch: Partial<ShapeStyle>): void {
    this.#styling.do(patch)
  }

  toEnd(end: 'front' | 'back'): void {
    const { shapes } = this
    const orders =
      end === 'front'
        ? ordersBetween(this.#board.frontOrder(), null, shapes.length)
        : ordersBetween(null, this.#board.backOrder(), shapes.length)
    this.#reorder(shapes, orders)
  }

  /** Past the next shape that overlaps the selection, so that a press always changes the picture. */
  step(direction: 1 | -1): void {
    const { shapes } = this
    const selected = new Set(shapes.map(shape => shape.id))
    const overlapping = new Set(
      shapes.flatMap(shape => {
        const box = this.#board.boundsOf(shape.id)
        return box ? this.#board.query(box) : []
      }),
    )
    const [first, last] = [shapes[0], shapes.at(-1)]
    if (!first || !last) return
    const others = [...overlapping].filter(shape => !selected.has(shape.id)).sort(compareOrder)
    const passed =
      direction > 0
        ? others.find(shape => compareOrder(shape, last) > 0)
        : others.findLast(shape => compareOrder(shape, first) < 0)
    if (!passed) return
    const extent = this.#board.extent()
    const all = extent ? this.#board.query(extent).filter(shape => !selected.has(shape.id)) : []
    const at = all.findIndex(shape => shape.id === passed.id)
    const [below, above] = direction > 0 ? [passed, all[at + 1]] : [all[at - 1], passed]
    this.#reorder(shapes, ordersBetween(below?.order ?? null, above?.order ?? null, shapes.length))
  }

  readonly #lookup = (id: ShapeId): Shape | undefined => this.#board.get(id)

  #nudge(by: Point, shown: () => void): void {
    const goes = (id: ShapeId): boolean => {
      const shape = this.#selection.has(id) ? this.#board.get(id) : undefined
      return shape !== undefined && this.#board.mayChange(shape)
    }
    this.#each(
      'move',
      (shape, edit) => {
        const patch = isLine(shape)
          ? changesOf(shape, moved(shape, by, goes, this.#lookup))
          : translate(shape, by)
        edit.update(shape.id, patch)
      },
      { shown, goesOn: true },
    )
  }

  #setStyle(patch: Partial<ShapeStyle>, shown: () => void): void {
    this.#each('style', (shape, edit) => edit.update(shape.id, this.#styled(shape, patch)), {
      shown,
      goesOn: true,
    })
  }

  #styled(shape: Shape, patch: Partial<ShapeStyle>): ShapePatch {
    const own = applicable(shape, patch)
    if (shape.type !== 'text' || (own.font === undefined && own.fontSize === undefined)) return own
    // Another font, or another size of it, takes other room.
    const wh = this.#measureText(shape.text, { ...shape, ...own }, shape.wrap ? shape.wh[0] : undefined)
    return { ...own, wh }
  }

  /** @param orders  one for each */
  #reorder(shapes: readonly Shape[], orders: readonly string[]): void {
    const board = this.#board
    board.transactEach('reorder', function* (edit) {
      for (const [i, { id }] of shapes.entries())
        yield edit.update(id, { order: orders[i] ?? orderBetween(board.frontOrder(), null) })
    })
  }

  /** Without those that may not be changed, in the order in which they are selected. */
  #each(label: string, change: (shape: Shape, edit: BoardEdit) => void, options: EachOptions = {}): void {
    const { ids } = this.#selection
    const board = this.#board
    board.transactEach(
      label,
      function* (edit) {
        for (const id of ids) {
          const shape = board.get(id)
          if (shape && board.mayChange(shape)) change(shape, edit)
          yield
        }
      },
      options,
    )
  }
}
