/** What this person may do to the board. The server holds everyone to their role; that the page keeps to it too means that nothing gets
 * into the document here which would never get out of it. */
import type { Shape } from '#shared/board/shape.ts'
import { may, type Role } from '#shared/roles.ts'

export interface Standing {
  readonly role: Role
  /** Marks the shapes that this person makes. */
  readonly by: string
}

export class BoardRights {
  #standing: Standing | undefined

  /** @param standing  `undefined` as long as nobody has said: then nothing may be changed */
  constructor(standing?: Standing) {
    this.#standing = standing
  }

  get standing(): Standing | undefined {
    return this.#standing
  }
  set standing(standing: Standing) {
    this.#standing = standing
  }
  get mayAdd(): boolean {
    return this.#standing !== undefined && may(this.#standing.role, 'add')
  }
  get mayEdit(): boolean {
    return this.#standing !== undefined && may(this.#standing.role, 'edit')
  }
  /** A lock is not asked about: whoever may change a shape may take its lock off. */
  mayChange({ by }: Shape): boolean {
    return this.mayEdit || (this.mayAdd && by === this.#standing?.by)
  }
}

/** For documents that nobody else is asked about. */
export const everyRight = (): BoardRights => new BoardRights({ role: 'owner', by: '' })
