/** The board as the editor, the tools and the renderer see it: plain shapes in, plain shapes out. No Y type leaks. */
import type { ShapePatch } from '#shared/board/layout.ts'
import type { LineShape, Shape } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardRights } from './board-rights.ts'

export type { ShapePatch }

/** What one transaction changed, local, remote or undone alike. */
export interface BoardChange {
  readonly added: readonly ShapeId[]
  readonly updated: readonly ShapeId[]
  readonly removed: readonly ShapeId[]
  /** Lines among `updated` that only follow a shape they hang on. */
  readonly followed: readonly ShapeId[]
  /** Where pixels may differ, board units: the bounds of every changed shape before and after. */
  readonly dirty: readonly Box[]
  readonly origin: 'local' | 'remote' | 'undo'
  /** One of many pieces of a step: what is to be done once can wait until the board's work is shown. */
  readonly isPiece: boolean
}

/** What the renderer and hit-testing need. */
export interface BoardReader {
  readonly shapeCount: number
  get(id: ShapeId): Shape | undefined
  /** The shape's painted bounds, line width and rotation included. */
  boundsOf(id: ShapeId): Box | undefined
  /** Shapes whose bounds touch `box`, in paint order, back to front. */
  query(box: Box): readonly Shape[]
  /** The lines whose ends hang on a shape. */
  linesOn(id: ShapeId): readonly LineShape[]
  /** The box around everything, or `undefined` for an empty board. */
  extent(): Box | undefined
  subscribe(listener: (change: BoardChange) => void): () => void
}

/** Changes inside one transaction. */
export interface BoardEdit {
  add(shape: Shape): void
  update(id: ShapeId, patch: ShapePatch): void
  remove(id: ShapeId): void
}

/** Changes one shape after the other and stops after each. Reads a shape when its turn comes: others may have changed it meanwhile. */
export type EditEach = (edit: BoardEdit) => Iterator<unknown>

export interface EachOptions {
  /** Called when the board shows all of it: before the call returns, unless it is of thousands of shapes. */
  readonly shown?: () => void
  /** More of the same step is coming: it need not be in the document before that. */
  readonly isPart?: boolean
  /** It belongs to the last step if that has the same label and is still under way. */
  readonly goesOn?: boolean
}

/** A person's own steps. */
export interface BoardHistory {
  readonly canUndo: boolean
  readonly canRedo: boolean
  undo(): void
  redo(): void
  /** Forgets all steps. */
  clear(): void
  /** Called after every change of `canUndo` or `canRedo`. */
  subscribe(listener: () => void): () => void
}

/** What comes onto the board, and into its document, a little in each frame: changes of thousands of shapes, and steps back and forth through
 * them. */
export interface UnfinishedWork {
  readonly isBusy: boolean
  /** Whether the board shows all that was asked for, whatever its document has yet. */
  readonly isShown: boolean
  /** Lets the board show it at once, but for steps back and forth: for what reckons with shapes as they are. */
  show(): void
  /** Does what is left at once. */
  finish(): void
  /** Called when something has begun, when the board has come to show it, and when nothing is left to do. */
  subscribe(listener: () => void): () => void
}

/** An undo step that several transactions make up. While it is open it can be undone piece by piece. */
export interface OpenStep {
  /** What follows is a piece of its own. */
  mark(): void
  /** The last piece, back and forth; never what was before the step. */
  undo(): void
  redo(): void
  end(): void
  /** Takes all of it back, as if it had never been. */
  abandon(): void
}

/** One text that several people may edit at once. Offsets are UTF-16 code units. */
export interface SharedText {
  readonly value: string
  /** Replaces `removed` code units at `at` by `inserted`; merges with what others type. */
  splice(at: number, removed: number, inserted: string): void
  /** Others' changes (and undo's), as splices in order. */
  subscribe(listener: (splices: readonly TextSplice[]) => void): () => void
}
export interface TextSplice {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

export interface Board extends BoardReader {
  /** What is not this person's to change does not change, whoever asks for it. */
  readonly rights: BoardRights
  /** Whether this person may change a shape as it is: theirs to change, and not locked. */
  mayChange(shape: Shape): boolean
  /** Whether the owner holds a shape in place, so that nobody else can change it. */
  isHeld(id: ShapeId): boolean
  /** Called when other shapes are held than before. */
  subscribeHeld(listener: (ids: readonly ShapeId[]) => void): () => void
  readonly history: BoardHistory
  /** The board's name, '' when it has none. */
  readonly name: string
  rename(name: string): void
  subscribeName(listener: (name: string) => void): () => void
  readonly work: UnfinishedWork
  /** Runs `edit` synchronously as one undo step. The board shows it at once; so do the others, if it is not of thousands of shapes. */
  transact(label: string, edit: (edit: BoardEdit) => void): void
  /** The same for any number of shapes, of which the board shows more with each frame. What is done meanwhile comes after it. */
  transactEach(label: string, edits: EditEach, options?: EachOptions): void
  /** Joins the transactions until the step ends into one undo step (typing, style dragging).
   * @param joinsLast  what was done last belongs to it too */
  startStep(label: string, joinsLast?: boolean): OpenStep
  /** `undefined` when the shape is gone or holds no text. */
  textOf(id: ShapeId): SharedText | undefined
  /** The order key of the front-most (or back-most) shape, `null` on an empty board. */
  frontOrder(): string | null
  backOrder(): string | null
}
