/** The board over a Y.Doc. Every change, local, remote or undone, comes back through the same road: the document's event, then
 * `BoardChange`. Entries that are not shapes are skipped and counted, never thrown. */
import * as Y from 'yjs'
import { heldOf, isHeld } from '#shared/board/held.ts'
import {
  MAX_NAME_LENGTH,
  metaOf,
  readName,
  readShape,
  SCHEMA_VERSION,
  type ShapePatch,
  shapesOf,
  textOf,
  writePatch,
  writeShape,
} from '#shared/board/layout.ts'
import type { LineShape, Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { looseFrom } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board, BoardChange, BoardEdit, BoardHistory, OpenStep, SharedText } from './board.ts'
import { type BoardRights, everyRight } from './board-rights.ts'
import { createHistory, openStep } from './history.ts'
import { ShapeIndex } from './shape-index.ts'
import { shareDocument } from './shared-document.ts'
import { createSharedText } from './shared-text.ts'

/** Origin of this person's own transactions: what undo tracks. */
const LOCAL = Symbol('local')

/** An empty document for a board. */
export const createDocument = (): Y.Doc => new Y.Doc()

export class YjsBoard implements Board {
  readonly history: BoardHistory
  readonly rights: BoardRights
  readonly #doc: Y.Doc
  readonly #shapes: Y.Map<unknown>
  readonly #held: Y.Map<unknown>
  readonly #undo: Y.UndoManager
  readonly #index = new ShapeIndex()
  readonly #listeners = new Set<(change: BoardChange) => void>()
  readonly #skipped = new Set<ShapeId>()
  #isInStep = false
  #stepCount = 0

  constructor(doc: Y.Doc, rights: BoardRights = everyRight()) {
    this.#doc = doc
    this.rights = rights
    this.#shapes = shapesOf(doc)
    this.#held = heldOf(doc)
    rights.isHeld = id => this.isHeld(id)
    shareDocument(this, { doc, write: change => this.#write(change) })
    // One intent, one step: steps end where `transact` and `startStep` say, not after a pause.
    this.#undo = new Y.UndoManager(this.#shapes, {
      trackedOrigins: new Set([LOCAL]),
      captureTimeout: Number.MAX_SAFE_INTEGER,
    })
    this.history = createHistory(this.#undo, {
      began: () => this.#stepCount++,
      mayTouch: id => rights.mayTouch(id),
      shapes: this.#shapes,
      held: this.#held,
    })
    this.#take([...this.#shapes.keys()], 'remote')
    this.#shapes.observeDeep((events, transaction) => {
      const origin = transaction.origin === this.#undo ? 'undo' : transaction.local ? 'local' : 'remote'
      this.#take(changedIds(events, this.#shapes), origin)
    })
  }

  get shapeCount(): number {
    return this.#index.size
  }
  /** Entries of the document that are not shapes this version can read. */
  get skippedCount(): number {
    return this.#skipped.size
  }
  get(id: ShapeId): Shape | undefined {
    return this.#index.get(id)
  }
  boundsOf(id: ShapeId): Box | undefined {
    return this.#index.boundsOf(id)
  }
  query(box: Box): readonly Shape[] {
    return this.#index.query(box)
  }
  linesOn(id: ShapeId): readonly LineShape[] {
    return this.#index.linesOn(id)
  }
  extent(): Box | undefined {
    return this.#index.extent()
  }
  frontOrder(): string | null {
    return this.#index.endOrder('front')
  }
  backOrder(): string | null {
    return this.#index.endOrder('back')
  }

  subscribe(listener: (change: BoardChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  mayChange(shape: Shape): boolean {
    return !shape.locked && this.rights.mayChange(shape)
  }

  isHeld(id: ShapeId): boolean {
    return isHeld(this.#held, id)
  }
  subscribeHeld(listener: (ids: readonly ShapeId[]) => void): () => void {
    const tell = (event: Y.YMapEvent<unknown>) => listener([...event.keysChanged])
    this.#held.observe(tell)
    return () => this.#held.unobserve(tell)
  }

  get name(): string {
    return readName(this.#doc)
  }
  rename(name: string): void {
    const trimmed = name.trim().slice(0, MAX_NAME_LENGTH)
    if (trimmed === this.name || !this.rights.mayEdit) return
    this.#write(() => metaOf(this.#doc).set('name', trimmed))
  }
  subscribeName(listener: (name: string) => void): () => void {
    const meta = metaOf(this.#doc)
    const tell = () => listener(this.name)
    meta.observe(tell)
    return () => meta.unobserve(tell)
  }

  transact(_label: string, edit: (edit: BoardEdit) => void): void {
    if (!this.rights.mayAdd) return
    if (!this.#isInStep) this.#newStep()
    this.#doc.transact(() => {
      const meta = metaOf(this.#doc)
      if (!meta.has('schemaVersion') && this.rights.mayEdit) meta.set('schemaVersion', SCHEMA_VERSION)
      edit(this.#edit)
    }, LOCAL)
  }

  startStep(_label: string, joinsLast = false): OpenStep {
    if (!joinsLast) this.#stepCount++
    this.#isInStep = true
    return openStep(this.#undo, this.history, joinsLast, () => {
      this.#isInStep = false
      this.#newStep()
    })
  }

  textOf(id: ShapeId): SharedText | undefined {
    const entry = this.#shapes.get(id)
    if (!(entry instanceof Y.Map)) return undefined
    const standing = entry.get('text')
    const text = standing instanceof Y.Text ? standing : this.#doc.transact(() => textOf(entry), LOCAL)
    return createSharedText(text, this.#doc, LOCAL, () => this.rights.mayTouch(id))
  }

  /** The number of this person's step that a transaction of `origin` belongs to; `undefined` when it is not theirs. */
  ownStep(origin: unknown): number | undefined {
    return origin === LOCAL || origin === this.#undo ? this.#stepCount : undefined
  }

  /** What is no step of the history: it tracks the shapes alone. */
  #write(change: () => void): void {
    this.#stepCount++
    this.#doc.transact(change, LOCAL)
  }

  #newStep(): void {
    this.#undo.stopCapturing()
    this.#stepCount++
  }

  readonly #edit: BoardEdit = {
    add: (shape: Shape) => {
      if (this.rights.mayTouch(shape.id)) writeShape(this.#shapes, shape)
    },
    update: (id: ShapeId, patch: ShapePatch) => {
      const entry = this.#shapes.get(id)
      if (entry instanceof Y.Map && this.#mayTouch(id)) writePatch(entry, patch)
    },
    remove: (id: ShapeId) => {
      if (!this.#mayTouch(id) || this.#containsHeld(id)) return
      this.#letGo(id)
      this.#shapes.delete(id)
    },
  }

  #mayTouch(id: ShapeId): boolean {
    const shape = this.#index.get(id)
    return shape === undefined ? this.rights.mayTouch(id) : this.rights.mayChange(shape)
  }

  /** A group or frame stays as long as something in it is held. */
  #containsHeld(id: ShapeId): boolean {
    for (const held of this.#held.keys()) {
      if (this.rights.mayTouch(held)) continue
      const seen = new Set<ShapeId>()
      for (let parent = this.#index.get(held)?.parent; parent !== undefined && !seen.has(parent); ) {
        if (parent === id) return true
        seen.add(parent)
        parent = this.#index.get(parent)?.parent
      }
    }
    return false
  }

  /** Lines that hang on a shape that goes stay where they are; others' lines, that may not be changed, hang on nothing then. */
  #letGo(id: ShapeId): void {
    for (const line of this.#index.linesOn(id)) {
      const entry = this.#shapes.get(line.id)
      if (!(entry instanceof Y.Map) || !this.rights.mayChange(line)) continue
      const { from, to } = looseFrom(line, each => each !== id, this.#index.get)
      writePatch(entry, { ...(line.from.shape === id && { from }), ...(line.to.shape === id && { to }) })
    }
  }

  /** Reads the named entries anew and tells everybody what that changed. */
  #take(ids: readonly ShapeId[], origin: BoardChange['origin']): void {
    const put: Shape[] = []
    const added: ShapeId[] = []
    const updated: ShapeId[] = []
    const removed: ShapeId[] = []
    for (const id of ids) {
      const entry = this.#shapes.get(id)
      const shape = readShape(id, entry)
      const wasThere = this.#index.get(id) !== undefined
      if (shape) {
        put.push(shape)
        ;(wasThere ? updated : added).push(id)
      } else if (wasThere) removed.push(id)
      if (entry !== undefined && !shape) this.#skipped.add(id)
      else this.#skipped.delete(id)
    }
    if (put.length === 0 && removed.length === 0) return
    const { dirty, moved } = this.#index.apply(put, removed)
    const change: BoardChange = {
      added,
      updated: [...updated, ...moved],
      followed: moved,
      removed,
      dirty,
      origin,
    }
    for (const listener of [...this.#listeners]) listener(change)
  }
}

/** The shape ids that a deep event of the `shapes` root is about. */
function changedIds(events: readonly Y.YEvent<Y.AbstractType<unknown>>[], root: Y.Map<unknown>): ShapeId[] {
  const ids = new Set<ShapeId>()
  for (const event of events) {
    if ((event.target as unknown) === root) {
      for (const id of (event as unknown as Y.YMapEvent<unknown>).keysChanged) ids.add(id)
    } else {
      const id = event.path[0]
      if (typeof id === 'string') ids.add(id)
    }
  }
  return [...ids]
}
