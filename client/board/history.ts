/** A person's own steps, over Yjs' undo manager: others' changes are never undone, and a step that others built upon
 * takes back only what is still this person's. A step that touches what the owner has come to hold waits until it is released. */
import { mergeDeleteSets, type Map as SharedMap, type UndoManager } from 'yjs'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardHistory, OpenStep } from './board.ts'
import { touchedIds } from './touched-ids.ts'

export interface HistoryDeps {
  /** Called before each step back or forth, which is a change of its own. */
  readonly began: () => void
  readonly mayTouch: (id: ShapeId) => boolean
  readonly shapes: SharedMap<unknown>
  readonly held: SharedMap<unknown>
}

type Stack = UndoManager['undoStack']

export function createHistory(
  undo: UndoManager,
  { began, mayTouch, shapes, held }: HistoryDeps,
): BoardHistory {
  const mayTake = (stack: Stack): boolean => {
    const step = stack.at(-1)
    if (!step) return false
    // Mostly nothing is held, and then a step of thousands of shapes is not gone through.
    if ([...held.keys()].every(mayTouch)) return true
    return [step.insertions, step.deletions].every(set => touchedIds(shapes, set).every(mayTouch))
  }
  const take = (stack: Stack, run: () => void): void => {
    if (!mayTake(stack)) return
    began()
    oneStep(undo, stack, run)
  }
  return {
    get canUndo() {
      return mayTake(undo.undoStack)
    },
    get canRedo() {
      return mayTake(undo.redoStack)
    },
    undo: () => take(undo.undoStack, () => undo.undo()),
    redo: () => take(undo.redoStack, () => undo.redo()),
    clear: () => undo.clear(),
    subscribe(listener) {
      const events = ['stack-item-added', 'stack-item-popped', 'stack-item-updated', 'stack-cleared'] as const
      for (const event of events) undo.on(event, listener)
      held.observe(listener)
      return () => {
        for (const event of events) undo.off(event, listener)
        held.unobserve(listener)
      }
    },
  }
}

/** Yjs goes on to the next step when one has no effect any more. A person who takes back a move that somebody else has
 * since overwritten would lose the whole shape with it, so only the top step is on the stack meanwhile. */
function oneStep<T>(undo: UndoManager, stack: T[], run: () => void): void {
  const below = stack.splice(0, Math.max(0, stack.length - 1))
  try {
    run()
  } finally {
    stack.unshift(...below)
    // Whatever is done next, in an open step too, is not part of the step that is on top now.
    undo.stopCapturing()
  }
}

/** A step of several pieces, each on the stack by itself until the step ends.
 * @param ended  called when it is over */
export function openStep(
  undo: UndoManager,
  history: Pick<BoardHistory, 'undo' | 'redo'>,
  joinsLast: boolean,
  ended: () => void,
): OpenStep {
  const { undoStack } = undo
  let undoneCount = 0
  const before = undoStack.length
  undo.stopCapturing()
  const merge = () => {
    const pieces = undoStack.splice(Math.max(0, joinsLast ? before - 1 : before))
    const [first] = pieces
    if (!first) return
    if (pieces.length > 1) {
      first.insertions = mergeDeleteSets(pieces.map(piece => piece.insertions))
      first.deletions = mergeDeleteSets(pieces.map(piece => piece.deletions))
    }
    undoStack.push(first)
  }
  return {
    mark: () => undo.stopCapturing(),
    undo: () => {
      if (undoStack.length <= before) return
      undoneCount++
      history.undo()
    },
    redo: () => {
      if (undoneCount === 0) return
      undoneCount--
      history.redo()
    },
    end: () => {
      merge()
      ended()
    },
    abandon: () => {
      merge()
      if (undoStack.length > (joinsLast ? before - 1 : before)) history.undo()
      undo.clear(false, true)
      ended()
    },
  }
}
