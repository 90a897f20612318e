/** What a meeting shows everybody: the timer, the vote that is open, what came of it. */
import Check from 'lucide-solid/icons/check'
import Timer from 'lucide-solid/icons/timer'
import Vote from 'lucide-solid/icons/vote'
import X from 'lucide-solid/icons/x'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { FacilitationView, PollView } from '../../../editor/company/facilitation-view.ts'
import { keepFocusOnBoard } from '../../board/keep-focus.ts'
import { fromCell } from '../../from-cell.ts'
import { voters } from './PollPart.tsx'
import { TimerControls } from './TimerControls.tsx'

export function MeetingStrip(props: { meeting: FacilitationView }) {
  const timer = fromCell(props.meeting.timer)
  const poll = fromCell(props.meeting.poll)
  // What this person has put away, for themselves.
  const [hidden, setHidden] = createSignal('')
  const shown = () => {
    const now = poll()
    return now && (now.isOpen || now.id !== hidden()) ? now : undefined
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus where it is, the controls inside act
    <div class="meeting-strip" onMouseDown={keepFocusOnBoard}>
      <Show when={timer()}>
        <section class="island timer-island" aria-label="Timer">
          <Timer />
          <TimerControls meeting={props.meeting} />
        </section>
      </Show>
      <Show when={shown()}>
        {now => (
          <section class="island poll-card" aria-label="Vote">
            <Show
              when={now().isOpen}
              fallback={<Result meeting={props.meeting} poll={now()} onHide={() => setHidden(now().id)} />}
            >
              <OpenPoll meeting={props.meeting} poll={now()} />
            </Show>
          </section>
        )}
      </Show>
    </div>
  )
}

function OpenPoll(props: { meeting: FacilitationView; poll: PollView }) {
  const rights = fromCell(props.meeting.rights)
  const isVoting = fromCell(props.meeting.isVoting)
  return (
    <>
      <p class="poll-question">
        <Vote />
        <strong>{props.poll.question || 'Vote'}</strong>
      </p>
      <Show
        when={rights().mayVote}
        fallback={<p class="meeting-note">You look on. {voters(props.poll.voterCount)}</p>}
      >
        <p class="meeting-note">
          <Switch>
            <Match when={!isVoting()}>
              {props.poll.votesLeft} of {props.poll.votesEach} votes left
            </Match>
            <Match when={props.poll.votesLeft > 0}>
              Click on shapes: {props.poll.votesLeft} of {props.poll.votesEach} votes left
            </Match>
            <Match when={true}>All votes given; a click on a badge takes one back</Match>
          </Switch>
        </p>
        <div class="poll-dots" aria-hidden="true">
          <For each={Array.from({ length: props.poll.votesEach })}>
            {(_, i) => (
              <span
                class="poll-dot"
                classList={{ 'is-given': i() < props.poll.votesEach - props.poll.votesLeft }}
              />
            )}
          </For>
        </div>
        <div class="meeting-row">
          <button
            type="button"
            class="button"
            aria-pressed={isVoting()}
            onClick={() => props.meeting.setVoting(!isVoting())}
          >
            {isVoting() ? 'Done' : 'Go on voting'}
          </button>
          <button
            type="button"
            class="button visually-hidden-until-focus"
            onClick={() => props.meeting.voteForSelected(1)}
          >
            Vote for the selected shape
          </button>
          <button
            type="button"
            class="button visually-hidden-until-focus"
            onClick={() => props.meeting.voteForSelected(-1)}
          >
            Take a vote back from it
          </button>
          <Show when={rights().mayFacilitate}>
            <button type="button" class="button primary" onClick={() => props.meeting.closePoll()}>
              End the vote
            </button>
          </Show>
        </div>
        <Show when={rights().mayFacilitate}>
          <p class="meeting-note">{voters(props.poll.voterCount)}</p>
        </Show>
      </Show>
    </>
  )
}

function Result(props: { meeting: FacilitationView; poll: PollView; onHide: () => void }) {
  const rights = fromCell(props.meeting.rights)
  const most = () => props.poll.ranking[0]?.votes ?? 1
  return (
    <>
      <p class="poll-question">
        <Check />
        <strong>{props.poll.question || 'What came of the vote'}</strong>
        <button
          type="button"
          class="icon-button"
          aria-label="Hide this"
          data-tip="Hide this"
          onClick={() => props.onHide()}
        >
          <X />
        </button>
      </p>
      <Show when={props.poll.ranking.length > 0} fallback={<p class="meeting-note">Nobody gave a vote.</p>}>
        <ol class="poll-ranking">
          <For each={props.poll.ranking}>
            {ranked => (
              <li>
                <button
                  type="button"
                  class="ranked"
                  disabled={!ranked.isThere}
                  aria-label={`${ranked.label}, ${ranked.votes} ${ranked.votes === 1 ? 'vote' : 'votes'}`}
                  style={{ '--share': `${(ranked.votes / most()) * 100}%` }}
                  onClick={() => props.meeting.goTo(ranked.id)}
                >
                  <span class="ranked-label">{ranked.label}</span>
                  <span class="ranked-votes">{ranked.votes}</span>
                </button>
              </li>
            )}
          </For>
        </ol>
      </Show>
      <Show when={rights().mayFacilitate}>
        <button type="button" class="button" onClick={() => props.meeting.clearPoll()}>
          Put it away for all
        </button>
      </Show>
    </>
  )
}
