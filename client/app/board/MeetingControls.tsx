/** What the owner can do about everybody at once: make them viewers, and end the meeting. */
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { Confirm } from '../share/Confirm.tsx'
import { callBoard, type MeetingState } from './board-api.ts'

const OUTCOMES: Readonly<Record<MeetingState, string>> = {
  open: 'Everybody may do again what their link says.',
  locked: 'The board is locked: everybody but you looks on.',
  ended: 'The meeting has ended. Everybody but you is out.',
}

export function MeetingControls(props: {
  boardId: BoardId
  state: MeetingState
  onChanged: (words: string) => void
}) {
  const [isAsking, setAsking] = createSignal(false)
  const [problem, setProblem] = createSignal('')
  let endButton: HTMLButtonElement | undefined
  const become = async (state: MeetingState) => {
    setAsking(false)
    setProblem('')
    const answer = await callBoard(props.boardId, 'PATCH', '', { state })
    if (answer.ok) props.onChanged(OUTCOMES[state])
    else setProblem(answer.message)
  }
  return (
    <div class="meeting">
      <Switch>
        <Match when={props.state === 'ended'}>
          <p>{OUTCOMES.ended}</p>
          <button type="button" class="button primary" onClick={() => become('open')}>
            Let them in again
          </button>
        </Match>
        <Match when={true}>
          <Show when={props.state === 'locked'}>
            <p>{OUTCOMES.locked}</p>
          </Show>
          <div class="meeting-buttons">
            <button
              type="button"
              class="button"
              onClick={() => become(props.state === 'locked' ? 'open' : 'locked')}
            >
              {props.state === 'locked' ? 'Unlock' : 'Make everyone viewers'}
            </button>
            <button
              ref={el => (endButton = el)}
              type="button"
              class="button danger"
              onClick={() => setAsking(true)}
            >
              End the meeting
            </button>
          </div>
          <Show when={isAsking()}>
            <Confirm
              question="End the meeting? Everybody but you is out at once. You can let them in again."
              action="End it"
              onYes={() => become('ended')}
              onNo={() => {
                setAsking(false)
                endButton?.focus()
              }}
            />
          </Show>
        </Match>
      </Switch>
      <p role="alert" class="problem">
        {problem()}
      </p>
    </div>
  )
}
