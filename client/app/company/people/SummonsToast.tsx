/** Somebody has brought everyone to where they are, or asks one to come. */
import { Show } from 'solid-js'
import type { SummonsView } from '../../../editor/company/people-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { TimedToast } from '../../board/TimedToast.tsx'
import { fromCell } from '../../from-cell.ts'

export function SummonsToast(props: { view: EditorView; summons: SummonsView }) {
  const summoned = fromCell(props.summons.summoned)
  const act = (action: () => void) => {
    action()
    props.view.focus()
  }
  return (
    <Show when={summoned()} keyed>
      {({ name, isThere }) => (
        <TimedToast
          onClose={hadFocus => {
            props.summons.dismiss()
            if (hadFocus) props.view.focus()
          }}
        >
          <p>{isThere ? `${name} brought you here` : `${name} wants everyone to come`}</p>
          <button
            type="button"
            class="link-button"
            onClick={() => act(() => (isThere ? props.summons.goBack() : props.summons.go()))}
          >
            {isThere ? 'Go back' : 'Go there'}
          </button>
        </TimedToast>
      )}
    </Show>
  )
}
