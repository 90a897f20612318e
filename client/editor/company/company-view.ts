/** What the app may know and ask of what people do together on a board besides drawing. `Company` implements it; each part has an
 * interface of its own beside its implementation. */

import type { CompanyActionId } from '../action-table.ts'
import type { CommentsView } from './comments/comments-view.ts'
import type { FacilitationView } from './facilitation-view.ts'
import type { PeopleTogetherView } from './people-view.ts'

export interface CompanyView {
  /** Which board this is: parts of the page keep what they need under it. */
  readonly boardId: string
  readonly facilitation: FacilitationView
  readonly people: PeopleTogetherView
  run(action: CompanyActionId): void
  readonly comments: CommentsView
}
