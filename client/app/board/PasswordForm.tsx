/** Asks for the password of the link in the address. */
import { createSignal, createUniqueId } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { enterLink } from './enter-link.ts'
import '../styles/share.css'

export function PasswordForm(props: { boardId: BoardId; linkKey: string; onEntered: () => void }) {
  const [password, setPassword] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal('')
  const problemId = createUniqueId()
  let field: HTMLInputElement | undefined
  const open = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isBusy()) return
    setBusy(true)
    setProblem('')
    const entering = await enterLink(props.boardId, props.linkKey, password())
    setBusy(false)
    if (entering.kind === 'entered') {
      props.onEntered()
      return
    }
    setProblem(entering.message)
    field?.select()
  }
  return (
    <form class="password-form" onSubmit={open}>
      <label class="field">
        <span class="field-label">Password</span>
        <input
          ref={el => (field = el)}
          class="text-field"
          type="password"
          autocomplete="current-password"
          autofocus
          required
          maxlength="200"
          aria-describedby={problemId}
          aria-invalid={problem() !== ''}
          value={password()}
          onInput={event => setPassword(event.currentTarget.value)}
        />
      </label>
      <p id={problemId} role="alert" class="problem">
        {problem()}
      </p>
      <button type="submit" class="button primary" aria-disabled={isBusy()}>
        Open the board
      </button>
    </form>
  )
}
