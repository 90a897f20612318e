/** Everybody's drafts: shapes that stand in for the board's while a gesture lasts, and ink that is being drawn. Lines that
 * hang on a drafted shape follow it. Pure: asks the board, paints nothing. */
import { compareOrder, isLine, type Shape } from '#shared/board/shape.ts'
import { type Box, expandBox, unionBoxes } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../board/board.ts'
import type { Draft, DraftInk } from './scene.ts'

/** An attached line ends within this of the shape it hangs on. */
const ATTACH_REACH = 16

interface Held {
  readonly draft: Draft
  /** The board's lines that hang on its shapes. */
  readonly followers: readonly ShapeId[]
}

export class Drafts {
  readonly #board: BoardReader
  readonly #held = new Map<string, Held>()
  /** Drafts that have ended and stay on the screen until the board's pixels are painted. */
  #lingering: Draft[] = []
  #standIns = new Map<ShapeId, Shape>()
  #followers = new Set<ShapeId>()

  constructor(board: BoardReader) {
    this.#board = board
  }

  get isEmpty(): boolean {
    return this.#held.size === 0 && this.#lingering.length === 0
  }

  /** @returns the ids that the board's layer shows now and did not, or did and does not any more */
  set(owner: string, draft: Draft | undefined): ShapeId[] {
    const before = this.#held.get(owner)
    if (!before && !draft) return []
    if (!draft) {
      this.#held.delete(owner)
      if (before) this.#lingering.push(before.draft)
    } else {
      const isSame = before !== undefined && hasSameIds(before.draft.shapes, draft.shapes)
      this.#held.set(owner, { draft, followers: isSame ? before.followers : this.#findFollowers(draft) })
    }
    return this.#index()
  }

  /** Shapes of the board that are not painted there. */
  isHidden(id: ShapeId): boolean {
    return this.#standIns.has(id) || this.#followers.has(id)
  }

  readonly lookup = (id: ShapeId): Shape | undefined => this.#standIns.get(id) ?? this.#board.get(id)

  /** Everything to paint, back to front. */
  shapes(): readonly Shape[] {
    const shapes: Shape[] = this.#lingering.flatMap(draft => [...draft.shapes])
    shapes.push(...this.#standIns.values())
    for (const id of this.#followers) {
      const line = this.#board.get(id)
      if (line) shapes.push(line)
    }
    return shapes.sort(compareOrder)
  }

  inks(): readonly DraftInk[] {
    const drafts = [...this.#lingering, ...[...this.#held.values()].map(held => held.draft)]
    return drafts.flatMap(({ ink }) => (ink && ink.points.length > 0 ? [ink] : []))
  }

  /** The board has changed: lines may have been attached or let go. */
  refresh(): ShapeId[] {
    if (this.#held.size === 0) return []
    for (const [owner, { draft }] of this.#held)
      this.#held.set(owner, { draft, followers: this.#findFollowers(draft) })
    return this.#index()
  }

  /** Lets go of ended drafts whose shapes the board shows, or does not have.
   * @param isShown  whether the board's pixels under a box are up to date   @returns whether any went */
  dropShown(isShown: (box: Box) => boolean): boolean {
    const before = this.#lingering.length
    this.#lingering = this.#lingering.filter(draft => {
      const ids = [...draft.shapes.map(shape => shape.id), ...(draft.ink ? [draft.ink.id] : [])]
      const boxes = ids.flatMap(id => this.#board.boundsOf(id) ?? [])
      const box = unionBoxes(boxes)
      return box !== undefined && !isShown(box)
    })
    return this.#lingering.length < before
  }

  #index(): ShapeId[] {
    const before = [this.#standIns, this.#followers] as const
    this.#standIns = new Map()
    this.#followers = new Set()
    for (const { draft } of this.#held.values())
      for (const shape of draft.shapes) this.#standIns.set(shape.id, shape)
    for (const { followers } of this.#held.values())
      for (const id of followers) if (!this.#standIns.has(id)) this.#followers.add(id)
    const changed: ShapeId[] = []
    const wasHidden = (id: ShapeId) => before[0].has(id) || before[1].has(id)
    for (const ids of [this.#standIns.keys(), this.#followers.keys()])
      for (const id of ids) if (!wasHidden(id)) changed.push(id)
    for (const ids of before) for (const id of ids.keys()) if (!this.isHidden(id)) changed.push(id)
    return changed
  }

  #findFollowers(draft: Draft): ShapeId[] {
    const ids = new Set(draft.shapes.map(shape => shape.id))
    const found = new Set<ShapeId>()
    for (const id of ids) {
      const bounds = this.#board.boundsOf(id)
      const shape = this.#board.get(id)
      if (!bounds || !shape || isLine(shape)) continue
      for (const each of this.#board.query(expandBox(bounds, ATTACH_REACH))) {
        if (!isLine(each) || ids.has(each.id)) continue
        if (each.from.shape === id || each.to.shape === id) found.add(each.id)
      }
    }
    return [...found]
  }
}

const hasSameIds = (a: readonly Shape[], b: readonly Shape[]): boolean =>
  a.length === b.length && a.every((shape, i) => shape.id === b[i]?.id)
