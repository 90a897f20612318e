/** Opening a vote, and ending it. */
import { createSignal, Match, Switch } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import { fromCell } from '../../from-cell.ts'

const FIRST_VOTES = 3
const MAX_VOTES = 20
const MAX_QUESTION_LENGTH = 200

export function PollPart(props: { meeting: FacilitationView; onStarted: () => void }) {
  const poll = fromCell(props.meeting.poll)
  const [question, setQuestion] = createSignal('')
  const [votesEach, setVotesEach] = createSignal(FIRST_VOTES)
  const [isSecret, setSecret] = createSignal(true)
  return (
    <section class="meeting-part" aria-label="Voting">
      <h3>Voting</h3>
      <Switch>
        <Match when={poll()?.isOpen}>
          <p class="meeting-note">{voters(poll()?.voterCount ?? 0)}</p>
          <div class="meeting-row">
            <button type="button" class="button primary" onClick={() => props.meeting.closePoll()}>
              End the vote
            </button>
            <button type="button" class="button" onClick={() => props.meeting.clearPoll()}>
              Call it off
            </button>
          </div>
        </Match>
        <Match when={true}>
          <form
            onSubmit={event => {
              event.preventDefault()
              props.meeting.openPoll({ question: question(), votesEach: votesEach(), isSecret: isSecret() })
              setQuestion('')
              props.onStarted()
            }}
          >
            <input
              class="text-field"
              placeholder="What is the question? (not needed)"
              aria-label="Question"
              maxLength={MAX_QUESTION_LENGTH}
              value={question()}
              onInput={event => setQuestion(event.currentTarget.value)}
            />
            <label class="meeting-row">
              <span class="grow">Votes for each person</span>
              <input
                class="text-field count-field"
                type="number"
                min="1"
                max={MAX_VOTES}
                required
                value={votesEach()}
                onInput={event => {
                  const value = event.currentTarget.valueAsNumber
                  if (value >= 1 && value <= MAX_VOTES) setVotesEach(Math.round(value))
                }}
              />
            </label>
            <label class="meeting-row">
              <input
                type="checkbox"
                checked={isSecret()}
                onInput={event => setSecret(event.currentTarget.checked)}
              />
              Show the counts only at the end
            </label>
            <button type="submit" class="button primary wide-button">
              Start the vote
            </button>
          </form>
        </Match>
      </Switch>
    </section>
  )
}

export const voters = (count: number): string =>
  count === 0
    ? 'Nobody has voted yet.'
    : count === 1
      ? 'One person has voted.'
      : `${count} people have voted.`
