/** What the app (Solid) may know and ask of the editor. The editor implements it; the app imports only this file,
 * actions.ts and the tool table from below. */
import type { ShapeStyle, ShapeType } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Role } from '#shared/roles.ts'
import type { Camera } from '../render/scene.ts'
import type { PersonState } from '../sync/presence.ts'
import type { SaveState } from '../sync/session.ts'
import type { ToolId } from '../tools/tool-table.ts'
import type { ActionId } from './action-table.ts'
import type { ReadonlyCell } from './cell.ts'
import type { CompanyView } from './company/company-view.ts'

export type { SaveState }

export interface Person {
  readonly clientId: number
  readonly name: string
  /** CSS colour of the cursor and the avatar. */
  readonly color: string
  readonly isMe: boolean
  readonly state: PersonState
}

export interface Profile {
  readonly name: string
  /** Name in `INKS`. */
  readonly color: string
  /** Whether the person chose it, or it was given at random. */
  readonly chosen: boolean
}

/** Style keys that apply to the tool or the selection, with their common value (`undefined`: mixed). */
export type StyleView = Partial<{ readonly [K in keyof ShapeStyle]: ShapeStyle[K] | undefined }> & {
  /** The shapes are sticky notes only: `fill` is chosen from the notes' colours. */
  readonly isNote: boolean
}

export interface OutlineItem {
  readonly id: ShapeId
  readonly type: ShapeType
  /** "Rectangle", "Sticky note: buy milk" … */
  readonly label: string
  readonly isSelected: boolean
}

export interface HistoryState {
  readonly canUndo: boolean
  readonly canRedo: boolean
}

/** Something the person should know, and can put away. */
export interface Notice {
  readonly message: string
  /** What they can do about it. */
  readonly action?: { readonly label: string; readonly run: () => void }
}

export interface EditorView {
  readonly tool: ReadonlyCell<ToolId>
  setTool(tool: ToolId): void
  /** Keep the tool after a shape was drawn (`Q`). */
  readonly isToolLocked: ReadonlyCell<boolean>

  readonly selection: ReadonlyCell<readonly ShapeId[]>
  select(ids: readonly ShapeId[]): void
  /** Gives the keys to the board. */
  focus(): void
  /** Moves the camera just enough to show the shape. */
  reveal(id: ShapeId): void

  readonly style: ReadonlyCell<StyleView>
  setStyle(patch: Partial<ShapeStyle>): void

  readonly camera: ReadonlyCell<Camera>
  readonly history: ReadonlyCell<HistoryState>
  readonly boardName: ReadonlyCell<string>
  rename(name: string): void

  readonly people: ReadonlyCell<readonly Person[]>
  readonly profile: ReadonlyCell<Profile>
  setProfile(name: string, color: string): void

  readonly saveState: ReadonlyCell<SaveState>
  /** What this person may do; `undefined` until the server has said so for the first time. */
  readonly role: ReadonlyCell<Role | undefined>
  /** Shapes of the board are on the screen. */
  readonly isReady: ReadonlyCell<boolean>
  /** They have been seen there: what is not needed to draw may come. */
  readonly isShown: ReadonlyCell<boolean>
  /** Nothing stands on the board, in view or out of it. */
  readonly isEmpty: ReadonlyCell<boolean>
  /** A gesture is under way: islands over it step back. */
  readonly isGesturing: ReadonlyCell<boolean>
  /** At most the first hundred shapes in view, in reading order. */
  readonly outline: ReadonlyCell<readonly OutlineItem[]>
  /** The last thing to tell a screen reader: "Ada joined", "3 shapes selected". */
  readonly announcement: ReadonlyCell<string>
  /** What the server did not do with something of this person's, the last time. */
  readonly notice: ReadonlyCell<Notice | undefined>

  /** What people do together besides drawing; its code comes after the board. */
  readonly company: ReadonlyCell<CompanyView | undefined>

  /** Runs an action of actions.ts by its id. */
  run(actionId: ActionId): void
}
