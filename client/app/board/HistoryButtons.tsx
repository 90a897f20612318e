import Redo2 from 'lucide-solid/icons/redo-2'
import Undo2 from 'lucide-solid/icons/undo-2'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { ActionButton } from './ActionButton.tsx'

export function HistoryButtons(props: { view: EditorView }) {
  const history = fromCell(props.view.history)
  return (
    <>
      <ActionButton view={props.view} action="undo" isDisabled={!history().canUndo}>
        <Undo2 />
      </ActionButton>
      <ActionButton view={props.view} action="redo" isDisabled={!history().canRedo}>
        <Redo2 />
      </ActionButton>
    </>
  )
}
