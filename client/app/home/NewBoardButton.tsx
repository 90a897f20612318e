import { useNavigate } from '@solidjs/router'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Show } from 'solid-js'
import { loadEditor } from '../load-editor.ts'
import { createBoard } from './create-board.ts'

/** Asks the server for a board and goes there. What went wrong is said below. */
export function NewBoardButton(props: { label?: string }) {
  const navigate = useNavigate()
  const [isBusy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal('')

  const create = async () => {
    if (isBusy()) return
    setBusy(true)
    setProblem('')
    // Meanwhile the board's code is fetched; a failure is shown by the board's page.
    loadEditor().catch(() => undefined)
    const created = await createBoard()
    setBusy(false)
    if (created.ok) navigate(`/b/${created.id}`)
    else setProblem(created.reason)
  }

  return (
    <>
      <button type="button" class="button primary large" aria-disabled={isBusy()} onClick={create}>
        <Plus />
        {props.label ?? 'New board'}
      </button>
      <div role="alert" class="new-board-problem">
        <Show when={problem()}>
          <p>{problem()}</p>
        </Show>
      </div>
    </>
  )
}
