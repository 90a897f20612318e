/** What people do with each other's presence, as it shows over the board. */
import type { CompanyView } from '../../../editor/company/company-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { ChatLine } from './ChatLine.tsx'
import { FollowFrame } from './FollowFrame.tsx'
import { ReactionFloats } from './ReactionFloats.tsx'
import { SummonsToast } from './SummonsToast.tsx'
import '../../styles/carets.css'

export function PeopleIslands(props: { view: EditorView; company: CompanyView }) {
  return (
    <>
      <FollowFrame view={props.view} follow={props.company.people.follow} />
      <ReactionFloats view={props.view} reactions={props.company.people.reactions} />
      <ChatLine view={props.view} chat={props.company.people.chat} />
      <SummonsToast view={props.view} summons={props.company.people.summons} />
    </>
  )
}
