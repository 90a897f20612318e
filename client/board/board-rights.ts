/** What this person may do to the board. The server holds everyone to their role; that the page keeps to it too means that nothing gets
 * into the document here which would never get out of it. */
import type { Comment } from '#shared/board/comments.ts'
import type { Shape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import { type Action, may, type Role } from '#shared/roles.ts'

export interface Standing {
  readonly role: Role
  /** Marks the shapes that this person makes. */
  readonly by: string
}

export class BoardRights {
  #standing: Standing | undefined
  #tellKnown: () => void = () => {}
  /** Resolves when somebody has said. */
  readonly known = new Promise<void>(resolve => {
    this.#tellKnown = resolve
  })
  /** Whether the owner holds a shape in place: the board says. */
  isHeld: (id: ShapeId) => boolean = () => false

  /** @param standing  `undefined` as long as nobody has said: then nothing may be changed */
  constructor(standing?: Standing) {
    this.#standing = standing
    if (standing) this.#tellKnown()
  }

  get standing(): Standing | undefined {
    return this.#standing
  }
  set standing(standing: Standing) {
    this.#standing = standing
    this.#tellKnown()
  }
  may(action: Action): boolean {
    return this.#standing !== undefined && may(this.#standing.role, action)
  }
  get mayAdd(): boolean {
    return this.may('add')
  }
  get mayEdit(): boolean {
    return this.may('edit')
  }
  /** A lock is not asked about: whoever may change a shape may take its lock off. What the owner holds is asked about. */
  mayChange({ id, by }: Pick<Shape, 'id' | 'by'>): boolean {
    if (!this.mayTouch(id)) return false
    return this.mayEdit || (this.mayAdd && by === this.#standing?.by)
  }
  /** Whether the owner leaves a shape to others, whoever made it. */
  mayTouch(id: ShapeId): boolean {
    return !this.isHeld(id) || this.may('hold-shapes')
  }
  /** What somebody has written is theirs to change. */
  mayReword({ by }: Pick<Comment, 'by'>): boolean {
    return this.may('comment') && by === this.#standing?.by
  }
  mayDelete(comment: Pick<Comment, 'by'>): boolean {
    return this.may('moderate-comments') || this.mayReword(comment)
  }
}

/** For documents that nobody else is asked about. */
export const everyRight = (): BoardRights => new BoardRights({ role: 'owner', by: '' })
