/** What lies over the board: the selection's frame, the box being dragged, the eraser's trail, others' selections. Collects it from
 * its sources and hands the renderer one value a change. */
import { inkColor, type Theme } from '#shared/board/palette.ts'
import { isLine, type LineShape, type Point, type Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { type Frame, frameOf, type Handle } from '#shared/geometry/frame.ts'
import { linePath, translate } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import { type Draft, EMPTY_OVERLAY, type Emphasis, type Overlay } from '../render/scene.ts'
import type { Participant } from '../sync/presence.ts'
import type { InTurn } from './in-turn.ts'

export interface OverlaySources {
  readonly board: Board
  readonly selected: () => readonly ShapeId[]
  readonly theme: () => Theme
  readonly show: (overlay: Overlay) => void
  readonly emphasize: (emphasis: Emphasis) => void
  /** For what is asked of thousands. */
  readonly inTurn: InTurn
}

/** More that are selected are asked for their frame in a frame of its own. */
const MANY = 500

const CORNERS: readonly Handle[] = ['nw', 'ne', 'se', 'sw', 'rotate']
const NONE: ReadonlySet<ShapeId> = new Set()

export class OverlayState {
  readonly #sources: OverlaySources
  #brush: Box | undefined
  #trail: readonly Point[] = []
  #target: ShapeId | undefined
  #faded: ReadonlySet<ShapeId> = NONE
  #editing: ShapeId | undefined
  #draft: ReadonlyMap<ShapeId, Shape> = new Map()
  /** What moves as one, with the frame around it where it was. */
  #moved: { readonly shapes: readonly Shape[]; readonly by: Point; readonly frame: Frame } | undefined
  #participants: readonly Participant[] = []
  #shown: Overlay = EMPTY_OVERLAY

  constructor(sources: OverlaySources) {
    this.#sources = sources
  }

  set brush(brush: Box | undefined) {
    const isGrowing = brush !== undefined && this.#brush !== undefined
    this.#brush = brush
    // What it selects is told by the selection.
    if (isGrowing) this.#show({ ...this.#shown, brush })
    else this.update()
  }
  set trail(trail: readonly Point[]) {
    this.#trail = trail
    this.update()
  }
  set target(target: ShapeId | undefined) {
    if (target === this.#target) return
    this.#target = target
    this.update()
  }
  set faded(faded: ReadonlySet<ShapeId>) {
    this.#faded = faded
    this.#emphasize()
  }
  /** The shape whose text is being edited: its frame and its painted text go meanwhile. */
  set editing(editing: ShapeId | undefined) {
    this.#editing = editing
    this.#emphasize()
    this.update()
  }
  /** Shapes as the gesture shows them: the frame goes with them. */
  set draft(draft: Draft | undefined) {
    this.#draft = new Map(draft?.shapes.map(shape => [shape.id, shape]))
    const { shapes, by } = draft?.moved ?? {}
    const isSame = shapes !== undefined && shapes === this.#moved?.shapes
    const frame = isSame ? this.#moved?.frame : shapes && frameOf(shapes, id => this.#sources.board.get(id))
    this.#moved = shapes && by && frame && { shapes, by, frame }
    // The same picture elsewhere: nothing of it is reckoned or painted again.
    if (isSame && by && this.#shown.shift) this.#show({ ...this.#shown, shift: by })
    else this.update()
  }
  set participants(participants: readonly Participant[]) {
    this.#participants = participants
    this.update()
  }

  update(): void {
    if (this.#sources.selected().length > MANY) this.#sources.inTurn.ask(this.#update)
    else this.#update()
  }

  readonly #update = (): void => {
    const { board, theme } = this.#sources
    const lookup = (id: ShapeId) => this.#draft.get(id) ?? board.get(id)
    const ids = this.#sources.selected().filter(id => id !== this.#editing)
    const moved = this.#moved
    // While a box is dragged over thousands nothing is asked about each.
    const shapes = this.#brush || moved ? [] : ids.flatMap(id => lookup(id) ?? [])
    const line = ids.length === 1 ? lineOf(lookup(ids[0] ?? ''), moved?.by) : undefined
    const path = line ? linePath(line, lookup) : []
    const frame = line || this.#brush ? undefined : moved ? moved.frame : frameOf(shapes, lookup)
    const isFixed = (line ? [line] : shapes).some(shape => !board.mayChange(shape))
    this.#show({
      ...(moved && !line && { shift: moved.by }),
      ...(frame && { frame: { ...frame, handles: isFixed ? [] : CORNERS } }),
      selected: ids.length > 1 || line || this.#brush ? ids : [],
      ends: isFixed ? [] : [path[0], path.at(-1)].filter(point => point !== undefined),
      trail: this.#trail,
      others: this.#participants
        .filter(({ selection }) => selection.length > 0)
        .map(({ color, selection }) => ({ color: inkColor(color, theme()), ids: selection })),
      ...(this.#brush && { brush: this.#brush }),
      ...(this.#target !== undefined && { target: this.#target }),
    })
  }

  #show(overlay: Overlay): void {
    this.#shown = overlay
    this.#sources.show(overlay)
  }

  #emphasize(): void {
    this.#sources.emphasize({
      faded: this.#faded,
      ...(this.#editing !== undefined && { textHidden: this.#editing }),
    })
  }
}

/** A line as it shows, for its ends. */
function lineOf(shape: Shape | undefined, by: Point = [0, 0]): LineShape | undefined {
  return shape && isLine(shape) ? ({ ...shape, ...translate(shape, by) } as LineShape) : undefined
}
