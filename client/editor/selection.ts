/** Which shapes are selected: a cell that forgets shapes as they go. */
import type { Shape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board, BoardChange } from '../board/board.ts'
import { Cell } from './cell.ts'

const NONE: readonly ShapeId[] = []

export class Selection {
  readonly cell = new Cell<readonly ShapeId[]>(NONE)
  readonly #board: Board
  readonly #shows: () => boolean
  #known: { readonly ids: readonly ShapeId[]; readonly set: ReadonlySet<ShapeId> } = {
    ids: NONE,
    set: new Set(),
  }
  /** What a step back or forth has changed so far that comes in pieces. */
  #coming: ShapeId[] = []
  #isStale = false
  #hasPieces = false

  /** @param shows  whether shapes can be selected now */
  constructor(board: Board, shows: () => boolean = () => true) {
    this.#board = board
    this.#shows = shows
    board.subscribe(change => this.#follow(change))
    board.work.subscribe(() => this.#arrive())
  }

  get ids(): readonly ShapeId[] {
    return this.cell.value
  }

  has(id: ShapeId): boolean {
    if (this.#known.ids !== this.ids) this.#known = { ids: this.ids, set: new Set(this.ids) }
    return this.#known.set.has(id)
  }

  /** The shapes of those that may be changed, in no order: of ten thousand, sorting takes longer than most of what is done with them. */
  get changeable(): Shape[] {
    return this.ids.flatMap(id => {
      const shape = this.#board.get(id)
      return shape && this.#board.mayChange(shape) ? [shape] : []
    })
  }

  /** Ids without a shape are left out. */
  readonly set = (ids: readonly ShapeId[]): void => {
    const known = ids.filter(id => this.#board.get(id) !== undefined)
    const isSame = known.length === this.ids.length && known.every((id, i) => id === this.ids[i])
    if (!isSame) this.cell.set(known.length === 0 ? NONE : known)
  }

  #follow({ removed, added, updated, followed, origin, isPiece }: BoardChange): void {
    const along = new Set(followed)
    // Undo shows what it brought back or changed; not to a pen, which goes on drawing.
    if (origin === 'undo') for (const id of [...added, ...updated]) if (!along.has(id)) this.#coming.push(id)
    this.#isStale ||= removed.length > 0
    this.#hasPieces ||= isPiece
    if (!isPiece) this.#arrive()
  }

  #arrive(): void {
    if (!this.#board.work.isShown && (this.#coming.length > 0 || this.#hasPieces)) return
    this.#hasPieces = false
    const [coming, isStale] = [this.#coming, this.#isStale]
    this.#coming = []
    this.#isStale = false
    if (coming.length > 0 && this.#shows()) this.set(coming)
    else if (isStale && this.ids.length > 0) this.set(this.ids)
  }
}
