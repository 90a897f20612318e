/** Where each struct of an update will stand in the document, found before it is applied as Yjs finds it on integration: by its parent,
 * else by its neighbours. Says nothing of who may put what where. */
import * as Y from 'yjs'

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>

export type Place =
  /** Directly under a key of a root. */
  | { readonly kind: 'entry'; readonly root: string; readonly id: string }
  /** Within what stands under the key `id` of a root; `key` is undefined for what is further down than its keys. */
  | {
      readonly kind: 'within'
      readonly root: string
      readonly id: string
      readonly entry: Y.Item
      readonly key: string | undefined
    }
  /** In a root that is used as a sequence, or within something in it. */
  | { readonly kind: 'sequence'; readonly root: string }
  /** What it hangs on is collected garbage, and so it will be, too. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'missing'; readonly client: number }

/** Where a struct's place is found: there already, or from that of another. */
type Step =
  | Place
  | { readonly kind: 'beside'; readonly item: Y.Item }
  | { readonly kind: 'below'; readonly item: Y.Item; readonly key: string | null }

export type Struct = DecodedUpdate['structs'][number]

export class StructPlaces {
  readonly #doc: Y.Doc
  readonly #structs = new Map<number, Struct[]>()
  readonly #decoded: ReadonlySet<unknown>
  readonly #places = new Map<Y.Item, Place>()
  readonly #rootNames = new Map<Y.AbstractType<unknown>, string>()

  constructor(doc: Y.Doc, { structs }: DecodedUpdate) {
    this.#doc = doc
    this.#decoded = new Set(structs)
    for (const struct of structs) {
      const { client } = struct.id
      const ofClient = this.#structs.get(client)
      if (ofClient) ofClient.push(struct)
      else this.#structs.set(client, [struct])
    }
  }

  /** The update's structs by client, each client's in the order of their clocks. */
  get byClient(): ReadonlyMap<number, readonly Struct[]> {
    return this.#structs
  }

  /** Whether the update itself brings it. */
  isBrought(item: Y.Item): boolean {
    return this.#decoded.has(item)
  }

  /** Up to which clock the document has a client's structs. */
  state(client: number): number {
    return Y.getState(this.#doc.store, client)
  }

  placeOf(start: Y.Item): Place {
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

  /** Of the document, else of the update. */
  find({ client, clock }: Y.ID): Struct | undefined {
    const stored = this.#doc.store.clients.get(client)
    if (stored && clock < this.state(client)) return stored[Y.findIndexSS(stored, clock)]
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

  /** `Item.getMissing` of Yjs, in this order. */
  #step({ origin, rightOrigin, parent, parentSub }: Y.Item): Step {
    const left = origin ? this.find(origin) : undefined
    const right = rightOrigin ? this.find(rightOrigin) : undefined
    if (origin && !left) return { kind: 'missing', client: origin.client }
    if (rightOrigin && !right) return { kind: 'missing', client: rightOrigin.client }
    if (left instanceof Y.GC || right instanceof Y.GC) return { kind: 'garbage' }
    if (typeof parent === 'string') return inRoot(parent, parentSub)
    if (parent instanceof Y.ID) {
      const above = this.find(parent)
      if (!above) return { kind: 'missing', client: parent.client }
      const isType = above instanceof Y.Item && above.content instanceof Y.ContentType
      return isType ? { kind: 'below', item: above, key: parentSub } : { kind: 'garbage' }
    }
    const beside = left ?? right
    // Yjs makes garbage of what names neither neighbour nor parent.
    return beside instanceof Y.Item ? { kind: 'beside', item: beside } : { kind: 'garbage' }
  }

  #placeInDocument(start: Y.Item): Place {
    let item = start
    for (let depth = 0; ; depth++) {
      const type = item.parent as Y.AbstractType<unknown>
      if (!type._item) {
        const place = inRoot(this.#nameOf(type), item.parentSub)
        if (depth === 0 || place.kind !== 'entry') return place
        const key = depth === 1 ? (start.parentSub ?? undefined) : undefined
        return { kind: 'within', root: place.root, id: place.id, entry: item, key }
      }
      item = type._item
    }
  }

  /** Yjs goes through all roots for it. */
  #nameOf(root: Y.AbstractType<unknown>): string {
    const known = this.#rootNames.get(root)
    if (known !== undefined) return known
    const name = Y.findRootTypeKey(root)
    this.#rootNames.set(root, name)
    return name
  }
}

const inRoot = (root: string, key: string | null): Place & { readonly root: string } =>
  key === null ? { kind: 'sequence', root } : { kind: 'entry', root, id: key }

function below(above: Place, parent: Y.Item, key: string | null): Place {
  if (above.kind === 'entry') {
    const { root, id } = above
    return { kind: 'within', root, id, entry: parent, key: key ?? undefined }
  }
  return above.kind === 'within' ? { ...above, key: undefined } : above
}
