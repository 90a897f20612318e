/** Who is here: a few avatars, and all names on a click. */
import { createMemo, For, Show } from 'solid-js'
import type { EditorView, Person } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { Avatar } from './Avatar.tsx'
import type { BoardCommands } from './commands.ts'

export function People(props: { view: EditorView; commands: BoardCommands; maxShown: number }) {
  const people = fromCell(props.view.people)
  // Me last, and always shown.
  const ordered = createMemo(() => [...people()].sort((a, b) => Number(a.isMe) - Number(b.isMe)))
  const shown = createMemo(() => {
    const all = ordered()
    return all.length <= props.maxShown ? all : [...all.slice(0, props.maxShown - 2), ...all.slice(-1)]
  })
  const hiddenCount = () => ordered().length - shown().length
  let list: HTMLDivElement | undefined
  return (
    <>
      <button
        type="button"
        class="people-button"
        popovertarget="people"
        aria-label={summary(people().length)}
        data-tip={summary(people().length)}
      >
        <For each={shown()}>{person => <Avatar person={person} />}</For>
        <Show when={hiddenCount() > 0}>
          <span class="avatar more">+{hiddenCount()}</span>
        </Show>
      </button>
      <div ref={el => (list = el)} id="people" popover="auto" class="island people-list">
        <h2>{summary(people().length)}</h2>
        <ul>
          <For each={ordered()}>
            {person => (
              <Show when={person.isMe} fallback={<PersonRow person={person} />}>
                <li>
                  <button
                    type="button"
                    class="person"
                    onClick={() => {
                      list?.hidePopover()
                      props.commands.openDialog('profile')
                    }}
                  >
                    <Avatar person={person} />
                    <span class="person-name">{person.name} (you)</span>
                    <span class="person-change">Change</span>
                  </button>
                </li>
              </Show>
            )}
          </For>
        </ul>
      </div>
    </>
  )
}

const PersonRow = (props: { person: Person }) => (
  <li class="person">
    <Avatar person={props.person} />
    <span class="person-name">{props.person.name}</span>
  </li>
)

const summary = (count: number): string => (count <= 1 ? 'Only you are here' : `${count} people here`)
