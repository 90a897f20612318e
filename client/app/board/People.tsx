/** Who is here: a few avatars; all names, and what each may do, on a click. */
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import type { EditorView, Person } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { Avatar } from './Avatar.tsx'
import type { BoardCommands } from './commands.ts'

const PeopleList = lazyPart(() => import('./PeopleList.tsx'))

export default function People(props: {
  boardId: BoardId
  view: EditorView
  commands: BoardCommands
  /** Besides the list's button, which shows oneself. */
  maxShown: number
  /** Too small to hit one of several. */
  isPhone: boolean
}) {
  const people = fromCell(props.view.people)
  const [isOpen, setOpen] = createSignal(false)
  const company = fromCell(props.view.company)
  const hereCount = () => people().filter(({ state }) => state !== 'away').length
  // Who can be met first, me last, and always shown.
  const ordered = createMemo(() => [...people()].sort((a, b) => rank(a) - rank(b)))
  const shown = createMemo(() => {
    const all = ordered()
    return all.length <= props.maxShown ? all : [...all.slice(0, props.maxShown - 2), ...all.slice(-1)]
  })
  const hiddenCount = () => ordered().length - shown().length
  // By id: a press must not lose its button because somebody has selected something meanwhile.
  const buttons = createMemo(() => shown().flatMap(({ isMe, clientId }) => (isMe ? [] : [clientId])), [], {
    equals: (a, b) => a.join() === b.join(),
  })
  let list: HTMLDivElement | undefined
  const close = () => {
    list?.hidePopover()
    props.view.focus()
  }
  return (
    <>
      <Show when={!props.isPhone}>
        <For each={buttons()}>
          {clientId => (
            <Show when={people().find(person => person.clientId === clientId)}>
              {person => (
                <button
                  type="button"
                  class="avatar-button"
                  aria-label={`Follow ${person().name}`}
                  data-tip={person().name}
                  onClick={() => company()?.people.follow.follow(clientId)}
                >
                  <Avatar person={person()} />
                </button>
              )}
            </Show>
          )}
        </For>
      </Show>
      <button
        type="button"
        class="people-button"
        popovertarget="people"
        aria-label={summary(hereCount())}
        data-tip={summary(hereCount())}
      >
        <For each={shown().filter(({ isMe }) => isMe || props.isPhone)}>
          {person => <Avatar person={person} />}
        </For>
        <Show when={hiddenCount() > 0}>
          <span class="avatar more">+{hiddenCount()}</span>
        </Show>
      </button>
      <div
        ref={el => (list = el)}
        id="people"
        popover="auto"
        class="island people-list"
        onToggle={event => setOpen(event.newState === 'open')}
      >
        <h2>{summary(hereCount())}</h2>
        <LazyPart>
          <Show when={isOpen()}>
            <PeopleList
              boardId={props.boardId}
              view={props.view}
              people={ordered()}
              onClose={close}
              onChangeProfile={() => {
                list?.hidePopover()
                props.commands.openDialog('profile')
              }}
            />
          </Show>
        </LazyPart>
      </div>
    </>
  )
}

const rank = ({ isMe, state }: Person): number => (isMe ? 3 : STATES.indexOf(state))
const STATES = ['here', 'idle', 'away']

const summary = (count: number): string => (count <= 1 ? 'Only you are here' : `${count} people here`)
