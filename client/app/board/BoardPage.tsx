/** One board: mounts the editor, and shows what is around it. What the board is, the editor knows. */
import { useParams } from '@solidjs/router'
import { createSignal, lazy, Match, Show, Switch } from 'solid-js'
import { isBoardId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol.ts'
import { FailedPage } from '../FailedPage.tsx'
import { BoardScreen } from './BoardScreen.tsx'
import type { Trouble } from './trouble.ts'
import '../styles/people.css'
import '../styles/islands.css'
import '../styles/board.css'
import '../styles/style-panel.css'
import '../styles/phone.css'

const RefusedPage = lazy(() => import('./RefusedPage.tsx'))

export default function BoardPage() {
  const params = useParams()
  return (
    <Show when={params.boardId} keyed>
      {boardId => <OneBoard boardId={boardId} />}
    </Show>
  )
}

function OneBoard(props: { boardId: string }) {
  const [trouble, setTrouble] = createSignal<Trouble | undefined>(
    isBoardId(props.boardId) ? undefined : { kind: 'refused', code: CLOSE.noSuchBoard, message: '' },
  )
  const refused = () => {
    const now = trouble()
    return now?.kind === 'refused' ? now : undefined
  }
  const failed = () => {
    const now = trouble()
    return now?.kind === 'failed' ? now : undefined
  }
  return (
    <Switch fallback={<BoardScreen boardId={props.boardId} onTrouble={setTrouble} />}>
      <Match when={refused()}>{why => <RefusedPage code={why().code} message={why().message} />}</Match>
      <Match when={failed()}>{why => <FailedPage error={why().error} />}</Match>
    </Switch>
  )
}
