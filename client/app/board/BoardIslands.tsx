/** What floats on the board. On a phone the same parts lie elsewhere. */
import CircleQuestionMark from 'lucide-solid/icons/circle-question-mark'
import Link from 'lucide-solid/icons/link'
import { createEffect, createSignal, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { may } from '#shared/roles.ts'
import type { EditorView } from '../../editor/view.ts'
import { loadDeskTools, loadPhoneBars } from '../board-code.ts'
import { fromCell } from '../from-cell.ts'
import { ariaKeys, keyText } from '../keys.ts'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { createMediaQuery, PHONE_QUERY } from '../media-query.ts'
import { reportError } from '../report-error.ts'
import { actionEntry } from './ActionButton.tsx'
import { BoardName } from './BoardName.tsx'
import type { BoardCommands, DialogId } from './commands.ts'
import { HistoryButtons } from './HistoryButtons.tsx'
import { hasStylePanel } from './has-style-panel.ts'
import { keepFocusOnBoard } from './keep-focus.ts'
import { MenuButton } from './MenuButton.tsx'
import { SaveBadge } from './SaveBadge.tsx'
import { ViewOnly } from './ViewOnly.tsx'
import { ZoomControls } from './ZoomControls.tsx'

const Toast = lazyPart(() => import('./Toast.tsx'))
const PhoneBars = lazyPart(loadPhoneBars)
const StylePanel = lazyPart(() => import('./StylePanel.tsx'))
const DeskTools = lazyPart(loadDeskTools)
const People = lazyPart(() => import('./People.tsx'))
const Introduction = lazyPart(() => import('./Introduction.tsx'))
const NotTaken = lazyPart(() => import('./NotTaken.tsx'))

export function BoardIslands(props: {
  boardId: BoardId
  view: EditorView
  openDialog: (dialog: DialogId) => void
  discardChanges: () => void
}) {
  const isPhone = createMediaQuery(PHONE_QUERY)
  const isShown = fromCell(props.view.isShown)
  const notice = fromCell(props.view.notice)
  const role = fromCell(props.view.role)
  // Until the server has said, most people may.
  const mayDraw = () => {
    const now = role()
    return now === undefined || may(now, 'add')
  }
  const [isRenaming, setRenaming] = createSignal(false)
  const commands: BoardCommands = {
    openDialog: dialog => props.openDialog(dialog),
    startRenaming: () => setRenaming(true),
    discardChanges: () => props.discardChanges(),
  }

  return (
    <div class="islands">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus where it is, the controls inside act */}
      <header class="top-row" onMouseDown={keepFocusOnBoard}>
        <div class="island board-head">
          <MenuButton view={props.view} commands={commands} />
          <BoardName view={props.view} isEditing={isRenaming()} setEditing={setRenaming} />
          <span class="bar-line" />
          <SaveBadge view={props.view} />
        </div>
        <Show when={!isPhone() || !mayDraw()}>
          <div class="tool-place">
            <Show when={mayDraw()} fallback={<ViewOnly mayComment={role() === 'commenter'} />}>
              <LazyPart>
                <DeskTools view={props.view} />
              </LazyPart>
            </Show>
          </div>
        </Show>
        <section class="island people" aria-label="People">
          {/* After the board: for the first stroke nobody else is needed. */}
          <LazyPart>
            <Show when={isShown()}>
              <People
                boardId={props.boardId}
                view={props.view}
                commands={commands}
                maxShown={isPhone() ? 3 : 4}
                isPhone={isPhone()}
              />
            </Show>
          </LazyPart>
          <button
            type="button"
            class="button primary share"
            aria-label="Share"
            data-tip={actionEntry('share').label}
            onClick={() => commands.openDialog('share')}
          >
            <Link />
            <span class="share-word">Share</span>
          </button>
        </section>
      </header>
      <NotSaving view={props.view} commands={commands} />
      <LazyPart>
        <Show when={notice()}>
          <Toast view={props.view} />
        </Show>
      </LazyPart>
      <Show
        when={isPhone() && mayDraw()}
        fallback={<DesktopIslands view={props.view} commands={commands} mayDraw={mayDraw()} />}
      >
        <LazyPart>
          <PhoneBars view={props.view} />
        </LazyPart>
      </Show>
      <LazyPart>
        <Show when={isShown()}>
          <Introduction view={props.view} commands={commands} />
        </Show>
      </LazyPart>
    </div>
  )
}

function DesktopIslands(props: { view: EditorView; commands: BoardCommands; mayDraw: boolean }) {
  const style = fromCell(props.view.style)
  const selection = fromCell(props.view.selection)
  const isShown = fromCell(props.view.isShown)
  // Not before the board is there, but before a tool wants it.
  createEffect(() => {
    if (isShown()) StylePanel.preload().catch(reportError)
  })
  const help = actionEntry('show-help')
  return (
    <>
      <LazyPart>
        <Show when={props.mayDraw && hasStylePanel(style(), selection().length)}>
          <section class="island style-panel" aria-label="Style" onMouseDown={keepFocusOnBoard}>
            <StylePanel view={props.view} />
          </section>
        </Show>
      </LazyPart>
      <section class="island bottom-left" aria-label="Zoom and history" onMouseDown={keepFocusOnBoard}>
        <ZoomControls view={props.view} />
        <Show when={props.mayDraw}>
          <span class="bar-line" />
          <HistoryButtons view={props.view} />
        </Show>
      </section>
      <section class="island bottom-right" aria-label="Help" onMouseDown={keepFocusOnBoard}>
        <button
          type="button"
          class="icon-button"
          aria-label={help.label}
          aria-keyshortcuts={ariaKeys(help.keys)}
          data-tip={help.label}
          data-tip-key={keyText(help.keys[0] ?? '')}
          onClick={() => props.commands.openDialog('help')}
        >
          <CircleQuestionMark />
        </button>
      </section>
    </>
  )
}

/** While the server cannot write, or does not take what was written: said where nobody misses it. */
function NotSaving(props: { view: EditorView; commands: BoardCommands }) {
  const state = fromCell(props.view.saveState)
  const message = () => {
    const now = state()
    return now.kind === 'not-saving' ? now.message : ''
  }
  const notTaken = () => {
    const now = state()
    return now.kind === 'not-taken' ? now.message : ''
  }
  return (
    <>
      <Show when={message()}>
        <div class="island not-saving" role="alert">
          <strong>Not saving.</strong> {message()}
        </div>
      </Show>
      <LazyPart>
        <Show when={notTaken()}>
          <NotTaken message={notTaken()} onDiscard={() => props.commands.discardChanges()} />
        </Show>
      </LazyPart>
    </>
  )
}
