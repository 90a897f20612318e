/** What the app may know and ask of a board's comments. `CommentsState` implements it. */
import type { CommentId, Pin } from '#shared/board/comments.ts'
import type { Point } from '#shared/board/shape.ts'
import type { Camera } from '../../../render/scene.ts'
import type { ReadonlyCell } from '../../cell.ts'

export type { CommentId, Pin }

/** Which threads the list shows: those that are not done with, those of them in which this person is named or has written, the rest. */
export type ThreadFilter = 'open' | 'for-me' | 'mine' | 'resolved'

export interface CommentView {
  readonly id: CommentId
  readonly name: string
  /** Name in `INKS` or `#rrggbb`. */
  readonly color: string
  /** ms since 1970 */
  readonly at: number
  readonly text: string
  readonly isEdited: boolean
  readonly isMine: boolean
  readonly isUnread: boolean
  readonly mentionsMe: boolean
  readonly mayEdit: boolean
  readonly mayRemove: boolean
}

export interface ThreadView {
  readonly id: CommentId
  readonly first: CommentView
  readonly replies: readonly CommentView[]
  /** Who said it is done with, and when (ms since 1970). */
  readonly resolved: { readonly name: string; readonly at: number } | undefined
  /** What it is pinned to: "Rectangle: browser"; '' for a place on the board, or when that shape is gone. */
  readonly subject: string
  readonly isShapeGone: boolean
  /** ms since 1970: when it was last written in. */
  readonly lastAt: number
  readonly isUnread: boolean
  /** Of an unread comment. */
  readonly mentionsMe: boolean
  /** For a screen reader: "Comment by Ada on Rectangle: too small?, 2 replies, unread". */
  readonly label: string
}

/** What is open over the board. */
export type Opened =
  | { readonly kind: 'thread'; readonly id: CommentId; readonly from: 'pin' | 'elsewhere' }
  /** A comment that is being written at a pin. */
  | { readonly kind: 'new'; readonly pin: Pin }

export interface Unread {
  readonly threadCount: number
  readonly mentionCount: number
}

export interface CommentsView {
  /** All of them, the one that was last written in first. */
  readonly threads: ReadonlyCell<readonly ThreadView[]>
  /** What the list shows of them. */
  readonly listed: ReadonlyCell<readonly ThreadView[]>
  readonly filter: ReadonlyCell<ThreadFilter>
  readonly search: ReadonlyCell<string>
  list(filter: ThreadFilter, search: string): void

  /** The list lies beside the board. */
  readonly isListOpen: ReadonlyCell<boolean>
  showList(isOpen: boolean): void

  /** In threads that are open. */
  readonly unread: ReadonlyCell<Unread>
  markAllRead(): void

  /** Whether this person may write comments. */
  readonly mayWrite: ReadonlyCell<boolean>
  /** Names that an `@` may mean: who is here, who has written, oneself. */
  readonly names: ReadonlyCell<readonly string[]>
  /** Whose `@` is one's own. */
  readonly ownNames: ReadonlyCell<readonly string[]>

  readonly opened: ReadonlyCell<Opened | undefined>
  /** @param from  what has the focus back afterwards: the pin, or whatever had it */
  openThread(id: CommentId, from: 'pin' | 'elsewhere'): void
  /** The next thread of the list, or the one before, round and round. */
  step(direction: 1 | -1): void
  close(): void

  /** What was typed and not sent, kept until it is.
   * @param about  a thread, or 'new' */
  draftOf(about: CommentId | 'new'): string
  keepDraft(about: CommentId | 'new', text: string): void

  /** Sends what is being written. @returns whether it was taken */
  send(text: string): boolean
  edit(id: CommentId, text: string): void
  remove(id: CommentId): void
  resolve(thread: CommentId, isResolved: boolean): void
  /** The address that opens a comment. */
  linkTo(id: CommentId): string

  /** Where a thread's pin is now, board units. */
  placeOf(id: CommentId): Point | undefined
  /** Pins that are to be seen: of the threads that are not done with, of the open one, of those in the list. */
  readonly pinned: ReadonlyCell<readonly ThreadView[]>
  /** The camera as the screen shows it. */
  readonly camera: Camera
  /** Called in every frame that is painted, with what it shows. @returns the unsubscribe */
  watchFrames(listener: (camera: Camera) => void): () => void
  /** Moves the camera just enough that the pins of these threads can be told apart.
   * @returns whether that helps: pins in one place stay there */
  spread(ids: readonly CommentId[]): boolean
  /** Over this lie the pins: it fills the page, and its wheel and keys are the board's. */
  readonly container: HTMLElement
}
