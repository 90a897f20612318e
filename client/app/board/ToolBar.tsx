/** The tools, in one bar. One tab stop: the arrow keys move along it, Enter or Space takes a tool. */
import Lock from 'lucide-solid/icons/lock'
import LockOpen from 'lucide-solid/icons/lock-open'
import { createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { EditorView } from '../../editor/view.ts'
import { BAR_TOOLS, type BarTool, type ToolEntry, type ToolId } from '../../tools/tool-table.ts'
import { fromCell } from '../from-cell.ts'
import { ariaKeys, keyText } from '../keys.ts'
import { actionEntry } from './ActionButton.tsx'
import { keepFocusOnBoard } from './keep-focus.ts'
import { moveAlongToolbar } from './move-along-toolbar.ts'
import { TOOL_ICONS } from './tool-icons.ts'

type BarStop = ToolId | 'picture' | 'lock'

/** A thin line stands before these. */
const GROUP_STARTS: readonly ToolId[] = ['pen', 'rectangle']

export function ToolBar(props: { view: EditorView }) {
  const tool = fromCell(props.view.tool)
  const isLocked = fromCell(props.view.isToolLocked)
  const lock = actionEntry('lock-tool')
  const picture = actionEntry('add-picture')
  const [tabStop, setTabStop] = createSignal<BarStop>()
  const isTabStop = (id: BarStop) => (tabStop() ?? tool()) === id
  return (
    <div
      class="island tool-bar"
      role="toolbar"
      aria-label="Tools"
      onMouseDown={keepFocusOnBoard}
      on:keydown={moveAlongToolbar}
    >
      <For each={BAR_TOOLS}>
        {entry => (
          <>
            <Show when={GROUP_STARTS.includes(entry.id)}>
              <span class="bar-line" />
            </Show>
            <ToolButton
              entry={entry}
              isActive={tool() === entry.id}
              isTabStop={isTabStop(entry.id)}
              onFocus={() => setTabStop(entry.id)}
              onChoose={() => props.view.setTool(entry.id)}
            />
          </>
        )}
      </For>
      <button
        type="button"
        class="icon-button tool-button"
        aria-label={picture.label}
        aria-keyshortcuts={ariaKeys(picture.keys)}
        data-tip={picture.label}
        data-tip-key={keyText(picture.keys[0] ?? '')}
        tabindex={isTabStop('picture') ? 0 : -1}
        onFocus={() => setTabStop('picture')}
        onClick={() => props.view.run('add-picture')}
      >
        <Dynamic component={TOOL_ICONS['add-picture']} />
        <span class="tool-badge" aria-hidden="true">
          {picture.keys[0]}
        </span>
      </button>
      <span class="bar-line" />
      <button
        type="button"
        class="icon-button"
        aria-label={lock.label}
        aria-pressed={isLocked()}
        aria-keyshortcuts={ariaKeys(lock.keys)}
        data-tip={`${lock.label} after drawing`}
        data-tip-key={keyText(lock.keys[0] ?? '')}
        tabindex={isTabStop('lock') ? 0 : -1}
        onFocus={() => setTabStop('lock')}
        onClick={() => props.view.run('lock-tool')}
      >
        <Show when={isLocked()} fallback={<LockOpen />}>
          <Lock />
        </Show>
      </button>
    </div>
  )
}

function ToolButton(props: {
  entry: BarTool
  isActive: boolean
  isTabStop: boolean
  onFocus: () => void
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      class="icon-button tool-button"
      aria-label={props.entry.label}
      aria-pressed={props.isActive}
      aria-keyshortcuts={ariaKeys(props.entry.keys)}
      data-tip={props.entry.label}
      data-tip-key={toolKeys(props.entry)}
      tabindex={props.isTabStop ? 0 : -1}
      onFocus={() => props.onFocus()}
      onClick={() => props.onChoose()}
    >
      <Dynamic component={TOOL_ICONS[props.entry.id]} />
      <span class="tool-badge" aria-hidden="true">
        {props.entry.badge}
      </span>
    </button>
  )
}

/** The letter and, where there is one, the number: `R or 2`. */
const toolKeys = (entry: ToolEntry): string =>
  [...new Set([entry.keys[0] ?? entry.badge, entry.badge])]
    .map(key => keyText(key))
    .filter(unique)
    .join(' or ')

const unique = (key: string, index: number, keys: readonly string[]): boolean => keys.indexOf(key) === index
