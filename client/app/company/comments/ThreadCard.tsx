/** An open thread, or a comment that is being begun, beside its pin; on a phone a sheet over the lower part of the screen. The board stays usable
 * around it. */
import Check from 'lucide-solid/icons/check'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import ChevronUp from 'lucide-solid/icons/chevron-up'
import Link from 'lucide-solid/icons/link'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js'
import type { CommentsView, Opened, ThreadView } from '../../../editor/company/comments/comments-view.ts'
import { fromCell } from '../../from-cell.ts'
import { createMediaQuery, PHONE_QUERY } from '../../media-query.ts'
import { Composer } from './Composer.tsx'
import { followPin } from './card-place.ts'
import { copyAddress } from './copy-address.ts'
import { OneComment } from './OneComment.tsx'
import { When } from './When.tsx'

export function ThreadCard(props: {
  comments: CommentsView
  opened: Opened
  /** Gives the focus back to where it was. */
  giveFocusBack: (was: Opened) => void
}) {
  const { comments } = props
  const threads = fromCell(comments.threads)
  const listed = fromCell(comments.listed)
  const mayWrite = fromCell(comments.mayWrite)
  const isPhone = createMediaQuery(PHONE_QUERY)
  const thread = () => {
    const { opened } = props
    return opened.kind === 'thread' ? threads().find(({ id }) => id === opened.id) : undefined
  }
  const about = () => (props.opened.kind === 'thread' ? props.opened.id : 'new')
  const [outcome, setOutcome] = createSignal('')
  let card: HTMLElement | undefined

  const close = () => {
    const was = props.opened
    const hadFocus = card?.contains(document.activeElement)
    comments.close()
    if (hadFocus) props.giveFocusBack(was)
  }
  const copy = async () => {
    const now = thread()
    if (now && card)
      setOutcome((await copyAddress(comments.linkTo(now.id), card)) ? 'Link copied' : 'Not copied')
  }
  onMount(() => {
    if (!card) return
    onCleanup(followPin(card, comments, isPhone))
  })
  // A field opens the keyboard of a touch screen over what there is to read; and who may not write has none.
  createEffect(
    on(about, id => {
      setOutcome('')
      if (id !== 'new' && (!mayWrite() || isPhone())) card?.focus({ preventScroll: true })
    }),
  )

  return (
    <section
      ref={el => (card = el)}
      class="island comment-card"
      classList={{ 'is-sheet': isPhone() }}
      role="dialog"
      aria-label={thread()?.label ?? 'New comment'}
      tabindex="-1"
      onKeyDown={event => {
        if (event.key === 'Escape') close()
        else if (event.altKey && event.key === 'ArrowDown') comments.step(1)
        else if (event.altKey && event.key === 'ArrowUp') comments.step(-1)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <Show when={thread()}>
        {now => (
          <>
            <header class="comment-bar">
              <span class="comment-subject">{now().subject || (now().isShapeGone ? '' : 'Comment')}</span>
              <p role="status" class="comment-note">
                {outcome()}
              </p>
              <Show when={listed().length > 1}>
                <button
                  type="button"
                  class="icon-button"
                  aria-label="Previous comment"
                  aria-keyshortcuts="Alt+ArrowUp"
                  data-tip="Previous"
                  data-tip-key="Alt ↑"
                  onClick={() => comments.step(-1)}
                >
                  <ChevronUp />
                </button>
                <button
                  type="button"
                  class="icon-button"
                  aria-label="Next comment"
                  aria-keyshortcuts="Alt+ArrowDown"
                  data-tip="Next"
                  data-tip-key="Alt ↓"
                  onClick={() => comments.step(1)}
                >
                  <ChevronDown />
                </button>
              </Show>
              <button
                type="button"
                class="icon-button"
                aria-label="Copy link"
                data-tip="Copy link"
                onClick={copy}
              >
                <Link />
              </button>
              <Show when={mayWrite()}>
                <ResolveButton comments={comments} thread={now()} />
              </Show>
              <button type="button" class="icon-button" aria-label="Close" data-tip="Close" onClick={close}>
                <X />
              </button>
            </header>
            <Show when={now().isShapeGone}>
              <p class="comment-gone">What this was about has been deleted.</p>
            </Show>
            <Comments comments={comments} thread={now()} />
            <Show when={now().resolved}>
              {resolved => (
                <p class="comment-gone">
                  Resolved by {resolved().name} <When at={resolved().at} />
                </p>
              )}
            </Show>
          </>
        )}
      </Show>
      <Show when={mayWrite() && about()} keyed>
        {id => (
          <Composer
            comments={comments}
            label={id === 'new' ? 'Comment' : 'Reply'}
            placeholder={id === 'new' ? 'Add a comment, @ names people' : 'Reply'}
            initial={comments.draftOf(id)}
            sendLabel="Send"
            focuses={id === 'new' || !isPhone()}
            onType={text => comments.keepDraft(id, text)}
            onSend={text => comments.send(text)}
          />
        )}
      </Show>
    </section>
  )
}

function ResolveButton(props: { comments: CommentsView; thread: ThreadView }) {
  const isResolved = () => props.thread.resolved !== undefined
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={isResolved() ? 'Open again' : 'Resolve'}
      data-tip={isResolved() ? 'Open again' : 'Resolve'}
      onClick={() => props.comments.resolve(props.thread.id, !isResolved())}
    >
      <Show when={isResolved()} fallback={<Check />}>
        <RotateCcw />
      </Show>
    </button>
  )
}

function Comments(props: { comments: CommentsView; thread: ThreadView }) {
  const all = () => [props.thread.first, ...props.thread.replies]
  let list: HTMLOListElement | undefined
  // What was written last is what one has come for.
  createEffect(
    on(
      () => `${props.thread.id} ${props.thread.replies.length}`,
      () => list?.scrollTo(0, list.scrollHeight),
    ),
  )
  return (
    <ol ref={el => (list = el)} class="comment-list">
      {/* By id: what comes in must not take the focus from a comment that is being changed. */}
      <For each={all().map(({ id }) => id)}>
        {id => (
          <Show when={all().find(comment => comment.id === id)}>
            {comment => (
              <OneComment
                comments={props.comments}
                comment={comment()}
                replyCount={id === props.thread.id ? props.thread.replies.length : 0}
              />
            )}
          </Show>
        )}
      </For>
    </ol>
  )
}
