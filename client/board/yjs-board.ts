/** The board over a Y.Doc. Every change, local, remote or undone, comes back through the same road: the document's event, then
 * `BoardChange`. Entries that are not shapes are skipped and counted, never thrown. */
import * as Y from 'yjs'
import { heldOf, isHeld } from '#shared/board/held.ts'
import {
  isSame,
  MAX_NAME_LENGTH,
  metaOf,
  readName,
  readShape,
  SCHEMA_VERSION,
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
import { BoardWork, type Job } from './board-work.ts'
import { StepHistory } from './history.ts'
import { idOf, outcomeOf, PendingEdits, type ShapeEdit } from './pending-edits.ts'
import { ShapeIndex } from './shape-index.ts'
import { shareDocument } from './shared-document.ts'
import { createSharedText } from './shared-text.ts'

/** Origin of this person's own transactions: what undo tracks. */
const LOCAL = Symbol('local')

/** So many shapes are changed in one transaction, which takes a slow machine 50 ms at most. */
const AT_ONCE = 250
/** In one transaction of a bigger change: on a slow machine taking them back costs 10 ms, and there is a frame to be painted beside. */
const SLICE = 45

/** An empty document for a board. */
export const createDocument = (): Y.Doc => new Y.Doc()

export class YjsBoard implements Board {
  readonly history: BoardHistory
  readonly work: BoardWork
  readonly rights: BoardRights
  readonly #history: StepHistory
  readonly #doc: Y.Doc
  readonly #shapes: Y.Map<unknown>
  readonly #held: Y.Map<unknown>
  readonly #undo: Y.UndoManager
  readonly #index = new ShapeIndex()
  readonly #listeners = new Set<(change: BoardChange) => void>()
  readonly #skipped = new Set<ShapeId>()
  readonly #pending = new PendingEdits()
  /** Shapes that are being put into the document as the board shows them already. */
  #foreseen: ReadonlySet<ShapeId> = new Set()
  #isInStep = false
  #stepCount = 0

  constructor(doc: Y.Doc, rights: BoardRights = everyRight(), work = new BoardWork()) {
    this.#doc = doc
    this.rights = rights
    this.work = work
    this.#shapes = shapesOf(doc)
    this.#held = heldOf(doc)
    rights.isHeld = id => this.isHeld(id)
    shareDocument(this, { doc, write: change => this.#write(change) })
    // One intent, one step: steps end where `transact` and `startStep` say, not after a pause.
    this.#undo = new Y.UndoManager(this.#shapes, {
      trackedOrigins: new Set([LOCAL]),
      captureTimeout: Number.MAX_SAFE_INTEGER,
    })
    this.#history = new StepHistory(this.#undo, {
      began: () => this.#stepCount++,
      mayTouch: id => rights.mayTouch(id),
      shapes: this.#shapes,
      held: this.#held,
      work,
    })
    this.history = this.#history
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
    // A step that is still going into the document takes more of the same step along; anything else comes after it.
    const goesOn = this.#isInStep && this.#pending.size > 0
    if (!goesOn) this.work.finish()
    const edits = this.#record(edit)
    if (edits.length === 0) return
    if (this.#isInStep) this.#history.goOn()
    else this.#newStep()
    if (goesOn || edits.length > AT_ONCE) this.#foresee(edits, goesOn)
    else this.#write(() => this.#putAll(edits), false)
  }

  startStep(_label: string, joinsLast = false): OpenStep {
    this.work.finish()
    if (!joinsLast) this.#stepCount++
    this.#isInStep = true
    return this.#history.open(joinsLast, () => {
      this.#isInStep = false
      this.#newStep()
    })
  }

  textOf(id: ShapeId): SharedText | undefined {
    this.work.finish()
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

  /** One transaction of this person's.
   * @param isStep  by itself: of the shapes alone the history keeps steps, which are counted when they begin */
  #write(change: () => void, isStep = true): void {
    if (isStep) this.#stepCount++
    this.#doc.transact(change, LOCAL)
  }

  #newStep(): void {
    this.#undo.stopCapturing()
    this.#stepCount++
  }

  /** What is asked for, as far as this person may. */
  #record(edit: (edit: BoardEdit) => void): ShapeEdit[] {
    const edits: ShapeEdit[] = []
    const going = new Set<ShapeId>()
    edit({
      add: shape => {
        if (this.rights.mayTouch(shape.id)) edits.push({ kind: 'add', shape })
      },
      update: (id, patch) => {
        if (this.#mayTouch(id)) edits.push({ kind: 'update', id, patch })
      },
      remove: id => {
        if (!this.#mayTouch(id) || this.#containsHeld(id)) return
        edits.push({ kind: 'remove', id })
        going.add(id)
      },
    })
    return [...this.#letGo(going), ...edits]
  }

  /** Lines that hang on shapes that go stay where they are; others' lines, that may not be changed, hang on nothing then. */
  #letGo(going: ReadonlySet<ShapeId>): ShapeEdit[] {
    const lines = new Map<ShapeId, LineShape>()
    for (const id of going)
      for (const line of this.#index.linesOn(id))
        if (!going.has(line.id) && this.rights.mayChange(line)) lines.set(line.id, line)
    return [...lines.values()].map(line => {
      const { from, to } = looseFrom(line, id => !going.has(id), this.#index.get)
      return { kind: 'update', id: line.id, patch: { from, to } }
    })
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

  /** Shows what will be; the document follows in slices. */
  #foresee(edits: readonly ShapeEdit[], goesOn: boolean): void {
    const ids = new Set(edits.map(idOf))
    for (const edit of edits) this.#pending.put(edit)
    if (!goesOn) this.work.start(this.#putInSlices())
    const shapes = new Map<ShapeId, Shape | undefined>()
    for (const id of ids) shapes.set(id, this.#index.get(id))
    for (const edit of edits) shapes.set(idOf(edit), outcomeOf(edit, shapes.get(idOf(edit))))
    this.#show(shapes, 'local')
  }

  *#putInSlices(): Job {
    const mark = {}
    const { role } = this.rights.standing ?? {}
    while (this.#pending.size > 0) {
      // First the board shows it.
      yield
      if (role !== this.rights.standing?.role) {
        // What was asked for in another role is not this one's to do: the board shows what there is.
        this.#take(this.#pending.take(Number.POSITIVE_INFINITY).map(idOf), 'local')
        return
      }
      const edits = this.#pending.take(SLICE)
      this.#foreseen = new Set(edits.map(idOf))
      this.#history.inStep(mark, () => this.#write(() => this.#putAll(edits), false))
      this.#foreseen = new Set()
    }
  }

  /** Call inside a transaction. */
  #putAll(edits: readonly ShapeEdit[]): void {
    const meta = metaOf(this.#doc)
    if (!meta.has('schemaVersion') && this.rights.mayEdit) meta.set('schemaVersion', SCHEMA_VERSION)
    for (const edit of edits) {
      const id = idOf(edit)
      // The owner may hold it since it was asked for.
      if (!this.rights.mayTouch(id)) continue
      if (edit.kind === 'add') writeShape(this.#shapes, edit.shape)
      else if (edit.kind === 'remove') this.#shapes.delete(id)
      else {
        const entry = this.#shapes.get(id)
        if (entry instanceof Y.Map) writePatch(entry, edit.patch)
      }
    }
  }

  /** Reads the named entries anew and tells everybody what that changed. */
  #take(ids: readonly ShapeId[], origin: BoardChange['origin']): void {
    const shapes = new Map<ShapeId, Shape | undefined>()
    for (const id of ids) {
      const entry = this.#shapes.get(id)
      const read = readShape(id, entry)
      if (entry !== undefined && !read) this.#skipped.add(id)
      else this.#skipped.delete(id)
      const shape = this.#pending.foresee(id, read)
      if (!this.#foreseen.has(id) || !isSameShape(shape, this.#index.get(id))) shapes.set(id, shape)
    }
    this.#show(shapes, origin)
  }

  /** @param shapes  as they are now; `undefined` for those that are not there */
  #show(shapes: ReadonlyMap<ShapeId, Shape | undefined>, origin: BoardChange['origin']): void {
    const put: Shape[] = []
    const added: ShapeId[] = []
    const updated: ShapeId[] = []
    const removed: ShapeId[] = []
    for (const [id, shape] of shapes) {
      const wasThere = this.#index.get(id) !== undefined
      if (shape) {
        put.push(shape)
        ;(wasThere ? updated : added).push(id)
      } else if (wasThere) removed.push(id)
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
      isPiece: this.#history.isPiece,
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

function isSameShape(a: Shape | undefined, b: Shape | undefined): boolean {
  if (!a || !b) return a === b
  const fields = new Map<string, unknown>(Object.entries(b))
  for (const [key, value] of Object.entries(a)) {
    if (!isSame(value, fields.get(key))) return false
    fields.delete(key)
  }
  return [...fields.values()].every(value => value === undefined)
}
