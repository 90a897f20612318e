/** Shapes by id, by place and by paint order. Knows which lines hang on which shapes, so that moving a shape moves them. */
import RBush from 'rbush'
import { compareOrder, isLine, type LineShape, type Shape } from '#shared/board/shape.ts'
import { type Box, unionBoxes } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'

interface Entry {
  shape: Shape
  box: Box
  minX: number
  minY: number
  maxX: number
  maxY: number
  /** Its place in the paint order; `UNRANKED` as long as nobody has asked. */
  rank: number
}

const UNRANKED = -1

/** From this many shapes that change or go, building the tree anew is faster than taking them out one by one. */
const BULK = 500
/** Ranking everything pays for a query that finds more than this share of it. */
const RANK_SHARE = 1 / 4
/** From this share of new ones on, sorting all is faster than finding each one's place. */
const SORT_SHARE = 1 / 16

export class ShapeIndex {
  readonly #entries = new Map<ShapeId, Entry>()
  /** shape id → lines attached to it */
  readonly #attached = new Map<ShapeId, Set<ShapeId>>()
  #tree = new RBush<Entry>()
  /** Back to front, each entry at its rank, with gaps where shapes went. */
  #ranked: (Entry | undefined)[] = []
  /** These find their places at the next query that needs them. */
  readonly #unranked = new Set<Entry>()

  get size(): number {
    return this.#entries.size
  }

  readonly get = (id: ShapeId): Shape | undefined => this.#entries.get(id)?.shape

  /** The lines that hang on a shape. */
  linesOn(id: ShapeId): LineShape[] {
    return [...(this.#attached.get(id) ?? [])].flatMap(lineId => {
      const line = this.get(lineId)
      return line && isLine(line) ? [line] : []
    })
  }

  boundsOf(id: ShapeId): Box | undefined {
    return this.#entries.get(id)?.box
  }

  /** Puts, replaces (same id) and removes shapes, and moves the lines attached to them.
   * @returns the bounds of everything that changed, before and after, and the ids of the lines that moved along */
  apply(put: readonly Shape[], removed: readonly ShapeId[]): { dirty: Box[]; moved: ShapeId[] } {
    const dirty: Box[] = []
    const changed = new Set<ShapeId>(removed)
    const staleCount =
      removed.length + put.reduce((count, { id }) => count + (this.#entries.has(id) ? 1 : 0), 0)
    const isBulk = staleCount > BULK
    for (const id of removed) {
      const entry = this.#entries.get(id)
      if (!entry) continue
      dirty.push(entry.box)
      this.#unplace(entry, isBulk)
      this.#entries.delete(id)
      this.#unrank(entry)
    }
    for (const shape of put) {
      changed.add(shape.id)
      const old = this.#entries.get(shape.id)
      if (old) {
        dirty.push(old.box)
        this.#unplace(old, isBulk)
      }
      this.#entries.set(shape.id, this.#entryFor(shape, old))
      this.#attach(shape)
    }
    // Bounds come last: a line's depend on shapes that may be in the same change.
    const moved = [...changed]
      .flatMap(id => [...(this.#attached.get(id) ?? [])])
      .filter(id => !changed.has(id))
    const lines = new Set(moved)
    for (const id of lines) {
      const entry = this.#entries.get(id)
      if (!entry) continue
      dirty.push(entry.box)
      if (!isBulk) this.#tree.remove(entry)
    }
    const placed: Entry[] = []
    for (const id of [...put.map(shape => shape.id), ...lines]) {
      const entry = this.#entries.get(id)
      if (!entry) continue
      this.#measure(entry)
      dirty.push(entry.box)
      placed.push(entry)
    }
    if (isBulk) this.#tree = new RBush<Entry>().load([...this.#entries.values()])
    else this.#tree.load(placed)
    return { dirty, moved: [...lines] }
  }

  query(box: Box): readonly Shape[] {
    const found = this.#tree.search({ minX: box.x, minY: box.y, maxX: box.x + box.w, maxY: box.y + box.h })
    if (found.length > this.#entries.size * RANK_SHARE) this.#rank()
    if (this.#unranked.size === 0) return this.#inRankOrder(found)
    return found.sort(byOrder).map(entry => entry.shape)
  }

  /** Numbers sort several times faster than entries: far out a tile has thousands of shapes. */
  #inRankOrder(found: readonly Entry[]): Shape[] {
    const ranks = new Float64Array(found.length)
    found.forEach((entry, i) => {
      ranks[i] = entry.rank
    })
    const shapes: Shape[] = []
    for (const rank of ranks.sort()) {
      const entry = this.#ranked[rank]
      if (entry) shapes.push(entry.shape)
    }
    return shapes
  }

  extent(): Box | undefined {
    return unionBoxes(
      (function* (entries: Iterable<Entry>) {
        for (const entry of entries) yield entry.box
      })(this.#entries.values()),
    )
  }

  /** The order key at one end of the paint order, `null` without shapes. Asked for when a shape is begun, so it looks at no more
   * than the end of those that are ranked, and at those that are not yet. */
  endOrder(end: 'front' | 'back'): string | null {
    let found = end === 'front' ? this.#ranked.at(-1) : this.#ranked.find(entry => entry !== undefined)
    for (const entry of this.#unranked)
      if (!found || byOrder(entry, found) > 0 === (end === 'front')) found = entry
    return found?.shape.order ?? null
  }

  #entryFor(shape: Shape, old: Entry | undefined): Entry {
    const entry: Entry = {
      shape,
      box: { x: 0, y: 0, w: 0, h: 0 },
      minX: 0,
      minY: 0,
      maxX: 0,
      maxY: 0,
      rank: UNRANKED,
    }
    if (old && old.rank !== UNRANKED && old.shape.order === shape.order) {
      entry.rank = old.rank
      this.#ranked[entry.rank] = entry
      return entry
    }
    if (old) this.#unrank(old)
    const front = this.#ranked.at(-1)
    if (this.#unranked.size === 0 && (!front || compareOrder(shape, front.shape) > 0)) {
      // The common case, a new shape in front of all: no need to rank the others again.
      entry.rank = this.#ranked.length
      this.#ranked.push(entry)
    } else this.#unranked.add(entry)
    return entry
  }

  #unrank(entry: Entry): void {
    if (!this.#unranked.delete(entry)) this.#ranked[entry.rank] = undefined
    // The last one is the front-most shape.
    while (this.#ranked.length > 0 && !this.#ranked.at(-1)) this.#ranked.pop()
  }

  #rank(): void {
    if (this.#unranked.size === 0) return
    const standing = this.#ranked.filter(entry => entry !== undefined)
    const fresh = [...this.#unranked].sort(byOrder)
    const isMany = fresh.length > standing.length * SORT_SHARE
    const ranked = isMany ? [...standing, ...fresh].sort(byOrder) : insertSorted(standing, fresh)
    ranked.forEach((entry, rank) => {
      entry.rank = rank
    })
    this.#ranked = ranked
    this.#unranked.clear()
  }

  #measure(entry: Entry): void {
    const box = shapeBounds(entry.shape, this.get)
    entry.box = box
    entry.minX = box.x
    entry.minY = box.y
    entry.maxX = box.x + box.w
    entry.maxY = box.y + box.h
  }

  #unplace(entry: Entry, isBulk: boolean): void {
    if (!isBulk) this.#tree.remove(entry)
    for (const target of targetsOf(entry.shape)) this.#attached.get(target)?.delete(entry.shape.id)
  }

  #attach(shape: Shape): void {
    for (const target of targetsOf(shape)) {
      const lines = this.#attached.get(target)
      if (lines) lines.add(shape.id)
      else this.#attached.set(target, new Set([shape.id]))
    }
  }
}

const byOrder = (a: Entry, b: Entry): number => compareOrder(a.shape, b.shape)

/** Both are sorted. */
function insertSorted(standing: readonly Entry[], fresh: readonly Entry[]): Entry[] {
  const all: Entry[] = []
  let copied = 0
  for (const entry of fresh) {
    let [low, high] = [copied, standing.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (byOrder(standing[middle] as Entry, entry) < 0) low = middle + 1
      else high = middle
    }
    for (; copied < low; copied++) all.push(standing[copied] as Entry)
    all.push(entry)
  }
  for (; copied < standing.length; copied++) all.push(standing[copied] as Entry)
  return all
}

/** The shapes that a line's ends hang on. */
export function targetsOf(shape: Shape): ShapeId[] {
  if (!isLine(shape)) return []
  return [shape.from.shape, shape.to.shape].filter(id => id !== undefined)
}
