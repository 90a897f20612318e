/** All names, with what each may do; for the owner, with what they can do about it. */
import Megaphone from 'lucide-solid/icons/megaphone'
import { createEffect, createResource, createSignal, For, on, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { may } from '#shared/roles.ts'
import type { EditorView, Person } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { ROLE_LABELS } from '../share/role-labels.ts'
import { Avatar } from './Avatar.tsx'
import { type BoardFacts, callBoard, type PersonFacts } from './board-api.ts'
import { MeetingControls } from './MeetingControls.tsx'
import { PersonControls } from './PersonControls.tsx'
import { PersonName } from './PersonName.tsx'
import '../styles/share.css'

/** What those were called who have gone: the server knows nobody's name. */
const lastNames = new Map<string, string>()

export default function PeopleList(props: {
  boardId: BoardId
  view: EditorView
  people: readonly Person[]
  onChangeProfile: () => void
  onClose: () => void
}) {
  const role = fromCell(props.view.role)
  const isOwner = () => {
    const now = role()
    return now !== undefined && may(now, 'manage-people')
  }
  const mayBring = () => {
    const now = role()
    return now !== undefined && may(now, 'facilitate')
  }
  const [access, { refetch }] = createResource(isOwner, async () => {
    const [people, board] = await Promise.all([
      callBoard<{ people: PersonFacts[] }>(props.boardId, 'GET', '/people'),
      callBoard<BoardFacts>(props.boardId, 'GET', ''),
    ])
    return { people, board }
  })
  // Who comes and goes is told by presence.
  createEffect(
    on(
      () => props.people.map(({ clientId }) => clientId).join(),
      () => isOwner() && refetch(),
      { defer: true },
    ),
  )
  const persons = () => {
    const answer = isOwner() ? access.latest?.people : undefined
    return answer?.ok ? answer.body.people : []
  }
  const board = () => {
    const answer = isOwner() ? access.latest?.board : undefined
    return answer?.ok ? answer.body : undefined
  }
  const problem = () => {
    const { people, board } = (isOwner() && access.latest) || {}
    return [people, board].map(answer => (answer && !answer.ok ? answer.message : '')).find(Boolean) ?? ''
  }
  const personOf = (clientId: number) =>
    persons().find(({ connections }) => connections.some(each => each.clientId === clientId))
  createEffect(() => {
    for (const { clientId, name } of props.people) {
      const person = personOf(clientId)
      if (person) lastNames.set(person.id, name)
    }
  })
  const removed = () => persons().filter(({ isRemoved }) => isRemoved)
  const [status, setStatus] = createSignal('')
  const changed = (words: string) => {
    setStatus(words)
    void refetch()
  }

  return (
    <>
      <ul>
        {/* By id: a list that is fetched anew must not take the focus from a row. */}
        <For each={props.people.map(({ clientId }) => clientId)}>
          {clientId => (
            <Show when={props.people.find(person => person.clientId === clientId)}>
              {person => (
                <li>
                  <Show
                    when={!person().isMe}
                    fallback={<Me person={person()} view={props.view} onChange={props.onChangeProfile} />}
                  >
                    <Show
                      when={isOwner() && personOf(clientId)}
                      fallback={
                        <div class="person">
                          <PersonName person={person()} view={props.view} onFollow={props.onClose} />
                        </div>
                      }
                    >
                      {facts => (
                        <PersonControls
                          boardId={props.boardId}
                          view={props.view}
                          onFollow={props.onClose}
                          person={person()}
                          facts={facts()}
                          isLocked={board()?.state === 'locked'}
                          onChanged={changed}
                        />
                      )}
                    </Show>
                  </Show>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
      <Show when={mayBring() && props.people.some(({ isMe, state }) => !isMe && state !== 'away')}>
        <BringEveryone view={props.view} onBring={props.onClose} />
      </Show>
      <Show when={removed().length > 0}>
        <h3>Removed</h3>
        <ul>
          <For each={removed()}>
            {person => (
              <RemovedRow
                boardId={props.boardId}
                person={person}
                name={lastNames.get(person.id) ?? person.subject ?? 'Somebody'}
                onChanged={changed}
              />
            )}
          </For>
        </ul>
      </Show>
      <p role="alert" class="problem">
        {problem()}
      </p>
      <Show when={board()}>
        {now => <MeetingControls boardId={props.boardId} state={now().state} onChanged={changed} />}
      </Show>
      <p role="status" class="visually-hidden">
        {status()}
      </p>
    </>
  )
}

function Me(props: { person: Person; view: EditorView; onChange: () => void }) {
  const role = fromCell(props.view.role)
  const label = () => {
    const now = role()
    return now ? ROLE_LABELS[now] : ''
  }
  return (
    <div class="person">
      <Avatar person={props.person} />
      <span class="person-name">
        {props.person.name} (you)
        <span class="person-role">{label()}</span>
      </span>
      <button type="button" class="link-button" onClick={() => props.onChange()}>
        Change
      </button>
    </div>
  )
}

/** For who may: brings everybody to the part of the board that one looks at. */
function BringEveryone(props: { view: EditorView; onBring: () => void }) {
  const company = fromCell(props.view.company)
  return (
    <Show when={company()}>
      {open => (
        <button
          type="button"
          class="button bring-everyone"
          onClick={() => {
            open().people.summons.bring()
            props.onBring()
          }}
        >
          <Megaphone />
          Bring everyone to me
        </button>
      )}
    </Show>
  )
}

function RemovedRow(props: {
  boardId: BoardId
  person: PersonFacts
  name: string
  onChanged: (words: string) => void
}) {
  const [problem, setProblem] = createSignal('')
  const letIn = async () => {
    const answer = await callBoard(props.boardId, 'PATCH', `/people/${props.person.id}`, { role: null })
    if (answer.ok) props.onChanged(`${props.name} may come in again.`)
    else setProblem(answer.message)
  }
  return (
    <li>
      <div class="person">
        <span class="person-name">{props.name}</span>
        <button type="button" class="link-button" aria-label={`Let ${props.name} in again`} onClick={letIn}>
          Let in again
        </button>
      </div>
      <p role="alert" class="problem">
        {problem()}
      </p>
    </li>
  )
}
