/** `[W24]` Whether an update keeps to its author's own shapes: what somebody with the role `add-only` may do. Looked at before it
 * is applied, because a deletion cannot be taken back without a trace.
 *
 * A shape is its maker's by the mark it carries (`by`), and the server knows which mark is whose. So a new shape must carry its
 * author's mark, and what stands within a shape, or takes its place, is its maker's alone. Everything else of the document is
 * nobody's here. Where a struct belongs is found as Yjs finds it on integration: by its parent, else by its neighbours. */
import * as Y from 'yjs'
import { byOf, shapesOf } from '#shared/board/layout.ts'
import type { ShapeId } from '#shared/ids.ts'

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>

export type OwnCheck =
  /** `unfinished`: entries that it makes without the `base` that would say whose they are, by `entryKey`. */
  | { readonly kind: 'own'; readonly unfinished: readonly string[] }
  | { readonly kind: 'foreign' }
  /** It builds upon what the document lacks, so nobody can say. `missing`: clients, and their clocks so far. */
  | { readonly kind: 'incomplete'; readonly missing: ReadonlyMap<number, number> }

type Place =
  /** The entry of a shape. */
  | { readonly kind: 'entry'; readonly id: ShapeId }
  /** Within an entry; `key` is undefined for what is further down than its keys. */
  | { readonly kind: 'within'; readonly entry: Y.Item; readonly key: string | undefined }
  | { readonly kind: 'elsewhere' }
  /** What it hangs on is collected garbage, and so it will be, too. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'missing'; readonly client: number }

/** Where a struct's place is found: there already, or from that of another. */
type Step =
  | Place
  | { readonly kind: 'beside'; readonly item: Y.Item }
  | { readonly kind: 'below'; readonly item: Y.Item; readonly key: string | null }

type Struct = DecodedUpdate['structs'][number]

export const entryKey = ({ id }: Y.Item): string => `${id.client}:${id.clock}`

/** @param by  the author's mark
 * @param unfinished  entries that earlier parts of the same author made without a `base`, by `entryKey` */
export function checkOwn(
  doc: Y.Doc,
  update: DecodedUpdate,
  by: string,
  unfinished: ReadonlySet<string>,
): OwnCheck {
  return new Check(doc, update, by, unfinished).run()
}

class Check {
  readonly #doc: Y.Doc
  readonly #shapes: Y.Map<unknown>
  readonly #by: string
  readonly #unfinished: ReadonlySet<string>
  readonly #update: DecodedUpdate
  readonly #structs = new Map<number, Struct[]>()
  readonly #decoded: ReadonlySet<unknown>
  readonly #places = new Map<Y.Item, Place>()
  readonly #missing = new Map<number, number>()
  /** Entries that it makes, and those of them that it gives a `base`. */
  readonly #made = new Set<Y.Item>()
  readonly #based = new Set<Y.Item>()

  constructor(doc: Y.Doc, update: DecodedUpdate, by: string, unfinished: ReadonlySet<string>) {
    this.#doc = doc
    this.#shapes = shapesOf(doc)
    this.#by = by
    this.#unfinished = unfinished
    this.#update = update
    this.#decoded = new Set(update.structs)
    for (const struct of update.structs) {
      const { client } = struct.id
      const structs = this.#structs.get(client)
      if (structs) structs.push(struct)
      else this.#structs.set(client, [struct])
    }
  }

  run(): OwnCheck {
    for (const [client, structs] of this.#structs) {
      let known = this.#state(client)
      for (const struct of structs) {
        if (struct instanceof Y.Skip) continue
        const { clock } = struct.id
        if (clock > known) this.#miss(client)
        if (clock + struct.length <= known) continue
        // Yjs puts what is new of it behind what it knows of it, wherever that stands.
        if (clock < known && !this.#mayGoOn(client, known - 1)) return { kind: 'foreign' }
        known = clock + struct.length
        if (struct instanceof Y.Item && !this.#mayAdd(struct)) return { kind: 'foreign' }
      }
    }
    for (const [client, ranges] of this.#update.ds.clients) {
      for (const { clock, len } of ranges) {
        if (!this.#mayDelete(client, clock, clock + len)) return { kind: 'foreign' }
      }
    }
    if (this.#missing.size > 0) return { kind: 'incomplete', missing: this.#missing }
    const unfinished = [...this.#made].filter(entry => !this.#based.has(entry)).map(entryKey)
    return { kind: 'own', unfinished }
  }

  #mayAdd(item: Y.Item): boolean {
    const place = this.#placeOf(item)
    switch (place.kind) {
      case 'entry': {
        const standing = this.#shapes._map.get(place.id)
        if (standing && !standing.deleted && !this.#owns(standing)) return false
        if (item.content instanceof Y.ContentDeleted) return true
        this.#made.add(item)
        return item.content instanceof Y.ContentType && item.content.type instanceof Y.Map
      }
      case 'within':
        if (place.key === 'base') this.#based.add(place.entry)
        return this.#owns(place.entry) && this.#keepsMark(place.key, item)
      case 'elsewhere':
        return false
      case 'garbage':
        return true
      case 'missing':
        this.#miss(place.client)
        return true
    }
  }

  #mayGoOn(client: number, clock: number): boolean {
    const known = this.#find(Y.createID(client, clock))
    if (!(known instanceof Y.Item)) return true
    const place = this.#placeOf(known)
    return place.kind === 'within' && this.#owns(place.entry)
  }

  #mayDelete(client: number, start: number, end: number): boolean {
    const state = this.#state(client)
    const structs = this.#doc.store.clients.get(client) ?? []
    if (start < state) {
      for (let i = Y.findIndexSS(structs, start); i < structs.length; i++) {
        const struct = structs[i]
        if (!struct || struct.id.clock >= end) break
        if (!(struct instanceof Y.Item) || struct.deleted) continue
        const place = this.#placeOf(struct)
        if (
          place.kind === 'entry' ? !this.#owns(struct) : place.kind !== 'within' || !this.#owns(place.entry)
        )
          return false
      }
    }
    const brought = this.#structs.get(client)?.at(-1)
    if (end > Math.max(state, brought ? brought.id.clock + brought.length : 0)) this.#miss(client)
    return true
  }

  #owns(entry: Y.Item): boolean {
    // One that the update itself makes has been looked at, and what comes into a deleted one is deleted at once.
    if (this.#decoded.has(entry) || entry.deleted) return true
    const type = entry.content instanceof Y.ContentType ? entry.content.type : undefined
    if (!(type instanceof Y.Map)) return false
    return byOf(type) === this.#by || (!type.has('base') && this.#unfinished.has(entryKey(entry)))
  }

  /** Nobody gives a shape away, or makes one in another's name. */
  #keepsMark(key: string | undefined, { content }: Y.Item): boolean {
    if ((key !== 'by' && key !== 'base') || content instanceof Y.ContentDeleted) return true
    if (!(content instanceof Y.ContentAny)) return false
    return content.arr.every((value: unknown) => {
      return (key === 'by' ? value : (value as { by?: unknown } | null)?.by) === this.#by
    })
  }

  #placeOf(start: Y.Item): Place {
    const path: { readonly item: Y.Item; readonly step: Step }[] = []
    const isOnPath = new Set<Y.Item>()
    let item = start
    let place: Place | undefined
    while (!place) {
      const known = this.#places.get(item)
      if (known) place = known
      else if (!this.#decoded.has(item)) place = this.#placeInDocument(item)
      // Two that hang on each other hang on nothing.
      else if (isOnPath.has(item)) place = { kind: 'missing', client: item.id.client }
      else {
        const step = this.#step(item)
        path.push({ item, step })
        isOnPath.add(item)
        if (step.kind === 'beside' || step.kind === 'below') item = step.item
        else place = step
      }
    }
    for (const { item, step } of path.reverse()) {
      if (step.kind === 'below') place = below(place, step.item, step.key)
      this.#places.set(item, place)
    }
    return place
  }

  /** `Item.getMissing` of Yjs, in this order. */
  #step({ origin, rightOrigin, parent, parentSub }: Y.Item): Step {
    const left = origin ? this.#find(origin) : undefined
    const right = rightOrigin ? this.#find(rightOrigin) : undefined
    if (origin && !left) return { kind: 'missing', client: origin.client }
    if (rightOrigin && !right) return { kind: 'missing', client: rightOrigin.client }
    if (left instanceof Y.GC || right instanceof Y.GC) return { kind: 'garbage' }
    if (typeof parent === 'string') {
      const isEntry = parent === 'shapes' && parentSub !== null
      return isEntry ? { kind: 'entry', id: parentSub } : { kind: 'elsewhere' }
    }
    if (parent instanceof Y.ID) {
      const above = this.#find(parent)
      if (!above) return { kind: 'missing', client: parent.client }
      const isType = above instanceof Y.Item && above.content instanceof Y.ContentType
      return isType ? { kind: 'below', item: above, key: parentSub } : { kind: 'garbage' }
    }
    const beside = left ?? right
    return beside instanceof Y.Item ? { kind: 'beside', item: beside } : { kind: 'elsewhere' }
  }

  #placeInDocument(start: Y.Item): Place {
    let item = start
    for (let depth = 0; ; depth++) {
      const type = item.parent as Y.AbstractType<unknown>
      if ((type as unknown) === this.#shapes) {
        if (item.parentSub === null) return { kind: 'elsewhere' }
        if (depth === 0) return { kind: 'entry', id: item.parentSub }
        const key = depth === 1 ? (start.parentSub ?? undefined) : undefined
        return { kind: 'within', entry: item, key }
      }
      if (!type._item) return { kind: 'elsewhere' }
      item = type._item
    }
  }

  #find({ client, clock }: Y.ID): Struct | undefined {
    const stored = this.#doc.store.clients.get(client)
    if (stored && clock < this.#state(client)) return stored[Y.findIndexSS(stored, clock)]
    const brought = this.#structs.get(client)
    if (!brought) return undefined
    // The last one that starts at it or before.
    let low = 0
    let high = brought.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((brought[middle]?.id.clock ?? 0) <= clock) low = middle + 1
      else high = middle
    }
    const found = brought[low - 1]
    return found && !(found instanceof Y.Skip) && clock < found.id.clock + found.length ? found : undefined
  }

  #state(client: number): number {
    return Y.getState(this.#doc.store, client)
  }

  #miss(client: number): void {
    this.#missing.set(client, this.#state(client))
  }
}

function below(above: Place, parent: Y.Item, key: string | null): Place {
  if (above.kind === 'entry') return { kind: 'within', entry: parent, key: key ?? undefined }
  return above.kind === 'within' ? { kind: 'within', entry: above.entry, key: undefined } : above
}
