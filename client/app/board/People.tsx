/** Who is here: a few avatars; all names, and what each may do, on a click. */
import { createMemo, createSignal, For, lazy, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { LazyPart } from '../LazyPart.tsx'
import { Avatar } from './Avatar.tsx'
import type { BoardCommands } from './commands.ts'

const PeopleList = lazy(() => import('./PeopleList.tsx'))

export function People(props: {
  boardId: BoardId
  view: EditorView
  commands: BoardCommands
  maxShown: number
}) {
  const people = fromCell(props.view.people)
  const [isOpen, setOpen] = createSignal(false)
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
      <div
        ref={el => (list = el)}
        id="people"
        popover="auto"
        class="island people-list"
        onToggle={event => setOpen(event.newState === 'open')}
      >
        <h2>{summary(people().length)}</h2>
        <LazyPart>
          <Show when={isOpen()}>
            <PeopleList
              boardId={props.boardId}
              view={props.view}
              people={ordered()}
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

const summary = (count: number): string => (count <= 1 ? 'Only you are here' : `${count} people here`)
