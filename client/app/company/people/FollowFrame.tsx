/** Around the board of whoever follows: a frame in the leader's colour, and how to get out of it. For whoever is followed: by how many. */
import X from 'lucide-solid/icons/x'
import { createMemo, Show } from 'solid-js'
import { isLightColor } from '#shared/board/is-light-color.ts'
import type { FollowView } from '../../../editor/company/people-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { keepFocusOnBoard } from '../../board/keep-focus.ts'
import { fromCell } from '../../from-cell.ts'
import '../../styles/follow.css'

export function FollowFrame(props: { view: EditorView; follow: FollowView }) {
  const people = fromCell(props.view.people)
  const following = fromCell(props.follow.following)
  const followers = fromCell(props.follow.followers)
  const leader = createMemo(() => people().find(({ clientId }) => clientId === following()))
  const followerNames = () =>
    followers().map(follower => people().find(({ clientId }) => clientId === follower)?.name ?? 'Somebody')
  const followWords = () => {
    const names = followerNames()
    return names.length === 1 ? `${names[0]} follows you` : `${names.length} follow you`
  }
  return (
    <>
      <Show when={leader()}>
        {person => <div class="follow-frame" style={{ '--person': person().color }} aria-hidden="true" />}
      </Show>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus where it is, the controls inside act */}
      <div class="follow-notes" onMouseDown={keepFocusOnBoard}>
        <Show when={followers().length > 0}>
          <p class="follow-note is-quiet" data-tip={followerNames().join(', ')}>
            {followWords()}
          </p>
        </Show>
        <Show when={leader()}>
          {person => (
            <p
              class="follow-note"
              classList={{ 'is-light': isLightColor(person().color) }}
              style={{ '--person': person().color }}
            >
              <span>
                {person().state === 'away' ? `${person().name} is away` : `Following ${person().name}`}
              </span>
              <button type="button" aria-label="Stop following" onClick={() => props.follow.stop()}>
                <kbd>Esc</kbd>
                <X />
              </button>
            </p>
          )}
        </Show>
      </div>
    </>
  )
}
