/** What people do together on a board besides drawing, as it shows: a bar of buttons, and what each of them opens. Comes after the board. */
import type { CompanyView } from '../../editor/company/company-view.ts'
import type { EditorView } from '../../editor/view.ts'
import { keepFocusOnBoard } from '../board/keep-focus.ts'
import { CommentButtons } from './comments/CommentButtons.tsx'
import { CommentsOnBoard } from './comments/CommentsOnBoard.tsx'
import { HeldMarks } from './meeting/HeldMarks.tsx'
import { MeetingButton } from './meeting/MeetingButton.tsx'
import { MeetingStrip } from './meeting/MeetingStrip.tsx'
import { VoteBadges } from './meeting/VoteBadges.tsx'
import { PeopleIslands } from './people/PeopleIslands.tsx'
import { TogetherButtons } from './people/TogetherButtons.tsx'
import '../styles/company.css'
import '../styles/meeting.css'

/** In the bar stand, from left to right, comments, reactions, the meeting's tools: a button each, labelled, with a tooltip. */
export default function CompanyIslands(props: { view: EditorView; company: CompanyView }) {
  return (
    <>
      <VoteBadges view={props.view} meeting={props.company.facilitation} />
      <HeldMarks view={props.view} meeting={props.company.facilitation} />
      <MeetingStrip meeting={props.company.facilitation} />
      <PeopleIslands view={props.view} company={props.company} />
      <section class="island company-bar" aria-label="Together" onMouseDown={keepFocusOnBoard}>
        <CommentButtons view={props.view} comments={props.company.comments} />
        <TogetherButtons view={props.view} company={props.company} />
        <MeetingButton meeting={props.company.facilitation} />
      </section>
      <CommentsOnBoard view={props.view} comments={props.company.comments} />
    </>
  )
}
