/** The newest notice, over the board's lower edge: goes by itself, but not while somebody points at it or has the focus in it. */
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { keepFocusOnBoard } from './keep-focus.ts'
import '../styles/toast.css'

/** Two sentences are read twice in that time. */
const SHOWN_MS = 10_000

export default function Toast(props: { view: EditorView }) {
  const notice = fromCell(props.view.notice)
  const [isOpen, setOpen] = createSignal(true)
  let element: HTMLElement | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const close = () => {
    const hadFocus = element?.contains(document.activeElement)
    setOpen(false)
    if (hadFocus) props.view.focus()
  }
  const closeLater = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (element?.matches(':hover, :focus-within')) closeLater()
      else setOpen(false)
    }, SHOWN_MS)
  }
  createEffect(
    on(notice, () => {
      setOpen(true)
      closeLater()
    }),
  )
  onCleanup(() => clearTimeout(timer))
  return (
    // Keyed: said anew even when the words are the same.
    <Show when={isOpen() && notice()} keyed>
      {({ message }) => (
        <div
          ref={el => (element = el)}
          class="island toast notice"
          role="alert"
          onMouseDown={keepFocusOnBoard}
          onMouseLeave={closeLater}
          onFocusOut={closeLater}
          onKeyDown={event => event.key === 'Escape' && close()}
        >
          <p>{message}</p>
          <button type="button" class="icon-button" aria-label="Dismiss" data-tip="Dismiss" onClick={close}>
            <X />
          </button>
        </div>
      )}
    </Show>
  )
}
