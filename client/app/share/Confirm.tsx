/** Asks once more, in place, before what cannot be taken back. */
import { onMount } from 'solid-js'

export function Confirm(props: { question: string; action: string; onYes: () => void; onNo: () => void }) {
  let no: HTMLButtonElement | undefined
  // On the way back, so that a second Enter does no harm.
  onMount(() => no?.focus())
  return (
    <fieldset
      class="confirm"
      aria-label={props.question}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        props.onNo()
      }}
    >
      <p>{props.question}</p>
      <div class="form-actions">
        <button ref={el => (no = el)} type="button" class="button" onClick={() => props.onNo()}>
          Cancel
        </button>
        <button type="button" class="button danger-fill" onClick={() => props.onYes()}>
          {props.action}
        </button>
      </div>
    </fieldset>
  )
}
