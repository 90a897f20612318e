/** Who may put what where in a board's document, and who may take it away: one set of rules for each root. What they are asked about
 * is one struct and its place; who is asked about is never the owner, who may do everything.
 *
 * A shape and a comment are their maker's by the mark they carry, and the server knows which mark is whose. So what is made must carry
 * its author's mark, and what stands within it, or takes its place, is its maker's alone, unless the role says more. */
import * as Y from 'yjs'
import { commentBy } from '#shared/board/comments.ts'
import { byOf } from '#shared/board/layout.ts'
import { isFields } from '#shared/board/plain.ts'
import { may, type Role } from '#shared/roles.ts'
import type { HeldShapes } from './held-shapes.ts'
import type { Place, StructPlaces } from './struct-places.ts'

/** Whose update it is. */
export interface Writer {
  readonly role: Role
  /** The mark of their person. */
  readonly by: string
}

/** Why somebody may not. */
export type Objection = 'read-only' | 'not-own' | 'held'

export type InRoot = Extract<Place, { readonly root: string }>

export interface RuleContext {
  readonly doc: Y.Doc
  readonly writer: Writer
  readonly held: HeldShapes
  readonly places: StructPlaces
  /** Entries that earlier parts of the same author made without a `base` that would say whose they are, by `entryKey`. */
  readonly unfinished: ReadonlySet<string>
}

export const entryKey = ({ id }: Y.Item): string => `${id.client}:${id.clock}`

/** Roots in which not even editors may do everything. */
export const GUARDED_ROOTS = ['comments', 'votes', 'meeting', 'held'] as const

export class WriteRules {
  readonly #context: RuleContext
  /** Entries that the update makes, and those of them that it gives a `base`. */
  readonly #made = new Set<Y.Item>()
  readonly #based = new Set<Y.Item>()

  constructor(context: RuleContext) {
    this.#context = context
  }

  /** Entries that the update has made without a `base`. */
  get unfinished(): string[] {
    return [...this.#made].filter(entry => !this.#based.has(entry)).map(entryKey)
  }

  /** Whether a struct may be put in a place, and take the place of what stands there. */
  objectionToPut(place: InRoot, item: Y.Item): Objection | undefined {
    switch (place.root) {
      case 'shapes':
        return this.#putShape(place, item)
      case 'comments':
        return this.#putComment(place, item)
      case 'votes':
        return this.#changeVotes(place, isGone(item) || item.content instanceof Y.ContentAny)
      case 'meeting':
        return this.#changeMeeting(place, isGone(item) || this.#allMarked(item, true))
      case 'held':
        return this.#notTheirs()
      default:
        return this.#may('edit') ? undefined : this.#notTheirs()
    }
  }

  /** Whether what stands in a place may be deleted.
   * @param item  it */
  objectionToDelete(place: InRoot, item: Y.Item): Objection | undefined {
    switch (place.root) {
      case 'shapes':
        return this.#deleteShape(place, item)
      case 'comments':
        return this.#deleteComment(place, item)
      case 'votes':
        return this.#changeVotes(place, true)
      case 'meeting':
        return this.#changeMeeting(place, true)
      case 'held':
        return this.#notTheirs()
      default:
        return this.#may('edit') ? undefined : this.#notTheirs()
    }
  }

  #putShape(place: InRoot, item: Y.Item): Objection | undefined {
    if (!this.#may('add')) return 'read-only'
    if (place.kind === 'sequence') return this.#may('edit') ? undefined : 'not-own'
    if (place.kind === 'within') {
      if (place.key === 'base') this.#based.add(place.entry)
      if (this.#isHeldAgainst(place)) return 'held'
      if (this.#may('edit')) return undefined
      const isOwn = this.#owns(place.entry, byOf) && (!isMark(place.key) || this.#keepsMark(place.key, item))
      return isOwn ? undefined : 'not-own'
    }
    const standing = this.#standing('shapes', place.id)
    const { held } = this.#context
    if (standing ? held.keepsEntry(place.id) : held.holds(place.id)) return 'held'
    if (this.#may('edit')) return undefined
    if (standing && !this.#owns(standing, byOf)) return 'not-own'
    return this.#make(item)
  }

  #deleteShape(place: InRoot, item: Y.Item): Objection | undefined {
    if (!this.#may('add')) return 'read-only'
    if (place.kind === 'sequence') return this.#may('edit') ? undefined : 'not-own'
    if (place.kind === 'within') {
      if (this.#isHeldAgainst(place)) return 'held'
    } else if (this.#context.held.keepsEntry(place.id)) return 'held'
    if (this.#may('edit')) return undefined
    return this.#owns(place.kind === 'within' ? place.entry : item, byOf) ? undefined : 'not-own'
  }

  #putComment(place: InRoot, item: Y.Item): Objection | undefined {
    if (!this.#may('comment')) return 'read-only'
    if (place.kind === 'sequence') return 'not-own'
    if (place.kind === 'entry') {
      const standing = this.#standing('comments', place.id)
      return standing && !this.#owns(standing, commentBy) ? 'not-own' : this.#make(item)
    }
    // Whoever may comment says that a thread is done, in their own name, or open again.
    if (place.key === 'resolved') return isGone(item) || this.#allMarked(item, true) ? undefined : 'not-own'
    if (place.key === 'base') this.#based.add(place.entry)
    const isOwn =
      this.#owns(place.entry, commentBy) && (place.key !== 'base' || this.#keepsMark('base', item))
    return isOwn ? undefined : 'not-own'
  }

  #deleteComment(place: InRoot, item: Y.Item): Objection | undefined {
    if (!this.#may('comment')) return 'read-only'
    if (place.kind === 'sequence') return 'not-own'
    if (place.kind === 'within' && place.key === 'resolved') return undefined
    return this.#owns(place.kind === 'within' ? place.entry : item, commentBy) ? undefined : 'not-own'
  }

  /** Everybody's votes are one plain value under their mark. */
  #changeVotes(place: InRoot, isPlain: boolean): Objection | undefined {
    if (!this.#may('vote')) return 'read-only'
    const isOwn = place.kind !== 'sequence' && place.id === this.#context.writer.by
    return isOwn && isPlain ? undefined : 'not-own'
  }

  /** @param isSigned  whether it is a plain value in the author's name */
  #changeMeeting(place: InRoot, isSigned: boolean): Objection | undefined {
    if (!this.#may('facilitate')) return this.#notTheirs()
    return place.kind !== 'sequence' && isSigned ? undefined : 'not-own'
  }

  #make(item: Y.Item): Objection | undefined {
    if (item.content instanceof Y.ContentDeleted) return undefined
    this.#made.add(item)
    const isMap = item.content instanceof Y.ContentType && item.content.type instanceof Y.Map
    return isMap ? undefined : 'not-own'
  }

  #may(action: Parameters<typeof may>[1]): boolean {
    return may(this.#context.writer.role, action)
  }

  #notTheirs(): Objection {
    return this.#may('add') ? 'not-own' : 'read-only'
  }

  #isHeldAgainst({ id, entry, key }: Extract<Place, { readonly kind: 'within' }>): boolean {
    const { held } = this.#context
    // What comes into a deleted one is deleted at once, and changes nothing of what is held in its place.
    if (entry.deleted) return false
    // What a group is cannot be changed either: it would be mended away when it is no shape any more.
    return held.holds(id) || ((key === 'base' || key === 'type') && held.containers.has(id))
  }

  /** What would be replaced. */
  #standing(root: string, id: string): Y.Item | undefined {
    const item = this.#context.doc.getMap(root)._map.get(id)
    return item && !item.deleted ? item : undefined
  }

  #owns(entry: Y.Item, markOf: (type: Y.Map<unknown>) => unknown): boolean {
    const { places, writer, unfinished } = this.#context
    // One that the update itself makes has been looked at, and what comes into a deleted one is deleted at once.
    if (places.isBrought(entry) || entry.deleted) return true
    const type = entry.content instanceof Y.ContentType ? entry.content.type : undefined
    if (!(type instanceof Y.Map)) return false
    return markOf(type) === writer.by || (!type.has('base') && unfinished.has(entryKey(entry)))
  }

  /** Nobody gives a thing of theirs away, or makes one in another's name. */
  #keepsMark(key: 'base' | 'by', item: Y.Item): boolean {
    if (isGone(item)) return true
    if (key === 'base') return this.#allMarked(item, false)
    const { content } = item
    return content instanceof Y.ContentAny && content.arr.every(value => value === this.#context.writer.by)
  }

  /** Whether it is plain values that each say by the author's mark whose they are. */
  #allMarked({ content }: Y.Item, isNullToo: boolean): boolean {
    if (!(content instanceof Y.ContentAny)) return false
    return content.arr.every(
      (value: unknown) =>
        (isNullToo && value === null) || (isFields(value) && value.by === this.#context.writer.by),
    )
  }
}

const isMark = (key: string | undefined): key is 'base' | 'by' => key === 'base' || key === 'by'

/** It was deleted since, and says no more than that it was there. */
const isGone = ({ content }: Y.Item): boolean => content instanceof Y.ContentDeleted
