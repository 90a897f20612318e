/** The newest notice. */
import { createEffect, createSignal, on, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { TimedToast } from './TimedToast.tsx'

export default function Toast(props: { view: EditorView }) {
  const notice = fromCell(props.view.notice)
  const [isOpen, setOpen] = createSignal(true)
  createEffect(on(notice, () => setOpen(true)))
  return (
    // Keyed: said anew even when the words are the same.
    <Show when={isOpen() && notice()} keyed>
      {({ message, action }) => (
        <TimedToast
          onClose={hadFocus => {
            setOpen(false)
            if (hadFocus) props.view.focus()
          }}
        >
          <p>{message}</p>
          <Show when={action}>
            {act => (
              <button
                type="button"
                class="link-button"
                onClick={() => {
                  setOpen(false)
                  act().run()
                }}
              >
                {act().label}
              </button>
            )}
          </Show>
        </TimedToast>
      )}
    </Show>
  )
}
