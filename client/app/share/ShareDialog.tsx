/** Who gets in by which link: the board's address, with what it alone gives, and for the owner any number of links of their own kind. */
import { createResource, Match, Show, Switch } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { may } from '#shared/roles.ts'
import type { EditorView } from '../../editor/view.ts'
import { type BoardFacts, callBoard } from '../board/board-api.ts'
import { Dialog } from '../dialogs/Dialog.tsx'
import { fromCell } from '../from-cell.ts'
import { AnyoneSelect } from './AnyoneSelect.tsx'
import { CopyField } from './CopyField.tsx'
import { Links } from './Links.tsx'
import { QrCode } from './QrCode.tsx'
import { CAN } from './role-labels.ts'
import '../styles/share.css'

/** A page that is open at these is not reached from elsewhere by the same address. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]']

export default function ShareDialog(props: { boardId: BoardId; view: EditorView; onClose: () => void }) {
  const role = fromCell(props.view.role)
  // Without the hash, which is where this person looks, and without a key, which is this person's own.
  const link = `${location.origin}${location.pathname}`
  const isOwner = () => {
    const now = role()
    return now !== undefined && may(now, 'manage-access')
  }
  // Asked anew when one's role changes, because what one may see of it does.
  const [facts, { refetch }] = createResource(role, () => callBoard<BoardFacts>(props.boardId, 'GET', ''))
  const known = () => {
    const answer = facts.latest
    return answer?.ok ? answer.body : undefined
  }
  const problem = () => {
    const answer = facts.latest
    return answer && !answer.ok ? answer.message : ''
  }
  return (
    <Dialog title="Share this board" class="share-dialog" focusesInside onClose={props.onClose}>
      <div class="share-head">
        <div class="share-address">
          <Switch fallback={<p class="dialog-sentence share-anyone"> </p>}>
            <Match when={problem()}>
              <p role="alert" class="problem">
                {problem()}
              </p>
            </Match>
            <Match when={isOwner() && known()}>
              {now => <AnyoneSelect boardId={props.boardId} anyone={now().anyone} onChanged={refetch} />}
            </Match>
            <Match when={known()}>
              {now => (
                <p class="dialog-sentence share-anyone">
                  {now().anyone === 'nobody'
                    ? 'This address opens the board only for those who were given a link of their own. Whoever owns the board can make one.'
                    : `Anyone with this link can ${CAN[now().anyone]}${now().anyone === 'editor' ? ' the board' : ''}.`}
                </p>
              )}
            </Match>
          </Switch>
          <CopyField label="Link to this board" link={link} focusesCopy />
          <Show when={known()?.state === 'locked'}>
            <p class="share-note">
              The board is locked: all but the owner look on, whatever their link says.
            </p>
          </Show>
          <Show when={LOCAL_HOSTS.includes(location.hostname)}>
            <p class="share-note">
              This address works on this computer only. For others, open the board at this computer’s address
              in the network; the server prints it when it starts.
            </p>
          </Show>
        </div>
        <QrCode text={link} label="QR code of the link" />
      </div>
      <Show when={isOwner()}>
        <Links boardId={props.boardId} />
      </Show>
    </Dialog>
  )
}
