/** On the first visit, once: the name one was given, and the offer to change it. It is in nobody's way. */
import X from 'lucide-solid/icons/x'
import { Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import type { BoardCommands } from './commands.ts'
import { keepFocusOnBoard } from './keep-focus.ts'

export default function Introduction(props: { view: EditorView; commands: BoardCommands }) {
  const profile = fromCell(props.view.profile)
  return (
    <Show when={!profile().chosen}>
      <aside class="island introduction" aria-label="Your name" onMouseDown={keepFocusOnBoard}>
        <p>
          You are <strong>{profile().name}</strong>
        </p>
        <button type="button" class="link-button" onClick={() => props.commands.openDialog('profile')}>
          Change
        </button>
        <button
          type="button"
          class="icon-button small"
          aria-label={`Stay ${profile().name}`}
          data-tip={`Stay ${profile().name}`}
          onClick={() => props.view.setProfile(profile().name, profile().color)}
        >
          <X />
        </button>
      </aside>
    </Show>
  )
}
