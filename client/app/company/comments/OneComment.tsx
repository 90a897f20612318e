/** One comment of a thread: who, when, what; for who may, a way to change it and to take it back. */
import Pencil from 'lucide-solid/icons/pencil'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { isLightColor } from '#shared/board/is-light-color.ts'
import { inkColor } from '#shared/board/palette.ts'
import type { CommentsView, CommentView } from '../../../editor/company/comments/comments-view.ts'
import { Confirm } from '../../share/Confirm.tsx'
import { theme } from '../../theme.ts'
import { CommentWords } from './CommentWords.tsx'
import { Composer } from './Composer.tsx'
import { initialOf } from './pin-face.ts'
import { When } from './When.tsx'

type Doing = 'reading' | 'editing' | 'removing'

export function OneComment(props: {
  comments: CommentsView
  comment: CommentView
  /** Goes with it when it is deleted. */
  replyCount: number
}) {
  const [doing, setDoing] = createSignal<Doing>('reading')
  let item: HTMLLIElement | undefined
  const back = () => {
    setDoing('reading')
    item?.focus({ preventScroll: true })
  }
  const question = () => {
    if (props.replyCount === 0) return 'Delete this comment?'
    return `Delete this comment and its ${props.replyCount === 1 ? 'reply' : `${props.replyCount} replies`}?`
  }
  return (
    <li
      ref={el => (item = el)}
      class="comment"
      classList={{ 'is-unread': props.comment.isUnread }}
      tabindex="-1"
    >
      <div class="comment-head">
        <Disc name={props.comment.name} color={props.comment.color} />
        <span class="comment-name">{props.comment.name}</span>
        <When at={props.comment.at} />
        <Show when={props.comment.isEdited}>
          <span class="comment-note">edited</span>
        </Show>
        <Show when={doing() === 'reading'}>
          <span class="comment-actions">
            <Show when={props.comment.mayEdit}>
              <button
                type="button"
                class="icon-button"
                aria-label={`Edit what ${props.comment.isMine ? 'you' : props.comment.name} wrote`}
                data-tip="Edit"
                onClick={() => setDoing('editing')}
              >
                <Pencil />
              </button>
            </Show>
            <Show when={props.comment.mayRemove}>
              <button
                type="button"
                class="icon-button"
                aria-label={`Delete what ${props.comment.isMine ? 'you' : props.comment.name} wrote`}
                data-tip="Delete"
                onClick={() => setDoing('removing')}
              >
                <Trash />
              </button>
            </Show>
          </span>
        </Show>
      </div>
      <Show
        when={doing() === 'editing'}
        fallback={<CommentWords comments={props.comments} text={props.comment.text} />}
      >
        <Composer
          comments={props.comments}
          label="Edit the comment"
          placeholder=""
          initial={props.comment.text}
          sendLabel="Save"
          focuses
          onSend={text => {
            props.comments.edit(props.comment.id, text)
            back()
            return false
          }}
          onCancel={back}
        />
      </Show>
      <Show when={doing() === 'removing'}>
        <Confirm
          question={question()}
          action="Delete"
          onYes={() => props.comments.remove(props.comment.id)}
          onNo={back}
        />
      </Show>
    </li>
  )
}

export function Disc(props: { name: string; color: string }) {
  const color = () => inkColor(props.color, theme())
  return (
    <span
      class="avatar"
      classList={{ 'is-light': isLightColor(color()) }}
      style={{ '--person': color() }}
      aria-hidden="true"
    >
      {initialOf(props.name)}
    </span>
  )
}
