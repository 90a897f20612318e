import { createMemo, For, Match, onMount, Switch } from 'solid-js'
import { CLOSE } from '#shared/protocol.ts'
import { FullPageMessage } from '../FullPageMessage.tsx'
import { NewBoardButton } from '../home/NewBoardButton.tsx'
import { localStore } from '../local-store.ts'
import { forgetPicture } from '../recent-boards.ts'
import { refusalOf } from './refusal.ts'

const SHUT_OUT: readonly number[] = [CLOSE.forbidden, CLOSE.noSuchBoard]

export default function RefusedPage(props: { boardId: string; code: number; message: string }) {
  onMount(() => {
    if (SHUT_OUT.includes(props.code)) forgetPicture(localStore(), props.boardId)
  })
  const refusal = createMemo(() => refusalOf(props.code, props.message))
  return (
    <FullPageMessage title={refusal().title} sentence={refusal().sentence}>
      <For each={refusal().ways}>
        {(way, index) => (
          <Switch>
            <Match when={way === 'new-board'}>
              <NewBoardButton />
            </Match>
            <Match when={way === 'reload'}>
              <button type="button" class="button primary" onClick={() => location.reload()}>
                {props.code === CLOSE.forbidden ? 'Try again' : 'Reload'}
              </button>
            </Match>
            <Match when={way === 'home'}>
              <a class="button" classList={{ primary: index() === 0 }} href="/">
                Home
              </a>
            </Match>
          </Switch>
        )}
      </For>
    </FullPageMessage>
  )
}
