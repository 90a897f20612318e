/** The link to this board, to copy or to photograph. */
import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import { createSignal, Show } from 'solid-js'
import { encode } from 'uqr'
import { copyText } from './copy-text.ts'
import { Dialog } from './Dialog.tsx'

/** A page that is open at these is not reached from elsewhere by the same address. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]']

export default function ShareDialog(props: { onClose: () => void }) {
  // Without the hash: that is where this person looks, not where the board is.
  const link = `${location.origin}${location.pathname}${location.search}`
  const [outcome, setOutcome] = createSignal<'copied' | 'failed'>()
  let field: HTMLInputElement | undefined
  const copy = async () => {
    if (field) setOutcome((await copyText(field)) ? 'copied' : 'failed')
  }
  return (
    <Dialog title="Share this board" class="share-dialog" focusesInside onClose={props.onClose}>
      <p class="dialog-sentence">Anyone with this link can see and edit the board.</p>
      <div class="share-link">
        <input
          ref={el => (field = el)}
          class="text-field"
          aria-label="Link to this board"
          readonly
          value={link}
          onFocus={event => event.currentTarget.select()}
        />
        <button type="button" class="button primary" autofocus onClick={copy}>
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
      <Show when={LOCAL_HOSTS.includes(location.hostname)}>
        <p class="share-local">
          This address works on this computer only. For others, open the board at this computer’s address in
          the network; the server prints it when it starts.
        </p>
      </Show>
      <QrCode text={link} />
    </Dialog>
  )
}

/** Always dark on white: many cameras do not read it the other way round. */
function QrCode(props: { text: string }) {
  const code = () => encode(props.text, { ecc: 'M', border: 3 })
  const path = () =>
    code()
      .data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
      .join('')
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${code().size} ${code().size}`}
      role="img"
      aria-label="QR code of the link"
      shape-rendering="crispEdges"
    >
      <path d={path()} />
    </svg>
  )
}
