/** `[W24]` `[W25]` Whether an update does only what its author may do. Looked at before it is applied, struct by struct and deletion by
 * deletion, because what is taken back afterwards leaves traces. */
import * as Y from 'yjs'
import type { HeldShapes } from './held-shapes.ts'
import { type DecodedUpdate, type Place, type Struct, StructPlaces } from './struct-places.ts'
import { type Objection, WriteRules, type Writer } from './write-rules.ts'

export type WriteCheck =
  /** `unfinished`: entries that it makes without the `base` that would say whose they are, see `RuleContext`. */
  | { readonly kind: 'allowed'; readonly unfinished: readonly string[] }
  | { readonly kind: 'refused'; readonly objection: Objection }
  /** It builds upon what the document lacks, so nobody can say. `missing`: clients, and their clocks so far. */
  | { readonly kind: 'incomplete'; readonly missing: ReadonlyMap<number, number> }

/** @param unfinished  what `checkWrite` gave for earlier parts of the same author */
export function checkWrite(
  doc: Y.Doc,
  update: DecodedUpdate,
  writer: Writer,
  held: HeldShapes,
  unfinished: ReadonlySet<string>,
): WriteCheck {
  return new Check(doc, update, writer, held, unfinished).run()
}

class Check {
  readonly #doc: Y.Doc
  readonly #update: DecodedUpdate
  readonly #places: StructPlaces
  readonly #rules: WriteRules
  readonly #missing = new Map<number, number>()

  constructor(
    doc: Y.Doc,
    update: DecodedUpdate,
    writer: Writer,
    held: HeldShapes,
    unfinished: ReadonlySet<string>,
  ) {
    this.#doc = doc
    this.#update = update
    this.#places = new StructPlaces(doc, update)
    this.#rules = new WriteRules({ doc, writer, held, unfinished, places: this.#places })
  }

  run(): WriteCheck {
    const objection = this.#structs() ?? this.#deletions()
    if (objection) return { kind: 'refused', objection }
    if (this.#missing.size > 0) return { kind: 'incomplete', missing: this.#missing }
    return { kind: 'allowed', unfinished: this.#rules.unfinished }
  }

  #structs(): Objection | undefined {
    for (const [client, structs] of this.#places.byClient) {
      let known = this.#places.state(client)
      for (const struct of structs) {
        if (struct instanceof Y.Skip) continue
        const { clock } = struct.id
        if (clock > known) this.#miss(client)
        if (clock + struct.length <= known) continue
        // Yjs puts what is new of it behind what it knows of it, wherever that stands.
        const objection =
          (clock < known ? this.#toGoOn(client, known - 1, struct) : undefined) ?? this.#toAdd(struct)
        if (objection) return objection
        known = clock + struct.length
      }
    }
    return undefined
  }

  #toAdd(struct: Struct): Objection | undefined {
    return struct instanceof Y.Item ? this.#toPut(this.#places.placeOf(struct), struct) : undefined
  }

  #toGoOn(client: number, clock: number, struct: Struct): Objection | undefined {
    const known = this.#places.find(Y.createID(client, clock))
    if (!(known instanceof Y.Item) || !(struct instanceof Y.Item)) return undefined
    return this.#toPut(this.#places.placeOf(known), struct)
  }

  #toPut(place: Place, item: Y.Item): Objection | undefined {
    if (place.kind === 'missing') this.#miss(place.client)
    return 'root' in place ? this.#rules.objectionToPut(place, item) : undefined
  }

  #deletions(): Objection | undefined {
    for (const [client, ranges] of this.#update.ds.clients) {
      for (const { clock, len } of ranges) {
        const objection = this.#toDelete(client, clock, clock + len)
        if (objection) return objection
      }
    }
    return undefined
  }

  #toDelete(client: number, start: number, end: number): Objection | undefined {
    const state = this.#places.state(client)
    const structs = this.#doc.store.clients.get(client) ?? []
    if (start < state) {
      for (let i = Y.findIndexSS(structs, start); i < structs.length; i++) {
        const struct = structs[i]
        if (!struct || struct.id.clock >= end) break
        if (!(struct instanceof Y.Item) || struct.deleted) continue
        const place = this.#places.placeOf(struct)
        const objection = 'root' in place ? this.#rules.objectionToDelete(place, struct) : undefined
        if (objection) return objection
      }
    }
    const brought = this.#places.byClient.get(client)?.at(-1)
    if (end > Math.max(state, brought ? brought.id.clock + brought.length : 0)) this.#miss(client)
    return undefined
  }

  #miss(client: number): void {
    this.#missing.set(client, this.#places.state(client))
  }
}
