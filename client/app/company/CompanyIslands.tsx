/** What people do together on a board besides drawing, as it shows. Comes after the board. */
import type { CompanyView } from '../../editor/company/company-view.ts'
import type { EditorView } from '../../editor/view.ts'

export default function CompanyIslands(_props: { view: EditorView; company: CompanyView }) {
  return null
}
