/** A lock at each selected shape that the owner holds in place. */
import Lock from 'lucide-solid/icons/lock'
import { For, Show } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { fromCell } from '../../from-cell.ts'
import { placeAt } from './place-at.ts'

export function HeldMarks(props: { view: EditorView; meeting: FacilitationView }) {
  const marks = fromCell(props.meeting.heldMarks)
  const camera = fromCell(props.view.camera)
  return (
    <Show when={marks().length > 0}>
      <ul class="vote-badges" aria-label="Held in place">
        <For each={marks()}>
          {mark => (
            <li class="held-mark" title="Held in place" style={{ transform: placeAt(mark.at, camera()) }}>
              <Lock />
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
