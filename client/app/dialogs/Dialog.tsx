/** A modal dialog. The browser's own <dialog> holds the focus, makes the rest inert, closes on Escape and gives the focus
 * back; a click beside it closes it too. The role is spelled out for the editor, which leaves keys inside it alone. */
import X from 'lucide-solid/icons/x'
import { createUniqueId, type JSX, onMount } from 'solid-js'
import '../styles/dialog.css'

export function Dialog(props: {
  title: string
  onClose: () => void
  class?: string
  /** Something in it has `autofocus`. */
  focusesInside?: boolean
  children: JSX.Element
}) {
  const titleId = createUniqueId()
  let dialog: HTMLDialogElement | undefined
  onMount(() => dialog?.showModal())
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it
    <dialog
      ref={el => (dialog = el)}
      // biome-ignore lint/a11y/noRedundantRoles: see above
      role="dialog"
      class={`dialog ${props.class ?? ''}`}
      aria-labelledby={titleId}
      onClose={() => props.onClose()}
      onClick={event => event.target === event.currentTarget && event.currentTarget.close()}
    >
      {/* Focused at first, unless something inside asks for it: so nothing is pressed by chance, and keys scroll. */}
      <div class="dialog-body" tabindex="-1" autofocus={!props.focusesInside}>
        <header class="dialog-head">
          <h2 id={titleId}>{props.title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog?.close()}>
            <X />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  )
}
