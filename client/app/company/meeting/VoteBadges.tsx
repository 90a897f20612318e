/** Votes at the upper right corners of shapes, in screen size. */
import { For, Show } from 'solid-js'
import type { FacilitationView, VoteBadge } from '../../../editor/company/facilitation-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { keepFocusOnBoard } from '../../board/keep-focus.ts'
import { fromCell } from '../../from-cell.ts'
import { placeAt } from './place-at.ts'

export function VoteBadges(props: { view: EditorView; meeting: FacilitationView }) {
  const badges = fromCell(props.meeting.badges)
  const poll = fromCell(props.meeting.poll)
  const camera = fromCell(props.view.camera)
  const canTakeBack = (badge: VoteBadge) => poll()?.isOpen && badge.own > 0
  return (
    <Show when={badges().length > 0}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus where it is, the controls inside act */}
      <div class="vote-badges" onMouseDown={keepFocusOnBoard}>
        <For each={badges()}>
          {badge => (
            <button
              type="button"
              class="vote-badge"
              classList={{ 'is-own': badge.own > 0 }}
              style={{ transform: placeAt(badge.at, camera()) }}
              disabled={!canTakeBack(badge)}
              aria-label={wordsOf(badge, canTakeBack(badge) === true)}
              data-tip={canTakeBack(badge) ? 'Take a vote back' : undefined}
              onClick={() => props.meeting.vote(badge.id, -1)}
            >
              {badge.total ?? badge.own}
            </button>
          )}
        </For>
      </div>
    </Show>
  )
}

const wordsOf = ({ label, own, total }: VoteBadge, canTakeBack: boolean): string =>
  [
    label,
    total !== undefined && `${total} ${total === 1 ? 'vote' : 'votes'}`,
    own > 0 && `${own} of yours`,
    canTakeBack && 'take one back',
  ]
    .filter(Boolean)
    .join(', ')
