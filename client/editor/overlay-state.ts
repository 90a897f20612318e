/** What lies over the board: the selection's frame, the box being dragged, the eraser's trail, others' selections. Collects it from
 * its sources and hands the renderer one value a change. */
import { inkColor, type Theme } from '#shared/board/palette.ts'
import { isLine, type Point, type Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { frameOf, type Handle } from '#shared/geometry/frame.ts'
import { linePath } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../board/board.ts'
import type { Emphasis, Overlay } from '../render/scene.ts'
import type { Participant } from '../sync/presence.ts'

export interface OverlaySources {
  readonly board: BoardReader
  readonly selected: () => readonly ShapeId[]
  readonly theme: () => Theme
  readonly show: (overlay: Overlay) => void
  readonly emphasize: (emphasis: Emphasis) => void
}

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
  #participants: readonly Participant[] = []

  constructor(sources: OverlaySources) {
    this.#sources = sources
  }

  set brush(brush: Box | undefined) {
    this.#brush = brush
    this.update()
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
  set draft(shapes: readonly Shape[]) {
    this.#draft = new Map(shapes.map(shape => [shape.id, shape]))
    this.update()
  }
  set participants(participants: readonly Participant[]) {
    this.#participants = participants
    this.update()
  }

  update(): void {
    const { board, theme, show } = this.#sources
    const lookup = (id: ShapeId) => this.#draft.get(id) ?? board.get(id)
    const ids = this.#sources.selected().filter(id => id !== this.#editing)
    const shapes = ids.map(lookup).filter(shape => shape !== undefined)
    const [only] = shapes
    const line = shapes.length === 1 && only && isLine(only) ? only : undefined
    const path = line ? linePath(line, lookup) : []
    const frame = line || this.#brush ? undefined : frameOf(shapes, lookup)
    const isLocked = shapes.some(shape => shape.locked)
    show({
      ...(frame && { frame: { ...frame, handles: isLocked ? [] : CORNERS } }),
      selected: shapes.length > 1 || line || this.#brush ? ids : [],
      ends: [path[0], path.at(-1)].filter(point => point !== undefined),
      trail: this.#trail,
      others: this.#participants
        .filter(({ selection }) => selection.length > 0)
        .map(({ color, selection }) => ({ color: inkColor(color, theme()), ids: selection })),
      ...(this.#brush && { brush: this.#brush }),
      ...(this.#target !== undefined && { target: this.#target }),
    })
  }

  #emphasize(): void {
    this.#sources.emphasize({
      faded: this.#faded,
      ...(this.#editing !== undefined && { textHidden: this.#editing }),
    })
  }
}
