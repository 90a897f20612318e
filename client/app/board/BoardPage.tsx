/** One board: mounts the editor, and shows what is around it. What the board is, the editor knows. */
import { createSignal, Match, onMount, Show, Switch } from 'solid-js'
import { isBoardId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol.ts'
import { FailedPage } from '../FailedPage.tsx'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { reportError } from '../report-error.ts'
import { BoardScreen } from './BoardScreen.tsx'
import type { Trouble } from './trouble.ts'
import '../styles/people.css'
import '../styles/islands.css'
import '../styles/board.css'
import '../styles/phone.css'

const RefusedPage = lazyPart(() => import('./RefusedPage.tsx'))
const PasswordPage = lazyPart(() => import('./PasswordPage.tsx'))
const PasswordDialog = lazyPart(() => import('./PasswordDialog.tsx'))

export default function BoardPage(props: { boardId: string }) {
  const [trouble, setTrouble] = createSignal<Trouble | undefined>(
    isBoardId(props.boardId) ? undefined : { kind: 'refused', code: CLOSE.noSuchBoard, message: '' },
  )
  const [isReady, setReady] = createSignal(false)
  const [opening, setOpening] = createSignal({})
  const reopen = () => {
    setTrouble(undefined)
    setOpening({})
  }
  const refused = () => {
    const now = trouble()
    return now?.kind === 'refused' ? now : undefined
  }
  const failed = () => {
    const now = trouble()
    return now?.kind === 'failed' ? now : undefined
  }
  const linkKey = new URLSearchParams(location.search).get('key')
  const [offersPassword, setOffersPassword] = createSignal(false)
  // Beside the socket, which comes with the key by itself: the board does not wait for this.
  onMount(async () => {
    if (!linkKey || !isBoardId(props.boardId)) return
    try {
      const { enterLink } = await import('./enter-link.ts')
      const entering = await enterLink(props.boardId, linkKey)
      setOffersPassword(entering.kind === 'wants-password')
    } catch (error) {
      // The code did not come: the key stays in the address, and works from there.
      reportError(error)
    }
  })
  return (
    <Switch
      fallback={
        <>
          <Show when={opening()} keyed>
            <BoardScreen
              boardId={props.boardId}
              onTrouble={setTrouble}
              onReady={() => setReady(true)}
              onReopen={reopen}
            />
          </Show>
          <LazyPart>
            <Show when={isReady() && offersPassword() && linkKey}>
              {key => (
                <PasswordDialog
                  boardId={props.boardId}
                  linkKey={key()}
                  onClose={() => setOffersPassword(false)}
                />
              )}
            </Show>
          </LazyPart>
        </>
      }
    >
      <Match when={refused()?.code === CLOSE.unauthorized && linkKey}>
        {key => (
          <PasswordPage
            boardId={props.boardId}
            linkKey={key()}
            onEntered={() => {
              setOffersPassword(false)
              reopen()
            }}
          />
        )}
      </Match>
      <Match when={refused()}>
        {why => <RefusedPage boardId={props.boardId} code={why().code} message={why().message} />}
      </Match>
      <Match when={failed()}>{why => <FailedPage error={why().error} />}</Match>
    </Switch>
  )
}
