import Plus from 'lucide-solid/icons/plus'
import { createSignal, Show } from 'solid-js'
import { keepStanding } from '../../editor/kept-standing.ts'
import { safeStorage } from '../../editor/safe-storage.ts'
import { loadEditor, loadTools } from '../board-code.ts'
import { navigate } from '../router.ts'
import { createBoard } from './create-board.ts'

/** Asks the server for a board and goes there. What went wrong is said below. */
export function NewBoardButton(props: { label?: string }) {
  const [isBusy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal('')

  const create = async () => {
    if (isBusy()) return
    setBusy(true)
    setProblem('')
    // Meanwhile the board's code is fetched; a failure is shown by the board's page.
    loadEditor().catch(() => undefined)
    loadTools().catch(() => undefined)
    const created = await createBoard()
    setBusy(false)
    if (!created.ok) {
      setProblem(created.reason)
      return
    }
    // Whoever makes a board owns it: the first stroke need not wait for the server to say so. It tells their mark later.
    keepStanding(safeStorage(), created.id, { role: 'owner', by: '' })
    navigate(`/b/${created.id}`)
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
