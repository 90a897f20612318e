/** Comments as they lie over the board: the pins, what one of them says before it is opened, the open thread, the list. */
import { createEffect, createSignal, on, onCleanup, onMount, Show } from 'solid-js'
import { inkColor } from '#shared/board/palette.ts'
import type { CommentsView, Opened, ThreadView } from '../../../editor/company/comments/comments-view.ts'
import { firstWordsOf } from '../../../editor/company/comments/words.ts'
import type { EditorView } from '../../../editor/view.ts'
import { fromCell } from '../../from-cell.ts'
import { LazyPart } from '../../LazyPart.tsx'
import { lazyPart } from '../../lazy-part.ts'
import { theme } from '../../theme.ts'
import { Disc } from './OneComment.tsx'
import { PinLayer } from './pin-layer.ts'
import { ThreadCard } from './ThreadCard.tsx'
import { When } from './When.tsx'
import '../../styles/comment-pins.css'
import '../../styles/comments.css'
import '../../styles/share.css'

const CommentList = lazyPart(() => import('./CommentList.tsx'))

/** A press that moves farther is a drag, screen px. */
const CLICK_PX = 6

export function CommentsOnBoard(props: { view: EditorView; comments: CommentsView }) {
  const { view, comments } = props
  // What had the focus before anything was open has it again afterwards. Asked before the card comes, which takes it.
  let before: Element | null = null
  onCleanup(
    comments.opened.subscribe(now => {
      if (now && !document.activeElement?.closest('.comment-card')) before = document.activeElement
    }),
  )
  const opened = fromCell(comments.opened)
  const isListOpen = fromCell(comments.isListOpen)
  const [pointed, setPointed] = createSignal<{ thread: ThreadView; element: HTMLElement }>()
  let layer: PinLayer | undefined

  onMount(() => {
    layer = new PinLayer({ comments, color: name => inkColor(name, theme()), pointed: setPointed })
    onCleanup(() => layer?.close())
    onCleanup(closeOnClick(comments))
  })
  createEffect(on(theme, () => layer?.update(), { defer: true }))
  const giveFocusBack = (was: Opened) => {
    if (was.kind === 'thread' && was.from === 'pin' && layer?.focus(was.id)) return
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus()
    else view.focus()
  }
  const closeList = () => {
    comments.showList(false)
    view.focus()
  }

  return (
    <>
      <Show when={pointed()}>{pin => <Preview thread={pin().thread} element={pin().element} />}</Show>
      <Show when={opened()}>
        {now => <ThreadCard comments={comments} opened={now()} giveFocusBack={giveFocusBack} />}
      </Show>
      <LazyPart>
        <Show when={isListOpen()}>
          <CommentList comments={comments} onClose={closeList} />
        </Show>
      </LazyPart>
    </>
  )
}

/** A click on the board closes what is open; a drag, which may be a pan, does not. */
function closeOnClick(comments: CommentsView): () => void {
  const stopper = new AbortController()
  let pressedAt: readonly [number, number] | undefined
  const { container } = comments
  container.addEventListener(
    'pointerdown',
    event => {
      pressedAt = [event.clientX, event.clientY]
    },
    { signal: stopper.signal },
  )
  container.addEventListener(
    'pointerup',
    ({ clientX, clientY }) => {
      if (!pressedAt || Math.hypot(clientX - pressedAt[0], clientY - pressedAt[1]) > CLICK_PX) return
      // Before the tool hears of the click: it may be where the next comment begins.
      if (comments.opened.value) comments.close()
    },
    { signal: stopper.signal, capture: true },
  )
  return () => stopper.abort()
}

/** What a thread says, to whoever points at its pin. A screen reader has it from the pin's label. */
function Preview(props: { thread: ThreadView; element: HTMLElement }) {
  const at = () => props.element.getBoundingClientRect()
  const isLow = () => at().top > innerHeight / 2
  const isRight = () => at().left > innerWidth - 320
  return (
    <div
      class="island pin-preview"
      aria-hidden="true"
      style={{
        [isRight() ? 'right' : 'left']: `${isRight() ? innerWidth - at().right : at().left}px`,
        [isLow() ? 'bottom' : 'top']: `${isLow() ? innerHeight - at().top + 6 : at().bottom + 6}px`,
      }}
    >
      <span class="comment-head">
        <Disc name={props.thread.first.name} color={props.thread.first.color} />
        <span class="comment-name">{props.thread.first.name}</span>
        <When at={props.thread.first.at} />
      </span>
      <p class="thread-words">{firstWordsOf(props.thread.first.text, 160)}</p>
      <Show when={props.thread.replies.length}>
        {count => <p class="comment-note">{count() === 1 ? '1 reply' : `${count()} replies`}</p>}
      </Show>
    </div>
  )
}
