/** What the app may know and ask of how people follow and call each other. */
import type { Point } from '#shared/board/shape.ts'
import type { Reaction } from '#shared/live-company.ts'
import type { ReadonlyCell } from '../cell.ts'

export interface FollowView {
  /** The client id of who is followed. */
  readonly following: ReadonlyCell<number | undefined>
  /** Client ids of everybody who follows, also by following somebody who does. */
  readonly followers: ReadonlyCell<readonly number[]>
  follow(clientId: number): void
  stop(): void
}

export interface Summoned {
  readonly clientId: number
  readonly name: string
  /** Brought already, or asked to come. */
  readonly isThere: boolean
}

export interface SummonsView {
  readonly summoned: ReadonlyCell<Summoned | undefined>
  /** Brings everybody here. */
  bring(): void
  /** Where one is asked to come. */
  go(): void
  /** Where one was before. */
  goBack(): void
  dismiss(): void
}

export interface PeopleTogetherView {
  readonly follow: FollowView
  readonly summons: SummonsView
  readonly chat: ChatView
  readonly reactions: ReactionsView
  /** Client ids of those who type into a text. */
  readonly typing: ReadonlyCell<ReadonlySet<number>>
}

/** One's own chat line. */
export type ChatState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'typing'; readonly text: string }
  | { readonly kind: 'lingering'; readonly text: string }

export interface ChatView {
  readonly state: ReadonlyCell<ChatState>
  /** Board units; the line stays beside it. */
  readonly pointer: ReadonlyCell<Point | undefined>
  open(): void
  type(text: string): void
  /** It stays to be read for a few seconds. */
  finish(): void
  cancel(): void
}

/** A reaction on its way up. */
export interface Float {
  readonly id: number
  readonly reaction: Reaction
  /** Board units. */
  readonly at: Point
}

export interface ReactionsView {
  readonly choices: readonly { readonly id: Reaction; readonly label: string }[]
  readonly floats: ReadonlyCell<readonly Float[]>
  /** The reactions to choose from are shown. */
  readonly isOpen: ReadonlyCell<boolean>
  setOpen(isOpen: boolean): void
  react(reaction: Reaction): void
}
