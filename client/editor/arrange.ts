/** What can be done with selected shapes at once: remove, duplicate, move, turn, grow, reorder, restyle. One step each. */
import { orderBetween, ordersBetween } from '#shared/board/order.ts'
import { compareOrder, isLine, type Point, type Shape, type ShapeStyle } from '#shared/board/shape.ts'
import { centreOf } from '#shared/geometry/box.ts'
import { frameOf } from '#shared/geometry/frame.ts'
import { translate } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import { changesOf } from '../tools/select/drag.ts'
import { turned } from '../tools/select/rotate.ts'
import { copiesOf, moved } from '../tools/select/translate.ts'
import type { ToolContext } from '../tools/tool.ts'
import type { Selection } from './selection.ts'
import { applicable } from './style-state.ts'

const DUPLICATE_OFFSET: Point = [20, 20]
const GROWTH = 1.1

export class Arrange {
  readonly #board: Board
  readonly #selection: Selection
  readonly #measureText: ToolContext['measureText']
  constructor(board: Board, selection: Selection, measureText: ToolContext['measureText']) {
    this.#board = board
    this.#selection = selection
    this.#measureText = measureText
  }

  /** In paint order, without those that may not be changed. */
  get shapes(): Shape[] {
    return this.unsorted.sort(compareOrder)
  }

  /** The same in no order: of ten thousand, sorting takes longer than most of what is done with them. */
  get unsorted(): Shape[] {
    return this.#selection.ids.flatMap(id => {
      const shape = this.#board.get(id)
      return shape && this.#board.mayChange(shape) ? [shape] : []
    })
  }

  remove(): void {
    this.#each('delete', (shape, edit) => edit.remove(shape.id))
  }

  duplicate(): void {
    const copies = copiesOf(this.shapes, this.#board.frontOrder(), this.#lookup)
    if (copies.length === 0) return
    this.#board.transact('duplicate', edit => {
      for (const shape of copies) edit.add({ ...shape, ...translate(shape, DUPLICATE_OFFSET) } as Shape)
    })
    this.#selection.set(copies.map(shape => shape.id))
  }

  nudge(by: Point): void {
    const ids = new Set(this.shapes.map(shape => shape.id))
    this.#each('move', (shape, edit) =>
      edit.update(shape.id, changesOf(shape, moved(shape, by, ids, this.#lookup))),
    )
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
    this.#each('style', (shape, edit) => {
      const own = applicable(shape, patch)
      edit.update(shape.id, own)
      if (shape.type !== 'text' || (own.font === undefined && own.fontSize === undefined)) return
      // Another font, or another size of it, takes other room.
      const wh = this.#measureText(shape.text, { ...shape, ...own }, shape.wrap ? shape.wh[0] : undefined)
      edit.update(shape.id, { wh })
    })
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

  #reorder(shapes: readonly Shape[], orders: readonly string[]): void {
    if (shapes.length === 0) return
    this.#board.transact('reorder', edit => {
      shapes.forEach((shape, i) => {
        edit.update(shape.id, { order: orders[i] ?? orderBetween(this.#board.frontOrder(), null) })
      })
    })
  }

  #each(
    label: string,
    change: (shape: Shape, edit: Parameters<Parameters<Board['transact']>[1]>[0]) => void,
  ): void {
    const { shapes } = this
    if (shapes.length === 0) return
    this.#board.transact(label, edit => {
      for (const shape of shapes) change(shape, edit)
    })
  }
}
