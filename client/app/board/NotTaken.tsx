/** While the document holds changes that the server will not take, because this person has no right to them (any more): said where nobody
 * misses it, with the one way on. They are thrown away only when the person says so. */
import { createSignal } from 'solid-js'
import '../styles/share.css'

export default function NotTaken(props: { message: string; onDiscard: () => void }) {
  const [isBusy, setBusy] = createSignal(false)
  return (
    <div class="island not-saving not-taken" role="alert">
      <span>
        <strong>Not taken.</strong> {props.message} What you changed here and the others do not have is in
        this browser only.
      </span>
      <button
        type="button"
        class="button"
        aria-disabled={isBusy()}
        onClick={() => {
          if (isBusy()) return
          setBusy(true)
          props.onDiscard()
        }}
      >
        Discard my changes
      </button>
    </div>
  )
}
