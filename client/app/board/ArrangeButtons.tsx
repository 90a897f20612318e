import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowDownToLine from 'lucide-solid/icons/arrow-down-to-line'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import ArrowUpToLine from 'lucide-solid/icons/arrow-up-to-line'
import Copy from 'lucide-solid/icons/copy'
import Trash from 'lucide-solid/icons/trash'
import { For } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { ActionId } from '../../editor/action-table.ts'
import type { EditorView } from '../../editor/view.ts'
import { ActionButton } from './ActionButton.tsx'

const BUTTONS: readonly (readonly [ActionId, typeof Copy])[] = [
  ['to-back', ArrowDownToLine],
  ['backward', ArrowDown],
  ['forward', ArrowUp],
  ['to-front', ArrowUpToLine],
  ['duplicate', Copy],
  ['delete', Trash],
]

/** What can be done with the selected shapes. */
export function ArrangeButtons(props: { view: EditorView }) {
  return (
    <fieldset class="style-row">
      <legend>Arrange</legend>
      <div class="choices">
        <For each={BUTTONS}>
          {([action, Icon]) => (
            <ActionButton view={props.view} action={action} class="choice">
              <Dynamic component={Icon} />
            </ActionButton>
          )}
        </For>
      </div>
    </fieldset>
  )
}
