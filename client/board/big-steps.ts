/** Steps of this person's that are too big for one transaction. The board comes to show each of them, a little in a frame, and then it
 * goes into the document in slices. What is small is done at once meanwhile; what is big comes after what is under way. Its code comes after the
 * board's. */
import type { Shape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import { isLesser, type Role } from '#shared/roles.ts'
import type { BoardWork, Job } from './board-work.ts'
import type { EditRecorder } from './edit-recorder.ts'
import type { StepMark } from './history.ts'
import { outcomeOf, PendingEdits } from './pending-edits.ts'
import { idOf, type ShapeEdit } from './shape-edit.ts'

export interface BigStepsDeps {
  readonly work: BoardWork
  /** A shape as the board shows it. */
  readonly get: (id: ShapeId) => Shape | undefined
  /** Lets the board show shapes as they will be; `undefined` for those that go. */
  readonly show: (shapes: ReadonlyMap<ShapeId, Shape | undefined>, isPiece: boolean) => void
  /** One transaction of the step. */
  readonly write: (mark: StepMark, edits: readonly ShapeEdit[]) => void
  /** These are not done after all: the board shows what there is. */
  readonly dropped: (ids: readonly ShapeId[]) => void
  /** What was asked for in a role that may more is not this one's to do. */
  readonly role: () => Role | undefined
}

/** What of a step is not even recorded. */
export interface StepPart {
  /** Records the edits of one shape at each `next`. */
  readonly each: Iterator<unknown>
  readonly recorder: Pick<EditRecorder, 'take'>
  /** Called when the board shows all of it, or when it is dropped. */
  readonly shown: () => void
}

interface BigStep {
  readonly mark: StepMark
  readonly label: string
  readonly role: Role | undefined
  readonly parts: StepPart[]
  /** Shown, and not in the document. */
  readonly pending: PendingEdits
}

/** So many shapes are recorded and shown at a time. */
const PIECE = 50
/** In one transaction: on a slow machine taking them back costs 10 ms, and there is a frame to be painted beside. */
const SLICE = 45

export class BigSteps {
  readonly #deps: BigStepsDeps
  /** In the order in which they go into the document. */
  readonly #steps: BigStep[] = []
  #isRunning = false

  constructor(deps: BigStepsDeps) {
    this.#deps = deps
  }

  /** The mark of the last one that is not in the document as a whole. */
  get last(): StepMark | undefined {
    return this.#steps.at(-1)?.mark
  }
  get lastLabel(): string | undefined {
    return this.#steps.at(-1)?.label
  }

  /** @param inDocument  the shape as it lies in the document
   * @returns the shape as it will be */
  foresee(id: ShapeId, inDocument: Shape | undefined): Shape | undefined {
    let shape = inDocument
    for (const { pending } of this.#steps) shape = pending.foresee(id, shape)
    return shape
  }

  /** The board shows these edits when this returns.
   * @param isPiece  there is more to come
   * @param part  the rest of them, which it will show */
  put(mark: StepMark, label: string, edits: readonly ShapeEdit[], isPiece: boolean, part?: StepPart): void {
    const step = this.#stepOf(mark, label)
    if (part) step.parts.push(part)
    this.#foresee(step, edits, isPiece)
    if (this.#isRunning) return
    this.#isRunning = true
    this.#deps.work.start(this.#run())
  }

  /** Brings what is pending of these shapes into the document: something is done with them that does not wait. */
  flush(ids: readonly ShapeId[]): void {
    for (const { mark, pending } of this.#steps) {
      const edits = pending.takeOf(ids)
      if (edits.length > 0) this.#deps.write(mark, edits)
    }
  }

  #stepOf(mark: StepMark, label: string): BigStep {
    const last = this.#steps.at(-1)
    if (last?.mark === mark) return last
    const step: BigStep = {
      mark,
      label,
      role: this.#deps.role(),
      parts: [],
      pending: new PendingEdits(),
    }
    this.#steps.push(step)
    return step
  }

  #foresee({ pending }: BigStep, edits: readonly ShapeEdit[], isPiece: boolean): void {
    const shapes = new Map<ShapeId, Shape | undefined>()
    for (const edit of edits) {
      const id = idOf(edit)
      pending.put(edit)
      shapes.set(id, outcomeOf(edit, shapes.has(id) ? shapes.get(id) : this.#deps.get(id)))
    }
    this.#deps.show(shapes, isPiece)
  }

  *#run(): Job {
    try {
      while (this.#steps.length > 0) {
        // What is wanted last is seen before what was wanted first is written.
        yield this.#isShown ? 'write' : 'foresee'
        try {
          this.#goOn()
        } catch (error) {
          // What else was asked for is done all the same.
          reportError(error)
        }
      }
    } finally {
      this.#isRunning = false
    }
  }

  get #isShown(): boolean {
    return this.#steps.every(({ parts }) => parts.length === 0)
  }

  #goOn(): void {
    const [first] = this.#steps
    const role = this.#deps.role()
    if (first?.role !== undefined && (role === undefined || isLesser(role, first.role))) {
      this.#drop()
      return
    }
    const unshown = this.#steps.find(({ parts }) => parts.length > 0)
    if (unshown) this.#showMore(unshown)
    else if (first) {
      const edits = first.pending.take(SLICE)
      if (edits.length > 0) this.#deps.write(first.mark, edits)
    }
    while (this.#steps[0] && isOver(this.#steps[0])) this.#steps.shift()
  }

  #showMore(step: BigStep): void {
    const [part] = step.parts
    if (!part) return
    let isLast = false
    for (let i = 0; !isLast && i < PIECE; i++) isLast = part.each.next().done === true
    this.#foresee(step, part.recorder.take(), true)
    if (!isLast) return
    step.parts.shift()
    part.shown()
  }

  #drop(): void {
    const steps = this.#steps.splice(0)
    const ids = steps.flatMap(({ pending }) => pending.take(Number.POSITIVE_INFINITY).map(idOf))
    this.#deps.dropped([...new Set(ids)])
    for (const { parts } of steps) for (const { shown } of parts) shown()
  }
}

const isOver = ({ parts, pending }: BigStep): boolean => parts.length === 0 && pending.size === 0
