import Minus from 'lucide-solid/icons/minus'
import Plus from 'lucide-solid/icons/plus'
import { createMemo } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { ActionButton } from './ActionButton.tsx'

/** Out, the zoom in per cent (a click goes back to 100 %), in. */
export function ZoomControls(props: { view: EditorView }) {
  const camera = fromCell(props.view.camera)
  const percent = createMemo(() => Math.round(camera().zoom * 100))
  return (
    <>
      <ActionButton view={props.view} action="zoom-out">
        <Minus />
      </ActionButton>
      <ActionButton
        view={props.view}
        action="zoom-reset"
        class="zoom-value"
        label={`Zoom ${percent()} %, back to 100 %`}
      >
        {percent()} %
      </ActionButton>
      <ActionButton view={props.view} action="zoom-in">
        <Plus />
      </ActionButton>
    </>
  )
}
