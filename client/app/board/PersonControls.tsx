/** One person, as the owner sees them: what they may do, and out. */
import { createSignal, For, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { GRANTED_ROLES } from '#shared/roles.ts'
import type { EditorView, Person } from '../../editor/view.ts'
import { Confirm } from '../share/Confirm.tsx'
import { ROLE_LABELS } from '../share/role-labels.ts'
import { type Answer, callBoard, type PersonFacts } from './board-api.ts'
import { PersonName } from './PersonName.tsx'

type Question = 'remove' | 'hand-on'

export function PersonControls(props: {
  boardId: BoardId
  view: EditorView
  onFollow: () => void
  person: Person
  facts: PersonFacts
  /** All look on: what one gives shows when the board is unlocked. */
  isLocked: boolean
  onChanged: (words: string) => void
}) {
  const [question, setQuestion] = createSignal<Question>()
  const [problem, setProblem] = createSignal('')
  const path = () => `/people/${props.facts.id}`
  const name = () => props.person.name
  let select: HTMLSelectElement | undefined

  const settle = (answer: Answer<unknown>, words: string) => {
    setQuestion(undefined)
    if (answer.ok) props.onChanged(words)
    else {
      setProblem(answer.message)
      if (select) select.value = shownRole()
    }
  }
  const choose = async (choice: string) => {
    setProblem('')
    if (choice === 'remove' || choice === 'hand-on') {
      if (select) select.value = shownRole()
      setQuestion(choice)
      return
    }
    const answer = await callBoard(props.boardId, 'PATCH', path(), { role: choice })
    settle(answer, `${name()}: ${ROLE_LABELS[choice as keyof typeof ROLE_LABELS]}.`)
  }
  const shownRole = () => props.facts.role ?? 'viewer'
  const remove = async () => settle(await callBoard(props.boardId, 'DELETE', path()), `${name()} is out.`)
  const handOn = async () =>
    settle(
      await callBoard(props.boardId, 'POST', '/owner', { person: props.facts.id }),
      `The board is ${name()}’s now.`,
    )
  const ask = () =>
    question() === 'remove'
      ? { text: `Remove ${name()} from the board?`, action: 'Remove', act: remove }
      : {
          text: `Hand the board on to ${name()}? They will own it, and you will be an editor.`,
          action: 'Hand on',
          act: handOn,
        }

  return (
    <>
      <div class="person">
        <PersonName person={props.person} view={props.view} onFollow={props.onFollow}>
          <Show when={props.facts.links.length > 0}>
            <span class="person-role">
              by {props.facts.links.map(link => link.name || 'a link without a name').join(', ')}
            </span>
          </Show>
        </PersonName>
        <Show when={!props.facts.isOwner} fallback={<span class="person-role">{ROLE_LABELS.owner}</span>}>
          <select
            ref={el => (select = el)}
            class="select small"
            aria-label={`What ${name()} may do`}
            value={shownRole()}
            onChange={event => choose(event.currentTarget.value)}
          >
            <For each={GRANTED_ROLES}>
              {role => (
                <option value={role} disabled={!props.facts.isKnown || props.isLocked}>
                  {ROLE_LABELS[role]}
                </option>
              )}
            </For>
            <hr />
            <Show when={props.facts.isKnown}>
              <option value="hand-on">Make owner…</option>
            </Show>
            <option value="remove">Remove…</option>
          </select>
        </Show>
      </div>
      <Show when={question()}>
        <Confirm
          question={ask().text}
          action={ask().action}
          onYes={() => ask().act()}
          onNo={() => {
            setQuestion(undefined)
            select?.focus()
          }}
        />
      </Show>
      <p role="alert" class="problem">
        {problem()}
      </p>
    </>
  )
}
