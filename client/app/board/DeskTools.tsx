/** The tools where there is room for all of them, with what they can do besides. A phone has its own. */
import type { EditorView } from '../../editor/view.ts'
import { ToolBar } from './ToolBar.tsx'
import { ToolHint } from './ToolHint.tsx'

export default function DeskTools(props: { view: EditorView }) {
  return (
    <>
      <ToolBar view={props.view} />
      <ToolHint view={props.view} />
    </>
  )
}
