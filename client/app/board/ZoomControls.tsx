import Minus from 'lucide-solid/icons/minus'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, onCleanup } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { ActionButton } from './ActionButton.tsx'

/** While one zooms the number follows this often: nobody reads it faster, and each time the page is laid out anew. */
const FOLLOW_MS = 100

/** Out, the zoom in per cent (a click goes back to 100 %), in. */
export function ZoomControls(props: { view: EditorView }) {
  const percent = createPercent(props.view)
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

function createPercent({ camera }: EditorView): () => number {
  const now = () => Math.round(camera.value.zoom * 100)
  const [percent, setPercent] = createSignal(now())
  let timer: ReturnType<typeof setTimeout> | undefined
  const follow = () => {
    if (timer !== undefined || now() === percent()) return
    setPercent(now())
    timer = setTimeout(() => {
      timer = undefined
      follow()
    }, FOLLOW_MS)
  }
  onCleanup(camera.subscribe(follow))
  onCleanup(() => clearTimeout(timer))
  return percent
}
