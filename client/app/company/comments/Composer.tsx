/** A field to write a comment in. Enter sends, Shift with Enter begins a line; on a touch screen, where keys have no Shift, Enter begins a line
 * and the button sends. An `@` suggests people. */
import ArrowUp from 'lucide-solid/icons/arrow-up'
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  onCleanup,
  onMount,
  Show,
} from 'solid-js'
import { MAX_COMMENT_LENGTH } from '#shared/board/comments.ts'
import type { CommentsView } from '../../../editor/company/comments/comments-view.ts'
import { mentionAt, mentionOf, suggestionsFor } from '../../../editor/company/comments/words.ts'
import { fromCell } from '../../from-cell.ts'

const MAX_SUGGESTIONS = 6
const MAX_HEIGHT_PX = 160

const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches

export function Composer(props: {
  comments: CommentsView
  label: string
  placeholder: string
  initial: string
  sendLabel: string
  focuses: boolean
  /** What stands in the field, whenever that changes. */
  onType?: (text: string) => void
  /** @returns whether it is done with: the field is empty then */
  onSend: (text: string) => boolean
  onCancel?: () => void
}) {
  const names = fromCell(props.comments.names)
  const ownNames = fromCell(props.comments.ownNames)
  const [text, setText] = createSignal(props.initial)
  const [caret, setCaret] = createSignal(props.initial.length)
  const [chosen, setChosen] = createSignal(0)
  /** Where an `@` stands whose suggestions were sent away. */
  const [dismissedAt, setDismissedAt] = createSignal<number>()
  const listId = createUniqueId()
  let area: HTMLTextAreaElement | undefined

  const mention = createMemo(() => {
    const found = mentionAt(text(), caret())
    return found && found.at !== dismissedAt() ? found : undefined
  })
  const suggestions = createMemo(() => {
    const found = mention()
    if (!found) return []
    const others = names().filter(name => !ownNames().includes(name))
    return suggestionsFor(found.query, others, MAX_SUGGESTIONS)
  })
  createEffect(() => {
    suggestions()
    setChosen(0)
  })

  const fitHeight = () => {
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${Math.min(area.scrollHeight + 2, MAX_HEIGHT_PX)}px`
  }
  const changed = () => {
    if (!area) return
    setText(area.value)
    setCaret(area.selectionEnd)
    fitHeight()
    props.onType?.(area.value)
  }
  const moved = () => area && setCaret(area.selectionEnd)
  onMount(() => {
    if (!area) return
    area.value = props.initial
    fitHeight()
    document.addEventListener('selectionchange', moved)
    onCleanup(() => document.removeEventListener('selectionchange', moved))
    if (!props.focuses) return
    area.focus({ preventScroll: true })
    area.setSelectionRange(area.value.length, area.value.length)
  })
  const send = () => {
    if (!area || area.value.trim() === '') return
    if (!props.onSend(area.value)) return
    area.value = ''
    changed()
  }
  const choose = (name: string) => {
    const found = mention()
    if (!area || !found) return
    area.setRangeText(`${mentionOf(name)} `, found.at, caret(), 'end')
    area.focus({ preventScroll: true })
    changed()
  }
  const keyPressed = (event: KeyboardEvent) => {
    if (event.isComposing) return
    const list = suggestions()
    if (list.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) setChosen((chosen() + step + list.length) % list.length)
      else if (event.key === 'Enter' || event.key === 'Tab') choose(list[chosen()] ?? '')
      else if (event.key === 'Escape') setDismissedAt(mention()?.at)
      else return
      event.preventDefault()
      event.stopPropagation()
      return
    }
    if (event.key === 'Escape' && props.onCancel) {
      event.stopPropagation()
      props.onCancel()
    } else if (event.key === 'Enter' && !event.shiftKey && !isTouch()) {
      event.preventDefault()
      send()
    }
  }

  return (
    <div class="composer">
      <Show when={suggestions().length > 0}>
        <div id={listId} role="listbox" aria-label="People" class="island mention-list">
          <For each={suggestions()}>
            {(name, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and says which one is active
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys choose
              <div
                id={`${listId}-${index()}`}
                role="option"
                aria-selected={index() === chosen()}
                onMouseDown={event => event.preventDefault()}
                onClick={() => choose(name)}
              >
                {name}
              </div>
            )}
          </For>
        </div>
      </Show>
      <textarea
        ref={el => (area = el)}
        class="text-field"
        rows="1"
        maxlength={MAX_COMMENT_LENGTH}
        aria-label={props.label}
        placeholder={props.placeholder}
        aria-autocomplete="list"
        aria-controls={suggestions().length > 0 ? listId : undefined}
        aria-activedescendant={suggestions().length > 0 ? `${listId}-${chosen()}` : undefined}
        onInput={changed}
        onKeyDown={keyPressed}
      />
      <Show when={props.onCancel}>
        <button type="button" class="link-button" onClick={() => props.onCancel?.()}>
          Cancel
        </button>
      </Show>
      <button
        type="button"
        class="icon-button send"
        aria-label={props.sendLabel}
        data-tip={props.sendLabel}
        data-tip-key="Enter"
        aria-disabled={text().trim() === ''}
        onClick={send}
      >
        <ArrowUp />
      </button>
    </div>
  )
}
