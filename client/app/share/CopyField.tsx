/** A link in a field, with a button that copies it. */
import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import { createSignal, Show } from 'solid-js'
import { copyText } from '../dialogs/copy-text.ts'

export function CopyField(props: { label: string; link: string; focusesCopy?: boolean }) {
  const [outcome, setOutcome] = createSignal<'copied' | 'failed'>()
  let field: HTMLInputElement | undefined
  const copy = async () => {
    if (field) setOutcome((await copyText(field)) ? 'copied' : 'failed')
  }
  return (
    <>
      <div class="share-link">
        <input
          ref={el => (field = el)}
          class="text-field"
          aria-label={props.label}
          readonly
          value={props.link}
          onFocus={event => event.currentTarget.select()}
        />
        <button type="button" class="button primary" autofocus={props.focusesCopy} onClick={copy}>
          <Show when={outcome() === 'copied'} fallback={<Copy />}>
            <Check />
          </Show>
          {outcome() === 'copied' ? 'Copied' : 'Copy link'}
        </button>
      </div>
      <p role="status" class="share-outcome">
        {outcome() === 'failed'
          ? 'The browser did not let us copy. The link is selected: copy it by hand.'
          : ''}
        {outcome() === 'copied' ? 'The link is in your clipboard.' : ''}
      </p>
    </>
  )
}
