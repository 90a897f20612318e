/** What people do with each other's presence, as it shows over the board. */
import type { CompanyView } from '../../../editor/company/company-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { FollowFrame } from './FollowFrame.tsx'
import { SummonsToast } from './SummonsToast.tsx'

export function PeopleIslands(props: { view: EditorView; company: CompanyView }) {
  return (
    <>
      <FollowFrame view={props.view} follow={props.company.people.follow} />
      <SummonsToast view={props.view} summons={props.company.people.summons} />
    </>
  )
}
