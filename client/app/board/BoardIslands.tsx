/** What floats on the board. On a phone the same parts lie elsewhere. */
import CircleQuestionMark from 'lucide-solid/icons/circle-question-mark'
import Link from 'lucide-solid/icons/link'
import { createSignal, lazy, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { ariaKeys, keyText } from '../keys.ts'
import { LazyPart } from '../LazyPart.tsx'
import { createMediaQuery, PHONE_QUERY } from '../media-query.ts'
import { actionEntry } from './ActionButton.tsx'
import { BoardName } from './BoardName.tsx'
import type { BoardCommands, DialogId } from './commands.ts'
import { HistoryButtons } from './HistoryButtons.tsx'
import { Introduction } from './Introduction.tsx'
import { keepFocusOnBoard } from './keep-focus.ts'
import { MenuButton } from './MenuButton.tsx'
import { People } from './People.tsx'
import { PhoneBars } from './PhoneBars.tsx'
import { SaveBadge } from './SaveBadge.tsx'
import { hasStylePanel, StylePanel } from './StylePanel.tsx'
import { ToolBar } from './ToolBar.tsx'
import { ToolHint } from './ToolHint.tsx'
import { ZoomControls } from './ZoomControls.tsx'

const Toast = lazy(() => import('./Toast.tsx'))

export function BoardIslands(props: { view: EditorView; openDialog: (dialog: DialogId) => void }) {
  const isPhone = createMediaQuery(PHONE_QUERY)
  const notice = fromCell(props.view.notice)
  const [isRenaming, setRenaming] = createSignal(false)
  const commands: BoardCommands = {
    openDialog: dialog => props.openDialog(dialog),
    startRenaming: () => setRenaming(true),
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
        <Show when={!isPhone()}>
          <div class="tool-place">
            <ToolBar view={props.view} />
            <ToolHint view={props.view} />
          </div>
        </Show>
        <section class="island people" aria-label="People">
          <People view={props.view} commands={commands} maxShown={isPhone() ? 3 : 4} />
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
      <NotSaving view={props.view} />
      <LazyPart>
        <Show when={notice()}>
          <Toast view={props.view} />
        </Show>
      </LazyPart>
      <Show when={isPhone()} fallback={<DesktopIslands view={props.view} commands={commands} />}>
        <PhoneBars view={props.view} />
      </Show>
      <Introduction view={props.view} commands={commands} />
    </div>
  )
}

function DesktopIslands(props: { view: EditorView; commands: BoardCommands }) {
  const style = fromCell(props.view.style)
  const selection = fromCell(props.view.selection)
  const help = actionEntry('show-help')
  return (
    <>
      <Show when={hasStylePanel(style(), selection().length)}>
        <section class="island style-panel" aria-label="Style" onMouseDown={keepFocusOnBoard}>
          <StylePanel view={props.view} />
        </section>
      </Show>
      <section class="island bottom-left" aria-label="Zoom and history" onMouseDown={keepFocusOnBoard}>
        <ZoomControls view={props.view} />
        <span class="bar-line" />
        <HistoryButtons view={props.view} />
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

/** While the server cannot write: said where nobody misses it. */
function NotSaving(props: { view: EditorView }) {
  const state = fromCell(props.view.saveState)
  const message = () => {
    const now = state()
    return now.kind === 'not-saving' ? now.message : ''
  }
  return (
    <Show when={message()}>
      <div class="island not-saving" role="alert">
        <strong>Not saving.</strong> {message()}
      </div>
    </Show>
  )
}
