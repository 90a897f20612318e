/** A line over the board's lower edge that goes by itself, but not while somebody points at it or has the focus in it. */
import X from 'lucide-solid/icons/x'
import { type JSX, onCleanup, onMount } from 'solid-js'
import { keepFocusOnBoard } from './keep-focus.ts'
import '../styles/toast.css'

/** Two sentences are read twice in that time. */
const SHOWN_MS = 10_000

/** @param props.onClose  told whether the focus was in it, and wants a place */
export function TimedToast(props: { onClose: (hadFocus: boolean) => void; children: JSX.Element }) {
  let element: HTMLElement | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const close = () => props.onClose(element?.contains(document.activeElement) ?? false)
  const closeLater = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (element?.matches(':hover, :focus-within')) closeLater()
      else close()
    }, SHOWN_MS)
  }
  onMount(closeLater)
  onCleanup(() => clearTimeout(timer))
  return (
    <div
      ref={el => (element = el)}
      class="island toast notice"
      role="alert"
      onMouseDown={keepFocusOnBoard}
      onMouseLeave={closeLater}
      onFocusOut={closeLater}
      onKeyDown={event => event.key === 'Escape' && close()}
    >
      {props.children}
      <button type="button" class="icon-button" aria-label="Dismiss" data-tip="Dismiss" onClick={close}>
        <X />
      </button>
    </div>
  )
}
