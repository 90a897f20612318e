/** What people do together on a board besides drawing. Its code comes when the board is on the screen, so that who comes to
 * draw does not wait for it; nothing here may be needed for a stroke. */
import type { Theme } from '#shared/board/palette.ts'
import type { Role } from '#shared/roles.ts'
import type { Board } from '../../board/board.ts'
import type { Session } from '../../sync/session.ts'
import type { Attendance } from '../attendance.ts'
import type { CameraControl } from '../camera.ts'
import type { ReadonlyCell } from '../cell.ts'
import type { Others } from '../others.ts'
import type { SafeStorage } from '../safe-storage.ts'
import type { Selection } from '../selection.ts'
import type { CompanyView } from './company-view.ts'
import { Facilitation } from './facilitation.ts'

/** The parts of an open board that the company works with. */
export interface CompanyDeps {
  readonly boardId: string
  /** Fills the page; gets the pointer. */
  readonly container: HTMLElement
  readonly board: Board
  readonly session: Session
  readonly others: Others
  readonly attendance: Attendance
  readonly camera: CameraControl
  readonly selection: Selection
  readonly storage: SafeStorage
  readonly role: ReadonlyCell<Role | undefined>
  readonly theme: () => Theme
  /** Tells a screen reader. */
  readonly announce: (text: string) => void
}

export class Company implements CompanyView {
  readonly boardId: string
  readonly facilitation: Facilitation
  readonly #stops: (() => void)[] = []

  constructor(deps: CompanyDeps) {
    this.boardId = deps.boardId
    this.facilitation = new Facilitation(deps)
    this.#stops.push(
      () => this.facilitation.close(),
      deps.role.subscribe(() => this.facilitation.roleChanged()),
    )
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }
}
