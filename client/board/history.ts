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
  readonly mayTouch: (id: ShapeId) => boolean
  readonly shapes: SharedMap<unknown>
  readonly held: SharedMap<unknown>
  readonly work: BoardWork
}

type Stack = UndoManager['undoStack']
type Piece = Stack[number]
/** What all pieces of one step have in common. */
export interface StepMark {
  /** Of all this person did, steps back and forth too, in the order in which it was begun. */
  readonly number: number
}

/** In a piece's `meta`. */
const STEP = 'step'
const stepOf = (piece: Piece | undefined): StepMark | undefined =>
  piece?.meta.get(STEP) as StepMark | undefined
const numberOf = (piece: Piece | undefined): number => stepOf(piece)?.number ?? 0

/** Structs that a piece may have so that it is joined with the one before: so many go back in a few milliseconds. */
const SMALL_PIECE_STRUCTS = 180

export class StepHistory implements BoardHistory {
  readonly #undo: UndoManager
  readonly #deps: HistoryDeps
  /** Of the step that what is changed now belongs to. */
  #mark: StepMark | undefined
  /** Of the step that is open. */
  #openMark: StepMark | undefined
  #number = 0
  #lastNumber = 0
  /** Steps back and forth that are under way or wait for their turn. */
  #takenCount = 0
  /** Whether what is changed now is one of several pieces that go back or forth. */
  isPiece = false

  constructor(undo: UndoManager, deps: HistoryDeps) {
    this.#undo = undo
    this.#deps = deps
    undo.on('stack-item-added', ({ stackItem, type }: { stackItem: Piece; type: 'undo' | 'redo' }) => {
      // As long as a step is open, each of its pieces goes back by itself.
      stackItem.meta.set(STEP, this.#mark ?? { number: this.#number })
      if (type === 'undo') sink(undo.undoStack)
    })
  }

  /** Of the step that what is changed now belongs to; whatever is no shape counts too. */
  get number(): number {
    return this.#number
  }
  /** Whether a step back or forth is under way: what this person does now comes after it. */
  get isTaking(): boolean {
    return this.#takenCount > 0
  }
  /** Of the step that is open: of all that goes into it at once. */
  get openMark(): StepMark | undefined {
    return this.#openMark
  }

  /** Whatever is changed from now on is another step. */
  begin(): StepMark {
    this.#undo.stopCapturing()
    this.#lastNumber++
    this.#number = this.#lastNumber
    return { number: this.#number }
  }

  get canUndo(): boolean {
    return this.#mayTake(this.#undo.undoStack)
  }
  get canRedo(): boolean {
    return this.#mayTake(this.#undo.redoStack)
  }

  undo(): void {
    this.#start(
      () => this.#undo.undoStack,
      () => this.#undo.undo(),
    )
  }
  redo(): void {
    this.#start(
      () => this.#undo.redoStack,
      () => this.#undo.redo(),
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

  /** What `change` changes is a piece of its own, of the marked step.
   * @param number  of what this person does */
  inStep(mark: StepMark, change: () => void, number = mark.number): void {
    const before = this.#number
    this.#mark = mark
    this.#number = number
    this.#undo.stopCapturing()
    try {
      change()
    } finally {
      this.#mark = undefined
      this.#number = before
      this.#undo.stopCapturing()
    }
  }

  /** Goes on with the open step, in a new piece when the last one is big enough. */
  goOn(): void {
    const piece = this.#undo.undoStack.at(-1)
    if (piece && structsIn(piece) >= SMALL_PIECE_STRUCTS) this.#undo.stopCapturing()
  }

  /** A step of several pieces, each on the stack by itself until the step ends.
   * @param joinsLast  the last step and it are one */
  open(joinsLast: boolean): OpenStep {
    const undo = this.#undo
    let undoneCount = 0
    undo.stopCapturing()
    const top = stepOf(undo.undoStack.at(-1))
    const mark = joinsLast && top ? top : this.begin()
    const isBefore = (): boolean => {
      const piece = undo.undoStack.at(-1)
      return numberOf(piece) < mark.number || (joinsLast && stepOf(piece) === mark)
    }
    this.#openMark = mark
    const close = (): void => {
      this.#openMark = undefined
      this.begin()
    }
    return {
      mark: () => undo.stopCapturing(),
      undo: () => {
        this.#deps.work.finish()
        if (isBefore()) return
        undoneCount++
        this.undo()
      },
      redo: () => {
        this.#deps.work.finish()
        if (undoneCount === 0) return
        undoneCount--
        this.redo()
      },
      end: () => {
        joinPieces(undo.undoStack, mark)
        close()
      },
      abandon: () => {
        this.#deps.work.finish()
        joinPieces(undo.undoStack, mark)
        if (stepOf(undo.undoStack.at(-1)) === mark) this.undo()
        this.#deps.work.finish()
        undo.clear(false, true)
        close()
      },
    }
  }

  /** @param stackNow  Yjs makes a new one when it clears it */
  #start(stackNow: () => Stack, run: () => void): void {
    this.#takenCount++
    this.#deps.work.start(this.#take(stackNow, run))
  }

  *#take(stackNow: () => Stack, run: () => void): Job {
    try {
      const mark = stepOf(stackNow().at(-1))
      if (!mark || !this.#mayTake(stackNow())) return
      const { number } = this.begin()
      const isOne = lastPieces(stackNow()).length === 1
      while (stepOf(stackNow().at(-1)) === mark) {
        this.isPiece = !isOne
        try {
          this.inStep(mark, () => alone(stackNow(), run), number)
        } finally {
          this.isPiece = false
        }
        if (stepOf(stackNow().at(-1)) === mark) yield 'change'
      }
    } finally {
      this.#takenCount--
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

/** What goes on with an earlier step lies under what has been done since. */
function sink(stack: Stack): void {
  const piece = stack.at(-1)
  const below = stack.slice(0, -1).findLastIndex(other => numberOf(other) <= numberOf(piece))
  if (!piece || below === stack.length - 2) return
  stack.pop()
  stack.splice(below + 1, 0, piece)
}

/** Makes one step of all its pieces, in as few as can go back a frame each. */
function joinPieces(stack: Stack, mark: StepMark): void {
  const first = stack.findLastIndex(piece => numberOf(piece) < mark.number) + 1
  const pieces = stack.splice(first)
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
