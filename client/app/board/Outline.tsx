/** The shapes in view as a list: what a canvas cannot tell a screen reader. It shows itself when it has the focus. */
import { Index, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'

export const OUTLINE_ID = 'board-outline'

export function Outline(props: { view: EditorView }) {
  const items = fromCell(props.view.outline)
  return (
    <nav class="island outline" id={OUTLINE_ID} aria-label="Shapes in view" tabindex="-1">
      <ul aria-label="Board outline">
        {/* By position, so that the focus stays while shapes move and change. */}
        <Index each={items()}>
          {item => (
            <li>
              <button
                type="button"
                aria-pressed={item().isSelected}
                onClick={() => {
                  props.view.select([item().id])
                  props.view.reveal(item().id)
                  // The keys now mean the shape: Enter edits it, the arrows move it, Tab goes to the next.
                  props.view.focus()
                }}
              >
                {item().label}
              </button>
            </li>
          )}
        </Index>
      </ul>
      <Show when={items().length === 0}>
        <p>No shapes in view.</p>
      </Show>
    </nav>
  )
}

/** Goes to the first shape of the list, or to the list itself when it is empty. */
export function focusOutline(): void {
  const outline = document.getElementById(OUTLINE_ID)
  const target = outline?.querySelector('button') ?? outline
  target?.focus()
}
