/** The board's name: a button that turns into a field. Enter keeps, Escape gives back, leaving keeps. */
import { createEffect, Match, Switch } from 'solid-js'
import { may } from '#shared/roles.ts'
import type { EditorView } from '../../editor/view.ts'
import { boardTitle } from '../board-title.ts'
import { fromCell } from '../from-cell.ts'

const MAX_NAME_CHARS = 200

export function BoardName(props: {
  view: EditorView
  isEditing: boolean
  setEditing: (isEditing: boolean) => void
}) {
  const name = fromCell(props.view.boardName)
  const role = fromCell(props.view.role)
  const mayRename = () => {
    const now = role()
    return now === undefined || may(now, 'edit')
  }
  return (
    <Switch
      fallback={
        <button
          type="button"
          class="board-name"
          aria-label={`Board name: ${boardTitle(name())}`}
          data-tip="Rename"
          onClick={() => props.setEditing(true)}
        >
          {boardTitle(name())}
        </button>
      }
    >
      <Match when={!mayRename()}>
        <span class="board-name">{boardTitle(name())}</span>
      </Match>
      <Match when={props.isEditing}>
        <NameField
          name={name()}
          onKeep={next => {
            props.setEditing(false)
            if (next !== name()) props.view.rename(next)
          }}
          onGiveUp={() => props.setEditing(false)}
        />
      </Match>
    </Switch>
  )
}

function NameField(props: { name: string; onKeep: (name: string) => void; onGiveUp: () => void }) {
  let isDone = false
  const finish = (act: () => void) => {
    // Removing the focused field blurs it, which would finish once more.
    if (isDone) return
    isDone = true
    act()
  }
  return (
    <input
      class="board-name-field"
      aria-label="Board name"
      maxlength={MAX_NAME_CHARS}
      placeholder="Untitled board"
      autocomplete="off"
      enterkeyhint="done"
      value={props.name}
      ref={field =>
        createEffect(() => {
          field.focus()
          field.select()
        })
      }
      onBlur={event => finish(() => props.onKeep(event.currentTarget.value.trim()))}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.isComposing) event.currentTarget.blur()
        if (event.key === 'Escape') finish(props.onGiveUp)
      }}
    />
  )
}
