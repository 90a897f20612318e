/** One line under the tools that teaches what the active one can do. It goes once the tool has been taken a few times;
 * a screen has no use for it where there are no keys. */
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { TOOLS, type ToolId } from '../../tools/tool-table.ts'
import { fromCell } from '../from-cell.ts'
import { hintParts, keyText } from '../keys.ts'
import { keep, localStore } from '../local-store.ts'

const SHOWN_TIMES = 3
const useCountKey = (tool: ToolId): string => `drawbridge.uses.${tool}`

export function ToolHint(props: { view: EditorView }) {
  const tool = fromCell(props.view.tool)
  const [isNew, setNew] = createSignal(false)
  createEffect(on(tool, id => setNew(countUse(id) <= SHOWN_TIMES)))
  const parts = createMemo(() => hintParts(TOOLS.find(({ id }) => id === tool())?.hint ?? ''))
  return (
    <Show when={isNew()}>
      <p class="tool-hint">
        <For each={parts()}>
          {part => ('keys' in part ? <kbd>{keyText(part.keys)}</kbd> : <span>{part.words}</span>)}
        </For>
      </p>
    </Show>
  )
}

/** @returns how often the tool has been taken, this time included */
function countUse(tool: ToolId): number {
  const before = Number(localStore().getItem(useCountKey(tool)))
  const count = Number.isInteger(before) && before >= 0 ? before + 1 : 1
  if (count <= SHOWN_TIMES + 1) keep(localStore(), useCountKey(tool), String(count))
  return count
}
