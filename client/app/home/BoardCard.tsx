import X from 'lucide-solid/icons/x'
import { Show } from 'solid-js'
import { boardTitle } from '../board-title.ts'
import { localStore } from '../local-store.ts'
import { type RecentBoard, readPicture } from '../recent-boards.ts'
import { BoardMark } from './BoardMark.tsx'
import { relativeDate } from './relative-date.ts'

export function BoardCard(props: { board: RecentBoard; onForget: () => void }) {
  const title = () => boardTitle(props.board.name)
  return (
    <li class="board-card">
      <a href={`/b/${props.board.id}`}>
        <span class="board-picture">
          <Show
            when={readPicture(localStore(), props.board.id)}
            fallback={<BoardMark boardId={props.board.id} />}
          >
            {picture => <img src={picture()} alt="" />}
          </Show>
        </span>
        <span class="board-title">{title()}</span>
        <time datetime={new Date(props.board.lastOpenedAtMs).toISOString()}>
          {relativeDate(props.board.lastOpenedAtMs, Date.now())}
        </time>
      </a>
      <button
        type="button"
        class="icon-button"
        aria-label={`Remove “${title()}” from this list`}
        data-tip="Remove from this list"
        onClick={() => props.onForget()}
      >
        <X />
      </button>
    </li>
  )
}
