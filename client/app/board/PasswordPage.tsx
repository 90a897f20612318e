import { onMount } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { FullPageMessage } from '../FullPageMessage.tsx'
import { PasswordForm } from './PasswordForm.tsx'

/** Instead of a board whose link asks for a password. */
export default function PasswordPage(props: { boardId: BoardId; linkKey: string; onEntered: () => void }) {
  let place: HTMLDivElement | undefined
  // `autofocus` is for pages as they load.
  onMount(() => place?.querySelector('input')?.focus())
  return (
    <FullPageMessage
      title="This link asks for a password"
      sentence="Whoever sent you the link can tell you. You are asked once in this browser."
    >
      <div ref={el => (place = el)}>
        <PasswordForm {...props} />
      </div>
    </FullPageMessage>
  )
}
