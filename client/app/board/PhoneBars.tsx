/** On a phone: the tools in thumb's reach, above them the current colour and size, undo and redo. What does not fit is in
 * a sheet, and the tool last taken from it has a place in the bar. */
import Ellipsis from 'lucide-solid/icons/ellipsis'
import { createEffect, createMemo, createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { fillColor, inkColor, noteColor } from '#shared/board/palette.ts'
import type { EditorView } from '../../editor/view.ts'
import { BAR_TOOLS, type BarTool, type BarToolId } from '../../tools/tool-table.ts'
import { fromCell } from '../from-cell.ts'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { theme } from '../theme.ts'
import { actionEntry } from './ActionButton.tsx'
import { HistoryButtons } from './HistoryButtons.tsx'
import { hasStylePanel } from './has-style-panel.ts'
import { LineSample } from './LineSample.tsx'
import { TOOL_ICONS } from './tool-icons.ts'
import { ZoomControls } from './ZoomControls.tsx'
import '../styles/phone-bars.css'

const StylePanel = lazyPart(() => import('./StylePanel.tsx'))

const IN_BAR: readonly BarToolId[] = ['select', 'pen', 'eraser', 'note', 'text', 'rectangle']
const FIRST_SPARE: BarToolId = 'arrow'
const picture = { id: 'add-picture', label: actionEntry('add-picture').label } as const

export default function PhoneBars(props: { view: EditorView }) {
  const tool = fromCell(props.view.tool)
  const style = fromCell(props.view.style)
  const selection = fromCell(props.view.selection)
  const isShown = fromCell(props.view.isShown)
  const [spare, setSpare] = createSignal<BarToolId>(FIRST_SPARE)
  createEffect(() => {
    const id = tool()
    if (id !== 'laser' && id !== 'comment' && !IN_BAR.includes(id)) setSpare(id)
  })
  const bar = createMemo(() => [...IN_BAR, spare()].map(toolEntry))
  const more = createMemo(() => BAR_TOOLS.filter(({ id }) => !IN_BAR.includes(id) && id !== spare()))
  let sheet: HTMLDivElement | undefined
  const choose = (id: BarToolId) => {
    sheet?.hidePopover()
    props.view.setTool(id)
  }

  return (
    <div class="phone-bars">
      <div class="island phone-quick">
        <Show when={hasStylePanel(style(), selection().length)}>
          <button type="button" class="icon-button" popovertarget="style-sheet" aria-label="Style">
            <StyleDot view={props.view} />
          </button>
          <Show when={style().size}>
            {size => (
              <button type="button" class="icon-button" popovertarget="style-sheet" aria-label="Size">
                <LineSample size={size()} />
              </button>
            )}
          </Show>
          <span class="bar-line" />
        </Show>
        <HistoryButtons view={props.view} />
      </div>
      <div class="island phone-tools" role="toolbar" aria-label="Tools">
        <For each={bar()}>
          {entry => (
            <PhoneTool entry={entry} isActive={tool() === entry.id} onChoose={() => choose(entry.id)} />
          )}
        </For>
        <button type="button" class="icon-button" popovertarget="more-tools" aria-label="More tools">
          <Ellipsis />
        </button>
      </div>
      <section id="style-sheet" popover="auto" class="island sheet style-panel" aria-label="Style">
        {/* Its code comes after the board, and before anybody opens the sheet. */}
        <LazyPart>
          <Show when={isShown()}>
            <StylePanel view={props.view} />
          </Show>
        </LazyPart>
      </section>
      <div ref={el => (sheet = el)} id="more-tools" popover="auto" class="island sheet more-tools">
        <div class="more-row">
          <For each={more()}>
            {entry => (
              <PhoneTool
                entry={entry}
                isActive={tool() === entry.id}
                onChoose={() => choose(entry.id)}
                hasLabel
              />
            )}
          </For>
          <PhoneTool
            entry={picture}
            onChoose={() => {
              sheet?.hidePopover()
              props.view.run('add-picture')
            }}
            hasLabel
          />
        </div>
        <div class="more-row zoom-row">
          <ZoomControls view={props.view} />
        </div>
      </div>
    </div>
  )
}

function PhoneTool(props: {
  entry: Pick<BarTool, 'label'> & { readonly id: keyof typeof TOOL_ICONS }
  isActive?: boolean
  onChoose: () => void
  hasLabel?: boolean
}) {
  return (
    <button
      type="button"
      class="icon-button"
      classList={{ 'has-label': props.hasLabel }}
      aria-label={props.entry.label}
      aria-pressed={props.isActive}
      onClick={() => props.onChoose()}
    >
      <Dynamic component={TOOL_ICONS[props.entry.id]} />
      <Show when={props.hasLabel}>
        <span aria-hidden="true">{props.entry.label}</span>
      </Show>
    </button>
  )
}

/** The colour in use: of the note, or of the stroke with the fill inside. */
function StyleDot(props: { view: EditorView }) {
  const style = fromCell(props.view.style)
  const stroke = () => {
    const name = style().stroke
    return name === undefined ? undefined : inkColor(name, theme())
  }
  const fill = () => {
    const name = style().fill
    if (name === undefined) return undefined
    return style().isNote ? noteColor(name, theme()) : fillColor(name, theme())
  }
  const isOutlined = () => !style().isNote && 'fill' in style()
  return (
    <span
      class="style-dot"
      style={{
        '--dot': (isOutlined() || style().isNote ? fill() : stroke()) ?? 'transparent',
        '--ring': (style().isNote ? fill() : stroke()) ?? 'var(--field)',
      }}
    />
  )
}

const toolEntry = (id: BarToolId): BarTool => {
  const entry = BAR_TOOLS.find(tool => tool.id === id)
  if (!entry) throw new Error(`no tool has the id "${id}"; add it to tool-table.ts`)
  return entry
}
