/** All keys, from the same tables that make them work. */
import { For } from 'solid-js'
import { ACTIONS, type ActionGroup } from '../../editor/action-table.ts'
import { TOOLS } from '../../tools/tool-table.ts'
import { keyCaps } from '../keys.ts'
import { Dialog } from './Dialog.tsx'

const GROUPS: readonly ActionGroup[] = ['Edit', 'Arrange', 'View', 'People', 'Board']

export default function HelpDialog(props: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" class="help-dialog" onClose={props.onClose}>
      <div class="key-groups">
        <KeyGroup title="Tools" entries={TOOLS} />
        <For each={GROUPS}>
          {group => (
            <KeyGroup
              title={group}
              entries={ACTIONS.filter(action => action.group === group && action.keys.length > 0)}
            />
          )}
        </For>
      </div>
    </Dialog>
  )
}

function KeyGroup(props: {
  title: string
  entries: readonly { readonly label: string; readonly keys: readonly string[] }[]
}) {
  return (
    <section>
      <h3>{props.title}</h3>
      <dl>
        <For each={props.entries}>
          {entry => (
            <div class="key-row">
              <dt>{entry.label}</dt>
              <dd>
                <For each={entry.keys.slice(0, 2)}>
                  {(keys, index) => (
                    <>
                      {index() > 0 ? <span class="or"> or </span> : ''}
                      <For each={keyCaps(keys)}>{cap => <kbd>{cap}</kbd>}</For>
                    </>
                  )}
                </For>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  )
}
