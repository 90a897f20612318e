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
import type { ShapeId } from '#shared/ids.ts'
import type { BigSteps, BigStepsDeps } from './big-steps.ts'
import type {
  Board,
  BoardChange,
  BoardEdit,
  BoardHistory,
  EachOptions,
  EditEach,
  OpenStep,
  SharedText,
} from './board.ts'
import { type BoardRights, everyRight } from './board-rights.ts'
import { BoardWork } from './board-work.ts'
import { EditRecorder } from './edit-recorder.ts'
import { StepHistory, type StepMark } from './history.ts'
import { idOf, type ShapeEdit } from './shape-edit.ts'
import { ShapeIndex } from './shape-index.ts'
import { shareDocument } from './shared-document.ts'
import { createSharedText } from './shared-text.ts'

/** Origin of this person's own transactions: what undo tracks. */
const LOCAL = Symbol('local')

/** So many shapes are changed in one transaction, which takes a slow machine 50 ms at most. */
const AT_ONCE = 250

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
  #big: BigSteps | undefined
  readonly #index = new ShapeIndex()
  readonly #listeners = new Set<(change: BoardChange) => void>()
  readonly #skipped = new Set<ShapeId>()
  /** Shapes that are being put into the document as the board shows them already. */
  #foreseen: ReadonlySet<ShapeId> = new Set()

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

  transact(label: string, edit: (edit: BoardEdit) => void): void {
    if (!this.rights.mayAdd) return
    this.#settle()
    const recorder = this.#recorder()
    edit(recorder)
    this.#do(label, recorder.take())
  }

  transactEach(label: string, edits: EditEach, options: EachOptions = {}): void {
    const { shown = () => {}, goesOn = false } = options
    if (!this.rights.mayAdd) {
      shown()
      return
    }
    this.#settle()
    const recorder = this.#recorder()
    const each = edits(recorder)
    let isLast = false
    for (let i = 0; !isLast && (!this.#big || i < AT_ONCE); i++) isLast = each.next().done === true
    if (!this.#big || isLast) {
      this.#do(label, recorder.take(), options)
      shown()
      return
    }
    this.#big.put(this.#markFor(label, goesOn), label, recorder.take(), true, { each, recorder, shown })
  }

  startStep(_label: string, joinsLast = false): OpenStep {
    this.#settle()
    return this.#history.open(joinsLast)
  }

  textOf(id: ShapeId): SharedText | undefined {
    this.#settle()
    this.#big?.flush([id])
    const entry = this.#shapes.get(id)
    if (!(entry instanceof Y.Map)) return undefined
    const standing = entry.get('text')
    const text = standing instanceof Y.Text ? standing : this.#doc.transact(() => textOf(entry), LOCAL)
    return createSharedText(text, this.#doc, LOCAL, () => this.rights.mayTouch(id))
  }

  /** From now on what is too big for one transaction is done in pieces; until then it is done at once. */
  takeBigSteps(create: (deps: BigStepsDeps) => BigSteps): void {
    this.#big = create({
      work: this.work,
      get: this.#index.get,
      show: (shapes, isPiece) => this.#show(shapes, 'local', isPiece),
      write: (mark, edits) => this.#writeSlice(mark, edits),
      dropped: ids => this.#take(ids, 'local'),
      role: () => this.rights.standing?.role,
    })
  }

  /** The number of this person's step that a transaction of `origin` belongs to; `undefined` when it is not theirs. */
  ownStep(origin: unknown): number | undefined {
    return origin === LOCAL || origin === this.#undo ? this.#history.number : undefined
  }

  /** What is done now comes after what was asked for before: after steps back and forth as a whole. */
  #settle(): void {
    if (this.#history.isTaking) this.work.finish()
    else this.work.show()
  }

  #do(
    label: string,
    edits: readonly ShapeEdit[],
    { goesOn = false, isPart = false }: EachOptions = {},
  ): void {
    if (edits.length === 0) return
    const mark = this.#markFor(label, goesOn)
    // A step that is still going into the document takes more of the same step along.
    if (this.#big && (isPart || edits.length > AT_ONCE || this.#big.last === mark)) {
      this.#big.put(mark, label, edits, isPart)
      return
    }
    this.#big?.flush(edits.map(idOf))
    this.#doc.transact(() => this.#putAll(edits), LOCAL)
  }

  /** Of the step that is open, or of another one. */
  #markFor(label: string, goesOn: boolean): StepMark {
    const { last, lastLabel } = this.#big ?? {}
    if (this.#history.openMark) {
      this.#history.goOn()
      return this.#history.openMark
    }
    const isUnderWay = last !== undefined && lastLabel === label && last.number === this.#history.number
    return goesOn && isUnderWay ? last : this.#history.begin()
  }

  /** One transaction of this person's that is no step of theirs. */
  #write(change: () => void): void {
    this.#history.begin()
    this.#doc.transact(change, LOCAL)
  }

  #recorder(): EditRecorder {
    return new EditRecorder({ rights: this.rights, index: this.#index, heldIds: () => this.#held.keys() })
  }

  /** One transaction of a step that the board shows already. */
  #writeSlice(mark: StepMark, edits: readonly ShapeEdit[]): void {
    this.#foreseen = new Set(edits.map(idOf))
    try {
      this.#history.inStep(mark, () => this.#doc.transact(() => this.#putAll(edits), LOCAL))
    } finally {
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
      const shape = this.#big ? this.#big.foresee(id, read) : read
      if (!this.#foreseen.has(id) || !isSameShape(shape, this.#index.get(id))) shapes.set(id, shape)
    }
    this.#show(shapes, origin, this.#history.isPiece)
  }

  /** @param shapes  as they are now; `undefined` for those that are not there */
  #show(
    shapes: ReadonlyMap<ShapeId, Shape | undefined>,
    origin: BoardChange['origin'],
    isPiece: boolean,
  ): void {
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
      isPiece,
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
