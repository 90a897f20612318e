/** Buttons for what is shown and gone again: laser pointer, chat at the cursor, reactions. Everybody on a board may. */

import FaceSlightlySmilingPlus from 'lucide-solid/icons/face-slightly-smiling-plus'
import MessageCircleDashed from 'lucide-solid/icons/message-circle-dashed'
import Wand from 'lucide-solid/icons/wand'
import { createEffect, For, onCleanup } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { Reaction } from '#shared/live-company.ts'
import { may } from '#shared/roles.ts'
import type { CompanyView } from '../../../editor/company/company-view.ts'
import type { ReactionsView } from '../../../editor/company/people-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { TOOLS } from '../../../tools/tool-table.ts'
import { ActionButton, actionEntry } from '../../board/ActionButton.tsx'
import { moveAlongToolbar } from '../../board/move-along-toolbar.ts'
import { fromCell } from '../../from-cell.ts'
import { ariaKeys, keyText } from '../../keys.ts'
import { REACTION_ICONS } from './reaction-icons.ts'
import '../../styles/reactions.css'

/** A button or key that is held goes on reacting this often. */
const REPEAT_MS = 160

export function TogetherButtons(props: { view: EditorView; company: CompanyView }) {
  return (
    <>
      <LaserButton view={props.view} />
      <ActionButton view={props.view} action="chat">
        <MessageCircleDashed />
      </ActionButton>
      <ReactionButton view={props.view} reactions={props.company.people.reactions} />
    </>
  )
}

function LaserButton(props: { view: EditorView }) {
  const tool = fromCell(props.view.tool)
  const isOn = () => tool() === 'laser'
  const entry = TOOLS.find(({ id }) => id === 'laser')
  const putAway = () => {
    const role = props.view.role.value
    return role === undefined || may(role, 'add') ? 'select' : 'hand'
  }
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={entry?.label}
      aria-pressed={isOn()}
      aria-keyshortcuts={ariaKeys(entry?.keys ?? [])}
      data-tip={entry?.label}
      data-tip-key={keyText(entry?.keys[0] ?? '')}
      onClick={() => props.view.setTool(isOn() ? putAway() : 'laser')}
    >
      <Wand />
    </button>
  )
}

function ReactionButton(props: { view: EditorView; reactions: ReactionsView }) {
  const isOpen = fromCell(props.reactions.isOpen)
  const entry = actionEntry('react')
  let bar: HTMLDivElement | undefined
  createEffect(() => {
    if (isOpen() && !bar?.matches(':popover-open')) bar?.showPopover()
  })
  const toggled = (event: ToggleEvent) => {
    const isShown = event.newState === 'open'
    props.reactions.setOpen(isShown)
    // The keys are the bar's while it is open, and the board's again afterwards.
    if (isShown) bar?.querySelector('button')?.focus()
    else if (document.activeElement === document.body || bar?.contains(document.activeElement))
      props.view.focus()
  }
  const keyPressed = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const choice = props.reactions.choices[Number(event.key) - 1]
    if (choice && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      event.stopPropagation()
      props.reactions.react(choice.id)
    } else moveAlongToolbar(event)
  }
  return (
    <>
      <button
        type="button"
        class="icon-button"
        popovertarget="reaction-bar"
        aria-label={entry.label}
        aria-expanded={isOpen()}
        aria-keyshortcuts={ariaKeys(entry.keys)}
        data-tip={entry.label}
        data-tip-key={keyText(entry.keys[0] ?? '')}
      >
        <FaceSlightlySmilingPlus />
      </button>
      <div
        ref={el => (bar = el)}
        id="reaction-bar"
        popover="auto"
        role="toolbar"
        aria-label="Reactions"
        class="island reaction-bar"
        onToggle={toggled}
        on:keydown={keyPressed}
      >
        <For each={props.reactions.choices}>
          {({ id, label }, at) => (
            <ReactionChoice
              id={id}
              label={label}
              badge={String(at() + 1)}
              onReact={() => props.reactions.react(id)}
            />
          )}
        </For>
      </div>
    </>
  )
}

function ReactionChoice(props: { id: Reaction; label: string; badge: string; onReact: () => void }) {
  let timer: ReturnType<typeof setInterval> | undefined
  const release = () => clearInterval(timer)
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return
    props.onReact()
    release()
    timer = setInterval(() => props.onReact(), REPEAT_MS)
  }
  onCleanup(release)
  return (
    <button
      type="button"
      class="icon-button reaction-choice"
      data-reaction={props.id}
      aria-label={props.label}
      aria-keyshortcuts={props.badge}
      data-tip={props.label}
      data-tip-key={props.badge}
      onPointerDown={press}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      // By keys; a pointer has reacted with the press.
      onClick={event => event.detail === 0 && props.onReact()}
    >
      <Dynamic component={REACTION_ICONS[props.id]} />
    </button>
  )
}
