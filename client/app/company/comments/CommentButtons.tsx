/** In the company's bar: the comment tool, and the list with how much of it is unread. */
import MessageCirclePlus from 'lucide-solid/icons/message-circle-plus'
import MessagesSquare from 'lucide-solid/icons/messages-square'
import { Show } from 'solid-js'
import type { CommentsView } from '../../../editor/company/comments/comments-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { TOOLS } from '../../../tools/tool-table.ts'
import { fromCell } from '../../from-cell.ts'
import { ariaKeys, keyText } from '../../keys.ts'

const entry = TOOLS.find(({ id }) => id === 'comment')

export function CommentButtons(props: { view: EditorView; comments: CommentsView }) {
  const tool = fromCell(props.view.tool)
  const mayWrite = fromCell(props.comments.mayWrite)
  const unread = fromCell(props.comments.unread)
  const isListOpen = fromCell(props.comments.isListOpen)
  const label = () => {
    const { threadCount, mentionCount } = unread()
    if (threadCount === 0) return 'Comments'
    return `Comments, ${threadCount} unread${mentionCount > 0 ? ', you were mentioned' : ''}`
  }
  return (
    <>
      <Show when={mayWrite()}>
        <button
          type="button"
          class="icon-button"
          aria-label={entry?.label}
          aria-pressed={tool() === 'comment'}
          aria-keyshortcuts={ariaKeys(entry?.keys ?? [])}
          data-tip={entry?.label}
          data-tip-key={keyText(entry?.badge ?? '')}
          onClick={() => {
            if (tool() !== 'comment') props.view.setTool('comment')
            else props.view.run('deselect')
          }}
        >
          <MessageCirclePlus />
        </button>
      </Show>
      <button
        type="button"
        class="icon-button"
        aria-label={label()}
        aria-pressed={isListOpen()}
        data-tip={label()}
        onClick={() => props.comments.showList(!isListOpen())}
      >
        <MessagesSquare />
        <Show when={unread().threadCount > 0}>
          <span
            class="unread-badge"
            aria-hidden="true"
            classList={{ 'is-mention': unread().mentionCount > 0 }}
          >
            {unread().mentionCount > 0 ? '@' : ''}
            {Math.min(unread().threadCount, 99)}
          </span>
        </Show>
      </button>
    </>
  )
}
