/** Everybody's drafts: shapes that stand in for the board's while a gesture lasts, shapes that move as one, and ink that is being
 * drawn. Lines that hang on a drafted shape follow it. Pure: asks the board, paints nothing. */
import {
  compareOrder,
  isLine,
  type LineEnd,
  type LineShape,
  type Point,
  type Shape,
} from '#shared/board/shape.ts'
import { type Box, unionBoxes } from '#shared/geometry/box.ts'
import { translate } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardChange, BoardReader } from '../board/board.ts'
import { type Draft, type DraftInk, MIN_MOVED_AS_ONE } from './scene.ts'

/** Many shapes that are shown as they are on the board, elsewhere. */
export interface Move {
  /** The same as long as it is the same gesture. */
  readonly key: object
  /** Where they were, in paint order; the same array as long as they look the same. */
  readonly shapes: readonly Shape[]
  readonly by: Point
}

interface Held {
  readonly key: object
  readonly draft: Draft
  /** To be painted one by one. */
  readonly shapes: readonly Shape[]
  readonly move: Move | undefined
  /** By id, where they were. */
  readonly moved: ReadonlyMap<ShapeId, Shape>
  /** The board's lines that hang on its shapes. */
  readonly followers: readonly LineShape[]
}

const NONE: ReadonlyMap<ShapeId, Shape> = new Map()

export class Drafts {
  readonly #board: BoardReader
  readonly #held = new Map<string, Held>()
  /** Drafts that have ended and stay on the screen until the board's pixels are painted. */
  #lingering: Held[] = []
  #standIns = new Map<ShapeId, Shape>()
  #followers = new Set<ShapeId>()
  #hidden: ReadonlySet<ShapeId> = new Set()

  constructor(board: BoardReader) {
    this.#board = board
  }

  /** @returns the ids that the board's layer shows now and did not, or did and does not any more */
  set(owner: string, draft: Draft | undefined): ShapeId[] {
    const before = this.#held.get(owner)
    if (!before && !draft) return []
    if (!draft) {
      this.#held.delete(owner)
      if (before) this.#lingering.push(before)
      return this.#index()
    }
    const held = this.#hold(draft, before)
    this.#held.set(owner, held)
    if (!before || held.followers !== before.followers) return this.#index()
    // The same shapes elsewhere, many times a second.
    for (const shape of held.shapes) this.#standIns.set(shape.id, shape)
    return []
  }

  /** Shapes of the board that are not painted there. */
  isHidden(id: ShapeId): boolean {
    return this.#hidden.has(id)
  }

  readonly lookup = (id: ShapeId): Shape | undefined => {
    const standIn = this.#standIns.get(id)
    if (standIn) return standIn
    for (const { moved, move } of this.#held.values()) {
      const shape = moved.get(id)
      if (shape && move) return shifted(shape, move.by)
    }
    return this.#board.get(id)
  }

  /** Everything to paint one by one, back to front. */
  shapes(): readonly Shape[] {
    const shapes: Shape[] = this.#lingering.flatMap(held => [...held.shapes])
    shapes.push(...this.#standIns.values())
    for (const id of this.#followers) {
      const line = this.#board.get(id)
      if (line) shapes.push(line)
    }
    return shapes.sort(compareOrder)
  }

  *moves(): Generator<Move> {
    for (const { move } of this.#lingering) if (move) yield move
    for (const { move } of this.#held.values()) if (move) yield move
  }

  inks(): readonly DraftInk[] {
    const all = [...this.#lingering, ...this.#held.values()]
    return all.flatMap(({ draft: { ink } }) => (ink && ink.points.length > 0 ? [ink] : []))
  }

  /** The board has changed: lines may have been attached or let go. */
  refresh({ added, updated, removed }: BoardChange): ShapeId[] {
    if (this.#held.size === 0) return []
    const isLineHere = (id: ShapeId) => {
      const shape = this.#board.get(id)
      return shape !== undefined && isLine(shape)
    }
    return removed.length === 0 && ![...added, ...updated].some(isLineHere) ? [] : this.refreshAll()
  }

  /** The board has changed in pieces. */
  refreshAll(): ShapeId[] {
    if (this.#held.size === 0) return []
    for (const [owner, held] of this.#held)
      this.#held.set(owner, {
        ...held,
        followers: this.#followersOf([...held.shapes, ...held.moved.values()]),
      })
    return this.#index()
  }

  /** Lets go of ended drafts whose shapes the board shows, or does not have.
   * @param isShown  whether the board's pixels under a box are up to date   @returns whether any went */
  dropShown(isShown: (box: Box) => boolean): boolean {
    const before = this.#lingering.length
    this.#lingering = this.#lingering.filter(({ shapes, moved, draft }) => {
      const ids = [...shapes.map(shape => shape.id), ...moved.keys(), ...(draft.ink ? [draft.ink.id] : [])]
      const boxes = ids.flatMap(id => this.#board.boundsOf(id) ?? [])
      const box = unionBoxes(boxes)
      return box !== undefined && !isShown(box)
    })
    return this.#lingering.length < before
  }

  #hold(draft: Draft, before: Held | undefined): Held {
    const key = before?.key ?? {}
    const { shapes: own, moved } = draft
    const isMany = moved !== undefined && moved.shapes.length >= MIN_MOVED_AS_ONE
    const few = moved && !isMany ? moved.shapes.map(shape => shifted(shape, moved.by)) : []
    const shapes = few.length > 0 ? [...few, ...own] : own
    const wasMoved = before?.move && before.draft.moved
    const isSameMove = isMany ? wasMoved && isSameList(wasMoved.shapes, moved.shapes) : !wasMoved
    if (before && isSameMove && hasSameIds(before.shapes, shapes))
      return { ...before, draft, shapes, move: before.move && moved && { ...before.move, by: moved.by } }
    if (!isMany)
      return { key, draft, shapes, move: undefined, moved: NONE, followers: this.#followersOf(shapes) }
    // Lines between what moves move along as they are.
    const ids = new Set(moved.shapes.map(shape => shape.id))
    const isWithin = ({ shape }: LineEnd) => shape !== undefined && ids.has(shape)
    const lines = this.#followersOf(moved.shapes)
    const within = lines.filter(({ from, to }) => isWithin(from) && isWithin(to))
    const all = [...moved.shapes, ...within].sort(compareOrder)
    return {
      key,
      draft,
      shapes,
      move: { key, shapes: all, by: moved.by },
      moved: new Map(all.map(shape => [shape.id, shape])),
      followers: this.#followersOf([...shapes, ...all]),
    }
  }

  #index(): ShapeId[] {
    const wasHidden = this.#hidden
    this.#standIns = new Map()
    this.#followers = new Set()
    for (const { shapes } of this.#held.values())
      for (const shape of shapes) this.#standIns.set(shape.id, shape)
    for (const { followers } of this.#held.values()) for (const { id } of followers) this.#followers.add(id)
    for (const id of this.#standIns.keys()) this.#followers.delete(id)
    const hidden = new Set<ShapeId>([...this.#standIns.keys(), ...this.#followers])
    for (const { moved } of this.#held.values()) for (const id of moved.keys()) hidden.add(id)
    this.#hidden = hidden
    const changed: ShapeId[] = []
    for (const id of hidden) if (!wasHidden.has(id)) changed.push(id)
    for (const id of wasHidden) if (!hidden.has(id)) changed.push(id)
    return changed
  }

  #followersOf(shapes: readonly Shape[]): LineShape[] {
    const ids = new Set(shapes.map(shape => shape.id))
    const found = new Map<ShapeId, LineShape>()
    for (const id of ids)
      for (const line of this.#board.linesOn(id)) if (!ids.has(line.id)) found.set(line.id, line)
    return [...found.values()]
  }
}

const shifted = (shape: Shape, by: Point): Shape => ({ ...shape, ...translate(shape, by) }) as Shape

const isSameList = (a: readonly Shape[], b: readonly Shape[]): boolean =>
  a === b || (a.length === b.length && a.every((shape, i) => shape === b[i]))

const hasSameIds = (a: readonly Shape[], b: readonly Shape[]): boolean =>
  a.length === b.length && a.every((shape, i) => shape.id === b[i]?.id)
