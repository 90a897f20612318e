/** A button for one action of the table: its label, its keys and its tooltip come from there. */
import type { JSX } from 'solid-js'
import { ACTIONS, type ActionEntry, type ActionId } from '../../editor/action-table.ts'
import type { EditorView } from '../../editor/view.ts'
import { ariaKeys, keyText } from '../keys.ts'

export function ActionButton(props: {
  view: EditorView
  action: ActionId
  isDisabled?: boolean
  class?: string
  /** Instead of the table's. */
  label?: string
  children: JSX.Element
}) {
  const entry = () => actionEntry(props.action)
  const label = () => props.label ?? entry().label
  const shownKey = () => entry().keys[0]
  return (
    <button
      type="button"
      class={props.class ?? 'icon-button'}
      aria-label={label()}
      aria-keyshortcuts={ariaKeys(entry().keys) || undefined}
      aria-disabled={props.isDisabled ? 'true' : undefined}
      data-tip={entry().label}
      data-tip-key={keyText(shownKey() ?? '')}
      onClick={() => !props.isDisabled && props.view.run(props.action)}
    >
      {props.children}
    </button>
  )
}

export function actionEntry(id: ActionId): ActionEntry {
  const entry = ACTIONS.find(action => action.id === id)
  if (!entry) throw new Error(`no action has the id "${id}"; add it to action-table.ts`)
  return entry
}
