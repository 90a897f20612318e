/** What this person may do, as the editor goes by it: which tools they have, and what ends when they may do less. */
import type { ShapeId } from '#shared/ids.ts'
import { type Action, may, type Role } from '#shared/roles.ts'
import type { Board } from '../board/board.ts'
import type { Standing } from '../board/board-rights.ts'
import type { ToolId } from '../tools/tool-table.ts'
import { Cell, type ReadonlyCell } from './cell.ts'
import { NOT_YOURS, ROLE_NEWS } from './role-words.ts'
import type { Selection } from './selection.ts'
import type { TextEditing } from './text-editing.ts'
import type { ToolHost } from './tool-host.ts'

/** What a role may lose that has to do with gestures. */
const CHANGING: readonly Action[] = ['add', 'edit']
/** For who may only look on. */
const VIEWING_TOOLS: readonly ToolId[] = ['hand', 'laser']

export interface RoleChangesDeps {
  readonly board: Board
  readonly host: ToolHost
  readonly selection: Selection
  readonly textEditing: ReadonlyCell<TextEditing | undefined>
  readonly cancelGesture: () => void
  readonly endStep: () => void
  readonly notify: (message: string) => void
  readonly announce: (text: string) => void
  /** What the welcome says is seen, not told. */
  readonly isTold: () => boolean
}

/** A tool can be taken before it is known who this is; what is drawn with it counts only then. */
export function mayUse({ rights }: Pick<Board, 'rights'>, tool: ToolId): boolean {
  const isCommenting = tool === 'comment' && rights.may('comment')
  return rights.standing === undefined || rights.mayAdd || isCommenting || VIEWING_TOOLS.includes(tool)
}

export class RoleChanges {
  readonly #deps: RoleChangesDeps
  readonly cell: Cell<Role | undefined>
  #hasSaidNotYours = false

  constructor(deps: RoleChangesDeps) {
    this.#deps = deps
    this.cell = new Cell(deps.board.rights.standing?.role)
    if (this.cell.value) this.#takeToolOfRole()
  }

  /** The server's word. A gesture that is not theirs to finish any more is dropped. */
  changed(standing: Standing): void {
    const { board, selection, textEditing } = this.#deps
    const before = board.rights.standing?.role
    board.rights.standing = standing
    if (before !== standing.role) {
      if (before && CHANGING.some(action => may(before, action) && !may(standing.role, action))) {
        this.#deps.cancelGesture()
        textEditing.value?.finish()
        this.#deps.endStep()
        // The steps were another role's: taken back, they would change what is not this one's to change.
        board.history.clear()
        selection.set([])
      }
      this.#takeToolOfRole()
    }
    this.cell.set(standing.role)
    if (this.#deps.isTold() && before !== standing.role) this.#deps.notify(ROLE_NEWS[standing.role])
  }

  /** What the owner holds from now on is let go of here: it would not be taken any more.
   * @returns whether some can be touched now */
  heldChanged(ids: readonly ShapeId[]): boolean {
    const { board, selection, textEditing } = this.#deps
    const isHeld = (id: ShapeId): boolean => ids.includes(id) && !board.rights.mayTouch(id)
    const typing = textEditing.value
    if (typing && isHeld(typing.id)) typing.finish()
    if (selection.ids.some(isHeld)) this.#deps.cancelGesture()
    return ids.some(id => board.rights.mayTouch(id))
  }

  /** Somebody has tried to change what is another's: in a note the first time, in passing from then on. */
  notYours(): void {
    if (this.cell.value !== 'add-only') return
    if (this.#hasSaidNotYours) this.#deps.announce(NOT_YOURS)
    else this.#deps.notify(NOT_YOURS)
    this.#hasSaidNotYours = true
  }

  /** Who may only look on has the hand; who may draw again starts where everybody does. */
  #takeToolOfRole(): void {
    const { board, host } = this.#deps
    if (!board.rights.mayAdd) host.use('hand')
    else if (this.cell.value && !may(this.cell.value, 'add')) host.use('select')
  }
}
