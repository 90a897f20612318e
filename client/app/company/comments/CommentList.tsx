/** All threads of the board in a list beside it. Arrow keys walk it, Enter goes to a comment. */
import CheckCheck from 'lucide-solid/icons/check-check'
import X from 'lucide-solid/icons/x'
import { createSignal, For, onMount, Show } from 'solid-js'
import type {
  CommentsView,
  ThreadFilter,
  ThreadView,
} from '../../../editor/company/comments/comments-view.ts'
import { firstWordsOf } from '../../../editor/company/comments/words.ts'
import { fromCell } from '../../from-cell.ts'
import { Disc } from './OneComment.tsx'
import { When } from './When.tsx'

const FILTERS: readonly { readonly id: ThreadFilter; readonly label: string; readonly none: string }[] = [
  { id: 'open', label: 'Open', none: 'Nobody has commented yet.' },
  { id: 'for-me', label: 'For you', none: 'Nobody has named you with an @.' },
  { id: 'mine', label: 'Yours', none: 'You have not written here yet.' },
  { id: 'resolved', label: 'Resolved', none: 'Nothing is resolved yet.' },
]
const SHOWN_LENGTH = 160

export default function CommentList(props: { comments: CommentsView; onClose: () => void }) {
  const { comments } = props
  const listed = fromCell(comments.listed)
  const filter = fromCell(comments.filter)
  const search = fromCell(comments.search)
  const unread = fromCell(comments.unread)
  const opened = fromCell(comments.opened)
  const mayWrite = fromCell(comments.mayWrite)
  // Drawn as far as one has come: a list of thousands is never read to its end.
  const [shownCount, setShownCount] = createSignal(PAGE)
  const shown = () => listed().slice(0, shownCount())
  const openedId = () => {
    const now = opened()
    return now?.kind === 'thread' ? now.id : undefined
  }
  const none = () => {
    if (search() !== '') return 'Nothing found.'
    const words = FILTERS.find(({ id }) => id === filter())?.none ?? ''
    return filter() === 'open' && mayWrite() ? `${words} Press C and click where yours belongs.` : words
  }
  let panel: HTMLElement | undefined
  onMount(() => panel?.focus({ preventScroll: true }))

  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      props.onClose()
      return
    }
    const rows = [...(panel?.querySelectorAll<HTMLElement>('.thread-row') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const isInField = event.target instanceof HTMLInputElement
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined || (isInField && event.key !== 'ArrowDown')) return
    event.preventDefault()
    rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus()
  }

  return (
    <section
      ref={el => (panel = el)}
      class="island comment-panel"
      role="dialog"
      aria-label="Comments"
      tabindex="-1"
      onKeyDown={walk}
    >
      <header class="comment-bar">
        <h2>Comments</h2>
        <Show when={unread().threadCount > 0}>
          <button
            type="button"
            class="icon-button"
            aria-label="Mark all as read"
            data-tip="Mark all as read"
            onClick={() => comments.markAllRead()}
          >
            <CheckCheck />
          </button>
        </Show>
        <button
          type="button"
          class="icon-button"
          aria-label="Close"
          data-tip="Close"
          onClick={() => props.onClose()}
        >
          <X />
        </button>
      </header>
      <fieldset class="comment-filters" aria-label="Which comments">
        <For each={FILTERS}>
          {({ id, label }) => (
            <button
              type="button"
              class="choice"
              aria-pressed={filter() === id}
              onClick={() => {
                setShownCount(PAGE)
                comments.list(id, search())
              }}
            >
              {label}
            </button>
          )}
        </For>
      </fieldset>
      <input
        type="search"
        class="text-field"
        aria-label="Search comments"
        placeholder="Search"
        value={search()}
        onInput={event => comments.list(filter(), event.currentTarget.value)}
      />
      <Show when={listed().length > 0} fallback={<p class="comment-none">{none()}</p>}>
        <ul class="thread-list" aria-label="Threads">
          <For each={shown().map(({ id }) => id)}>
            {id => (
              <Show when={listed().find(thread => thread.id === id)}>
                {thread => (
                  <li>
                    <ThreadRow
                      thread={thread()}
                      isOpen={openedId() === id}
                      onOpen={() => comments.openThread(id, 'elsewhere')}
                    />
                  </li>
                )}
              </Show>
            )}
          </For>
        </ul>
        <Show when={listed().length > shownCount()}>
          <button type="button" class="button" onClick={() => setShownCount(shownCount() + PAGE)}>
            Show more
          </button>
        </Show>
      </Show>
    </section>
  )
}

const PAGE = 60

function ThreadRow(props: { thread: ThreadView; isOpen: boolean; onOpen: () => void }) {
  const replies = () => {
    const { length } = props.thread.replies
    return length === 0 ? '' : length === 1 ? '1 reply' : `${length} replies`
  }
  const place = () => (props.thread.isShapeGone ? 'deleted shape' : props.thread.subject)
  return (
    <button
      type="button"
      class="thread-row"
      classList={{ 'is-unread': props.thread.isUnread, 'is-mention': props.thread.mentionsMe }}
      aria-label={props.thread.label}
      aria-current={props.isOpen}
      onClick={() => props.onOpen()}
    >
      <span class="comment-head">
        <Disc name={props.thread.first.name} color={props.thread.first.color} />
        <span class="comment-name">{props.thread.first.name}</span>
        <When at={props.thread.lastAt} />
      </span>
      <span class="thread-words">{firstWordsOf(props.thread.first.text, SHOWN_LENGTH)}</span>
      <Show when={replies() || place()}>
        <span class="comment-note">{[replies(), place()].filter(Boolean).join(' · ')}</span>
      </Show>
    </button>
  )
}
