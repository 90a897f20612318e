/** Somebody in the list of people: avatar, name, and what they are doing in words. A click follows them. */
import { type JSX, Show } from 'solid-js'
import type { PeopleTogetherView } from '../../editor/company/people-view.ts'
import type { EditorView, Person } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { Avatar } from './Avatar.tsx'

const STATE_WORDS = { here: '', idle: 'Idle', away: 'Away' } as const

interface PersonNameProps {
  person: Person
  view: EditorView
  /** After one has begun to follow. */
  onFollow: () => void
  /** What else is said of them. */
  children?: JSX.Element
}

export function PersonName(props: PersonNameProps) {
  const company = fromCell(props.view.company)
  return (
    <Show when={company()} fallback={<Facts {...props} words={STATE_WORDS[props.person.state]} />}>
      {open => <Followable {...props} people={open().people} />}
    </Show>
  )
}

function Followable(props: PersonNameProps & { people: PeopleTogetherView }) {
  const follow = () => props.people.follow
  const following = fromCell(follow().following)
  const followers = fromCell(follow().followers)
  const typing = fromCell(props.people.typing)
  const isFollowed = () => following() === props.person.clientId
  const words = () =>
    [
      STATE_WORDS[props.person.state],
      typing().has(props.person.clientId) ? 'Typing' : '',
      isFollowed() ? 'You follow them' : '',
      followers().includes(props.person.clientId) ? 'Follows you' : '',
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <button
      type="button"
      class="person-follow"
      aria-pressed={isFollowed()}
      aria-label={[`Follow ${props.person.name}`, words()].filter(Boolean).join(', ')}
      data-tip={isFollowed() ? 'Stop following' : 'Follow'}
      onClick={() => {
        if (isFollowed()) follow().stop()
        else {
          follow().follow(props.person.clientId)
          props.onFollow()
        }
      }}
    >
      <Facts {...props} words={words()} />
    </button>
  )
}

const Facts = (props: PersonNameProps & { words: string }) => (
  <>
    <Avatar person={props.person} />
    <span class="person-name">
      {props.person.name}
      <Show when={props.words}>
        <span class="person-role">{props.words}</span>
      </Show>
      {props.children}
    </span>
  </>
)
