/** A person's own steps, over Yjs' undo manager: others' changes are never undone, and a step that others built upon
 * takes back only what is still this person's. A step that touches what the owner has come to hold waits until it is released.
 *
 * A step of thousands of shapes lies on Yjs' stack in pieces, each a transaction's worth, which go back and forth one a frame. */
import { mergeDeleteSets, type Map as SharedMap, type UndoManager } from 'yjs'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardHistory, OpenStep } from './board.ts'
import type { BoardWork, Job } from './board-work.ts'
import { touchedIds } from './touched-ids.ts'

export interface HistoryDeps {
  /** Called before each step back or forth, which is a change of its own. */
  readonly began: () => void
  readonly mayTouch: (id: ShapeId) => boolean
  readonly shapes: SharedMap<unknown>
  readonly held: SharedMap<unknown>
  readonly work: BoardWork
}

type Stack = UndoManager['undoStack']
type Piece = Stack[number]
/** What all pieces of one step have in common. */
type StepMark = object

/** In a piece's `meta`. */
const STEP = 'step'
const stepOf = (piece: Piece | undefined): unknown => piece?.meta.get(STEP)

/** Structs that a piece may have so that it is joined with the one before: so many go back in a few milliseconds. */
const SMALL_PIECE_STRUCTS = 180

export class StepHistory implements BoardHistory {
  readonly #undo: UndoManager
  readonly #deps: HistoryDeps
  /** Of the step that what is changed now belongs to. */
  #mark: StepMark | undefined
  /** Whether what is changed now is one of several pieces that go back or forth. */
  isPiece = false

  constructor(undo: UndoManager, deps: HistoryDeps) {
    this.#undo = undo
    this.#deps = deps
    undo.on('stack-item-added', ({ stackItem }: { stackItem: Piece }) => {
      stackItem.meta.set(STEP, this.#mark ?? {})
    })
  }

  get canUndo(): boolean {
    return this.#mayTake(this.#undo.undoStack)
  }
  get canRedo(): boolean {
    return this.#mayTake(this.#undo.redoStack)
  }

  undo(): void {
    this.#deps.work.start(
      this.#take(
        () => this.#undo.undoStack,
        () => this.#undo.undo(),
      ),
    )
  }
  redo(): void {
    this.#deps.work.start(
      this.#take(
        () => this.#undo.redoStack,
        () => this.#undo.redo(),
      ),
    )
  }

  clear(): void {
    this.#deps.work.finish()
    this.#undo.clear()
  }

  subscribe(listener: () => void): () => void {
    const events = ['stack-item-added', 'stack-item-popped', 'stack-item-updated', 'stack-cleared'] as const
    for (const event of events) this.#undo.on(event, listener)
    this.#deps.held.observe(listener)
    return () => {
      for (const event of events) this.#undo.off(event, listener)
      this.#deps.held.unobserve(listener)
    }
  }

  /** What `change` changes is a piece of its own, of the marked step. */
  inStep(mark: StepMark, change: () => void): void {
    this.#mark = mark
    this.#undo.stopCapturing()
    try {
      change()
    } finally {
      this.#mark = undefined
      this.#undo.stopCapturing()
    }
  }

  /** Goes on with the open step, in a new piece when the last one is big enough. */
  goOn(): void {
    const piece = this.#undo.undoStack.at(-1)
    if (piece && structsIn(piece) >= SMALL_PIECE_STRUCTS) this.#undo.stopCapturing()
  }

  /** A step of several pieces, each on the stack by itself until the step ends.
   * @param ended  called when it is over */
  open(joinsLast: boolean, ended: () => void): OpenStep {
    const undo = this.#undo
    let undoneCount = 0
    const before = undo.undoStack.length
    undo.stopCapturing()
    const first = joinsLast ? Math.max(0, before - lastPieces(undo.undoStack).length) : before
    return {
      mark: () => undo.stopCapturing(),
      undo: () => {
        if (undo.undoStack.length <= before) return
        undoneCount++
        this.undo()
      },
      redo: () => {
        if (undoneCount === 0) return
        undoneCount--
        this.redo()
      },
      end: () => {
        joinPieces(undo.undoStack, first)
        ended()
      },
      abandon: () => {
        joinPieces(undo.undoStack, first)
        if (undo.undoStack.length > first) this.undo()
        this.#deps.work.finish()
        undo.clear(false, true)
        ended()
      },
    }
  }

  /** @param stackNow  Yjs makes a new one when it clears it */
  *#take(stackNow: () => Stack, run: () => void): Job {
    const mark = stepOf(stackNow().at(-1))
    if (!this.#mayTake(stackNow())) return
    this.#deps.began()
    const isOne = lastPieces(stackNow()).length === 1
    while (stepOf(stackNow().at(-1)) === mark) {
      this.isPiece = !isOne
      try {
        this.inStep(mark as StepMark, () => alone(stackNow(), run))
      } finally {
        this.isPiece = false
      }
      if (stepOf(stackNow().at(-1)) === mark) yield
    }
  }

  #mayTake(stack: Stack): boolean {
    const { held, mayTouch, shapes } = this.#deps
    if (stack.length === 0) return false
    // Mostly nothing is held, and then a step of thousands of shapes is not gone through.
    if ([...held.keys()].every(mayTouch)) return true
    return lastPieces(stack)
      .flatMap(({ insertions, deletions }) => [insertions, deletions])
      .every(set => touchedIds(shapes, set).every(mayTouch))
  }
}

/** The pieces of the last step. */
function lastPieces(stack: Stack): Stack {
  const mark = stepOf(stack.at(-1))
  const before = stack.findLastIndex(piece => stepOf(piece) !== mark)
  return stack.slice(before + 1)
}

/** Yjs goes on to the next step when one has no effect any more. A person who takes back a move that somebody else has
 * since overwritten would lose the whole shape with it, so only the top piece is on the stack meanwhile. */
function alone(stack: Stack, run: () => void): void {
  const below = stack.splice(0, Math.max(0, stack.length - 1))
  try {
    run()
  } finally {
    stack.unshift(...below)
  }
}

/** Makes one step of the pieces from `first` on, in as few pieces as can go back a frame each. */
function joinPieces(stack: Stack, first: number): void {
  const pieces = stack.splice(first)
  // What is still under way goes on under the mark of the last one.
  const mark = stepOf(pieces.at(-1))
  let joined: Stack = []
  let structs = 0
  const close = () => {
    const [piece] = joined
    if (!piece) return
    if (joined.length > 1) {
      piece.insertions = mergeDeleteSets(joined.map(({ insertions }) => insertions))
      piece.deletions = mergeDeleteSets(joined.map(({ deletions }) => deletions))
    }
    piece.meta.set(STEP, mark)
    stack.push(piece)
    joined = []
    structs = 0
  }
  for (const piece of pieces) {
    const size = structsIn(piece)
    if (structs + size > SMALL_PIECE_STRUCTS) close()
    joined.push(piece)
    structs += size
  }
  close()
}

function structsIn({ insertions, deletions }: Piece): number {
  let count = 0
  for (const { clients } of [insertions, deletions])
    for (const ranges of clients.values()) for (const { len } of ranges) count += len
  return count
}
