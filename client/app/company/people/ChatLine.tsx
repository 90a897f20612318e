/** One's own chat line, beside the pointer; without a pointer, as on a phone, below the upper edge, where no keyboard covers it. */
import { onCleanup, onMount, Show } from 'solid-js'
import { isLightColor } from '#shared/board/is-light-color.ts'
import { MAX_CHAT_LENGTH } from '#shared/live-company.ts'
import type { ChatView } from '../../../editor/company/people-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { fromCell } from '../../from-cell.ts'
import '../../styles/chat.css'

/** From the pointer's tip to the line. */
const OFFSET_PX = [14, 16] as const
/** Room that the line needs at the right edge. */
const WIDTH_PX = 260

export function ChatLine(props: { view: EditorView; chat: ChatView }) {
  const state = fromCell(props.chat.state)
  const pointer = fromCell(props.chat.pointer)
  const camera = fromCell(props.view.camera)
  const people = fromCell(props.view.people)
  const color = () => people().find(({ isMe }) => isMe)?.color ?? ''
  const place = () => {
    const at = pointer()
    if (!at) return undefined
    const { x, y, zoom } = camera()
    const left = Math.min((at[0] - x) * zoom + OFFSET_PX[0], window.innerWidth - WIDTH_PX)
    return `translate(${left}px, ${(at[1] - y) * zoom + OFFSET_PX[1]}px)`
  }
  const text = () => {
    const now = state()
    return now.kind === 'closed' ? '' : now.text
  }
  return (
    <Show when={state().kind !== 'closed'}>
      <div
        class="chat-line"
        classList={{ 'is-light': isLightColor(color()), 'is-docked': !place() }}
        style={{ '--person': color(), transform: place() }}
      >
        <Show when={state().kind === 'typing'} fallback={<span class="chat-said">{text()}</span>}>
          <Field view={props.view} chat={props.chat} text={text()} />
        </Show>
      </div>
    </Show>
  )
}

function Field(props: { view: EditorView; chat: ChatView; text: string }) {
  let field: HTMLInputElement | undefined
  let isGone = false
  onMount(() => field?.focus({ preventScroll: true }))
  onCleanup(() => {
    isGone = true
  })
  const done = (how: () => void) => {
    how()
    props.view.focus()
  }
  return (
    <input
      ref={el => (field = el)}
      class="chat-field"
      aria-label="Say something"
      placeholder="Say something"
      maxlength={MAX_CHAT_LENGTH}
      size={Math.min(28, Math.max(14, props.text.length + 2))}
      autocomplete="off"
      enterkeyhint="send"
      value={props.text}
      onInput={event => props.chat.type(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.isComposing) return
        if (event.key === 'Escape') done(() => props.chat.cancel())
        else if (event.key === 'Enter') done(() => props.chat.finish())
        else return
        event.preventDefault()
      }}
      onBlur={() => !isGone && props.chat.finish()}
    />
  )
}
