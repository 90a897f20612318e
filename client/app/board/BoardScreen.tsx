/** The board with its islands, from opening to leaving. */
import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import type { OpenBoard } from '../../editor/open-board.ts'
import type { EditorView } from '../../editor/view.ts'
import { nextTask } from '../../sync/next-task.ts'
import { loadEditor } from '../board-code.ts'
import { boardTitle } from '../board-title.ts'
import { fromCell } from '../from-cell.ts'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { localStore } from '../local-store.ts'
import { startOfflineWorker } from '../offline-worker.ts'
import { keepPicture, rememberBoard } from '../recent-boards.ts'
import { beforeLeave } from '../router.ts'
import { theme, toggleTheme } from '../theme.ts'
import { BoardIslands } from './BoardIslands.tsx'
import { BoardStates } from './BoardStates.tsx'
import type { DialogId } from './commands.ts'
import { focusOutline, Outline } from './Outline.tsx'
import { TextEditor } from './TextEditor.tsx'
import { takePicture } from './take-picture.ts'
import type { Trouble } from './trouble.ts'

const ShareDialog = lazyPart(() => import('../share/ShareDialog.tsx'))
const CompanyIslands = lazyPart(() => import('../company/CompanyIslands.tsx'))
const HelpDialog = lazyPart(() => import('../dialogs/HelpDialog.tsx'))
const ProfileDialog = lazyPart(() => import('../dialogs/ProfileDialog.tsx'))

export function BoardScreen(props: {
  boardId: BoardId
  onTrouble: (trouble: Trouble) => void
  /** Its shapes are on the screen. */
  onReady: () => void
  /** Asks for this board to be opened once more from the start. */
  onReopen: () => void
}) {
  const [container, setContainer] = createSignal<HTMLDivElement>()
  const [board, setBoard] = createSignal<OpenBoard>()
  const [dialog, setDialog] = createSignal<DialogId>()
  const [isReady, setReady] = createSignal(false)
  const [isGesturing, setGesturing] = createSignal(false)
  const [name, setName] = createSignal('')
  // Only who came by Tab is shown that the board has the focus: a frame around the page would be in a drawer's way.
  const [isWalked, setWalked] = createSignal(false)
  let isLeft = false

  createEffect(() => {
    document.title = `${boardTitle(name())} · Drawbridge`
  })
  createEffect(() => board()?.setTheme(theme()))
  createEffect(() => isReady() && props.onReady())

  onMount(async () => {
    try {
      const { openBoard } = await loadEditor()
      // Reading the code, opening the board, showing what is around it: a task each, so that the page can answer in between.
      await nextTask()
      const element = container()
      if (isLeft || !element) return
      const opened = openBoard({
        boardId: props.boardId,
        container: element,
        theme: theme(),
        onAppAction: action => {
          if (action === 'toggle-theme') toggleTheme()
          else setDialog(action === 'share' ? 'share' : 'help')
        },
      })
      await nextTask()
      if (isLeft) opened.close()
      else setBoard(opened)
    } catch (error) {
      props.onTrouble({ kind: 'failed', error })
    }
  })
  onCleanup(() => {
    isLeft = true
    board()?.close()
  })

  return (
    <div class="board" classList={{ 'is-gesturing': isGesturing() }}>
      <button type="button" class="button skip-link" onClick={focusOutline}>
        Skip to the board outline
      </button>
      <main aria-busy={isReady() ? 'false' : 'true'} aria-label={boardTitle(name())}>
        <div
          ref={setContainer}
          class="board-canvas"
          classList={{ 'is-walked': isWalked() }}
          tabindex="0"
          role="application"
          aria-label="Drawing area"
          onKeyUp={event => event.key === 'Tab' && setWalked(true)}
          onPointerDown={() => setWalked(false)}
          onBlur={() => setWalked(false)}
        />
      </main>
      <BoardStates view={board()?.view} />
      <Show when={board()}>
        {open => (
          <>
            <Follow
              boardId={props.boardId}
              view={open().view}
              container={container()}
              onTrouble={props.onTrouble}
              setReady={setReady}
              setGesturing={setGesturing}
              setName={setName}
            />
            <BoardIslands
              boardId={props.boardId}
              view={open().view}
              openDialog={setDialog}
              discardChanges={() => {
                open()
                  .discard()
                  .then(props.onReopen, error => props.onTrouble({ kind: 'failed', error }))
              }}
            />
            <TextEditor editing={open().textEditing} />
            <Outline view={open().view} />
            <Together view={open().view} />
            <LazyPart>
              <Switch>
                <Match when={dialog() === 'share'}>
                  <ShareDialog
                    boardId={props.boardId}
                    view={open().view}
                    onClose={() => setDialog(undefined)}
                  />
                </Match>
                <Match when={dialog() === 'help'}>
                  <HelpDialog onClose={() => setDialog(undefined)} />
                </Match>
                <Match when={dialog() === 'profile'}>
                  <ProfileDialog view={open().view} onClose={() => setDialog(undefined)} />
                </Match>
              </Switch>
            </LazyPart>
          </>
        )}
      </Show>
    </div>
  )
}

function Together(props: { view: EditorView }) {
  const company = fromCell(props.view.company)
  return (
    <LazyPart>
      <Show when={company()}>{open => <CompanyIslands view={props.view} company={open()} />}</Show>
    </LazyPart>
  )
}

/** Carries what the editor says to the page, and what should be remembered to this browser's list of boards. */
function Follow(props: {
  boardId: BoardId
  view: EditorView
  container: HTMLElement | undefined
  onTrouble: (trouble: Trouble) => void
  setReady: (isReady: boolean) => void
  setGesturing: (isGesturing: boolean) => void
  setName: (name: string) => void
}) {
  const isReady = fromCell(props.view.isReady)
  const isShown = fromCell(props.view.isShown)
  const isGesturing = fromCell(props.view.isGesturing)
  const name = fromCell(props.view.boardName)
  const saveState = fromCell(props.view.saveState)
  const announcement = fromCell(props.view.announcement)
  const openedAtMs = Date.now()

  createEffect(() => props.setReady(isReady()))
  createEffect(() => props.setGesturing(isGesturing()))
  createEffect(() => props.setName(name()))
  createEffect(() => {
    const state = saveState()
    if (state.kind === 'refused') props.onTrouble(state)
  })
  createEffect(() => isShown() && startOfflineWorker())
  createEffect(() => {
    if (!isShown()) return
    rememberBoard(localStore(), { id: props.boardId, name: name(), lastOpenedAtMs: openedAtMs })
  })

  const picture = () => {
    if (!isReady() || !props.container) return
    const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper')
    const dataUrl = takePicture(props.container, paper)
    if (dataUrl) keepPicture(localStore(), props.boardId, dataUrl)
  }
  const onHide = () => {
    if (document.visibilityState === 'hidden') picture()
  }
  document.addEventListener('visibilitychange', onHide)
  onCleanup(() => document.removeEventListener('visibilitychange', onHide))
  // Not when it is taken down: then it is out of the page, and has no size.
  beforeLeave(picture)

  return (
    <p role="status" class="visually-hidden announcement">
      {announcement()}
    </p>
  )
}
