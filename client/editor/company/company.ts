/** What people do together on a board besides drawing. Its code comes when the board is on the screen, so that who comes to
 * draw does not wait for it; nothing here may be needed for a stroke. */
import type { Theme } from '#shared/board/palette.ts'
import type { Point } from '#shared/board/shape.ts'
import type { Role } from '#shared/roles.ts'
import type { Board } from '../../board/board.ts'
import type { Renderer } from '../../render/renderer.ts'
import type { Session } from '../../sync/session.ts'
import { CommentTool } from '../../tools/comment-tool.ts'
import type { CompanyActionId } from '../action-table.ts'
import type { Attendance } from '../attendance.ts'
import type { CameraControl } from '../camera.ts'
import type { ReadonlyCell } from '../cell.ts'
import type { Others } from '../others.ts'
import type { SafeStorage } from '../safe-storage.ts'
import type { Selection } from '../selection.ts'
import type { TextEditing } from '../text-editing.ts'
import type { ToolHost } from '../tool-host.ts'
import type { Notice } from '../view.ts'
import { CommentsState } from './comments/comments-state.ts'
import type { CompanyView } from './company-view.ts'
import { Facilitation } from './facilitation.ts'
import { PeopleTogether } from './people-together.ts'

/** The parts of an open board that the company works with. */
export interface CompanyDeps {
  readonly boardId: string
  /** Fills the page; gets the pointer. */
  readonly container: HTMLElement
  readonly board: Board
  readonly renderer: Renderer
  readonly session: Session
  readonly others: Others
  readonly attendance: Attendance
  readonly camera: CameraControl
  readonly selection: Selection
  readonly host: ToolHost
  /** Where the pointer is over the board. */
  readonly pointer: ReadonlyCell<Point | undefined>
  readonly textEditing: ReadonlyCell<TextEditing | undefined>
  readonly storage: SafeStorage
  readonly role: ReadonlyCell<Role | undefined>
  readonly theme: () => Theme
  /** Tells a screen reader. */
  readonly announce: (text: string) => void
  /** Shows everybody who can see. */
  readonly notify: (notice: Notice | undefined) => void
}

export class Company implements CompanyView {
  readonly boardId: string
  readonly facilitation: Facilitation
  readonly people: PeopleTogether
  readonly comments: CommentsState
  readonly #stops: (() => void)[] = []

  constructor(deps: CompanyDeps) {
    this.boardId = deps.boardId
    this.facilitation = new Facilitation(deps)
    this.people = new PeopleTogether(deps)
    this.#stops.push(
      () => this.facilitation.close(),
      () => this.people.close(),
      deps.role.subscribe(() => this.facilitation.roleChanged()),
    )
    const { host, session } = deps
    this.comments = new CommentsState({ ...deps, nowMs: () => session.serverNowMs() })
    const comment = new CommentTool(host.ctx, (point, shape) => {
      this.comments.begin(point, shape)
      if (host.isLocked.value) return
      // Who may not select has the hand again.
      host.use('hand')
      host.use('select')
    })
    host.add('comment', comment)
    this.#stops.push(() => this.comments.dispose())
  }

  run(action: CompanyActionId): void {
    this.people.run(action)
  }

  /** Ends what is going on with others. @returns whether something was */
  leave(): boolean {
    return this.people.leave() || this.comments.leave()
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }
}
