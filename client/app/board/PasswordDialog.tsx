import type { BoardId } from '#shared/ids.ts'
import { Dialog } from '../dialogs/Dialog.tsx'
import { PasswordForm } from './PasswordForm.tsx'

/** Over a board that is open already, by a link that gives more to who knows its password. */
export default function PasswordDialog(props: { boardId: BoardId; linkKey: string; onClose: () => void }) {
  return (
    <Dialog title="Your link can do more" class="password-dialog" focusesInside onClose={props.onClose}>
      <p class="dialog-sentence">
        With its password it gives you more rights on this board. Without it, close this and go on.
      </p>
      <PasswordForm boardId={props.boardId} linkKey={props.linkKey} onEntered={props.onClose} />
    </Dialog>
  )
}
