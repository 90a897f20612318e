/** What the app may know and ask of how people follow and call each other. */
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
}
