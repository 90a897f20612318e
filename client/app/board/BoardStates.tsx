/** What is said in the middle of the page before there are shapes: opening, no connection, an empty board. */
import { createEffect, createSignal, Match, Show, Switch } from 'solid-js'
import { may } from '#shared/roles.ts'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'

export function BoardStates(props: { view: EditorView | undefined }) {
  return (
    <Show when={props.view} fallback={<Opening />}>
      {view => <States view={view()} />}
    </Show>
  )
}

const Opening = () => <p class="centre-words slowly">Opening the board…</p>

function States(props: { view: EditorView }) {
  const isReady = fromCell(props.view.isReady)
  const saveState = fromCell(props.view.saveState)
  const isEmpty = fromCell(props.view.isEmpty)
  const isGesturing = fromCell(props.view.isGesturing)
  const role = fromCell(props.view.role)
  const mayDraw = () => {
    const now = role()
    return now === undefined || may(now, 'add')
  }
  const [isTouched, setTouched] = createSignal(false)
  // Said once: whoever empties a board knows what it is for.
  createEffect(() => {
    if (isGesturing() || !isEmpty()) setTouched(true)
  })
  return (
    <Switch>
      <Match when={!isReady() && saveState().kind === 'offline'}>
        <p class="centre-words" role="status">
          No connection. The board opens as soon as the server is back.
        </p>
      </Match>
      <Match when={!isReady()}>
        <Opening />
      </Match>
      <Match when={!isTouched()}>
        <p class="centre-words empty">
          {mayDraw() ? 'Draw something, or send the link' : 'Nothing is on this board yet'}
        </p>
      </Match>
    </Switch>
  )
}
