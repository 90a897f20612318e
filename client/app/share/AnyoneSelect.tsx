/** The owner's word on what the board's address alone gives. */
import { createSignal, For } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { GRANTED_ROLES } from '#shared/roles.ts'
import { type Anyone, callBoard } from '../board/board-api.ts'
import { CAN } from './role-labels.ts'

const CHOICES: readonly Anyone[] = [...GRANTED_ROLES, 'nobody']

export function AnyoneSelect(props: { boardId: BoardId; anyone: Anyone; onChanged: () => void }) {
  const [problem, setProblem] = createSignal('')
  const [outcome, setOutcome] = createSignal('')
  const change = async (select: HTMLSelectElement) => {
    const anyone = select.value as Anyone
    setProblem('')
    setOutcome('')
    const answer = await callBoard(props.boardId, 'PATCH', '', { anyone })
    if (answer.ok) {
      setOutcome(`Anyone with the link can ${CAN[anyone]} now.`)
      props.onChanged()
      return
    }
    setProblem(answer.message)
    select.value = props.anyone
  }
  return (
    <>
      <label class="share-anyone">
        <span>Anyone with the link can</span>{' '}
        <select class="select" value={props.anyone} onChange={event => change(event.currentTarget)}>
          <For each={CHOICES}>{anyone => <option value={anyone}>{CAN[anyone]}</option>}</For>
        </select>
      </label>
      <p role="alert" class="problem">
        {problem()}
      </p>
      <p role="status" class="visually-hidden">
        {outcome()}
      </p>
    </>
  )
}
