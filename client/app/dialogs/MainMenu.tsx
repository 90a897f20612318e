/** The board's menu. Kobalte does what the ARIA menu pattern asks: arrows, type-ahead, one tab stop. */
import { DropdownMenu } from '@kobalte/core/dropdown-menu'
import Check from 'lucide-solid/icons/check'
import House from 'lucide-solid/icons/house'
import Keyboard from 'lucide-solid/icons/keyboard'
import Link from 'lucide-solid/icons/link'
import Maximize from 'lucide-solid/icons/maximize'
import PencilLine from 'lucide-solid/icons/pencil-line'
import SquareDashedMousePointer from 'lucide-solid/icons/square-dashed-mouse-pointer'
import { For, type JSX, Show } from 'solid-js'
import { may } from '#shared/roles.ts'
import type { ActionId } from '../../editor/action-table.ts'
import type { EditorView } from '../../editor/view.ts'
import { actionEntry } from '../board/ActionButton.tsx'
import type { BoardCommands } from '../board/commands.ts'
import { keyText } from '../keys.ts'
import { navigate } from '../router.ts'
import { chooseTheme, THEME_CHOICES, themeChoice } from '../theme.ts'
import '../styles/menu.css'

const THEME_LABELS = { light: 'Light', dark: 'Dark', system: 'As the system' } as const

export default function MainMenu(props: {
  view: EditorView
  commands: BoardCommands
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
  anchor: HTMLElement | undefined
  giveFocusBack: () => void
}) {
  // What takes the focus waits until the menu, which holds it, is gone.
  let next: (() => void) | undefined
  const thenDo = (act: () => void) => () => {
    next = act
  }
  return (
    <DropdownMenu
      open={props.isOpen}
      onOpenChange={open => props.setOpen(open)}
      getAnchorRect={() => props.anchor?.getBoundingClientRect()}
      placement="bottom-start"
      gutter={12}
      shift={-4}
      overflowPadding={8}
    >
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          class="menu"
          aria-label="Menu"
          onCloseAutoFocus={event => {
            event.preventDefault()
            props.giveFocusBack()
            next?.()
            next = undefined
          }}
        >
          <Entry label="Home" icon={<House />} onSelect={() => navigate('/')} />
          <Show when={props.view.role.value && may(props.view.role.value, 'edit')}>
            <Entry
              label="Rename"
              icon={<PencilLine />}
              onSelect={thenDo(() => props.commands.startRenaming())}
            />
          </Show>
          <Entry label="Share" icon={<Link />} onSelect={thenDo(() => props.commands.openDialog('share'))} />
          <DropdownMenu.Separator class="menu-line" />
          <Entry
            action="select-all"
            icon={<SquareDashedMousePointer />}
            onSelect={id => id && props.view.run(id)}
          />
          <Entry action="zoom-fit" icon={<Maximize />} onSelect={id => id && props.view.run(id)} />
          <Entry
            action="show-help"
            icon={<Keyboard />}
            onSelect={thenDo(() => props.commands.openDialog('help'))}
          />
          <DropdownMenu.Separator class="menu-line" />
          <DropdownMenu.Group>
            <DropdownMenu.GroupLabel class="menu-label">Theme</DropdownMenu.GroupLabel>
            <DropdownMenu.RadioGroup value={themeChoice()}>
              <For each={THEME_CHOICES}>
                {choice => (
                  <DropdownMenu.RadioItem
                    class="menu-entry"
                    value={choice}
                    closeOnSelect
                    onSelect={() => chooseTheme(choice)}
                  >
                    <span class="menu-icon">
                      <DropdownMenu.ItemIndicator>
                        <Check />
                      </DropdownMenu.ItemIndicator>
                    </span>
                    {THEME_LABELS[choice]}
                  </DropdownMenu.RadioItem>
                )}
              </For>
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Group>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  )
}

/** With an action, label and key come from the table. */
function Entry(props: {
  label?: string
  action?: ActionId
  icon: JSX.Element
  onSelect: (action: ActionId | undefined) => void
}) {
  const entry = () => (props.action ? actionEntry(props.action) : undefined)
  return (
    <DropdownMenu.Item class="menu-entry" onSelect={() => props.onSelect(props.action)}>
      <span class="menu-icon">{props.icon}</span>
      {props.label ?? entry()?.label}
      <Show when={entry()?.keys[0]}>{key => <span class="menu-key">{keyText(key())}</span>}</Show>
    </DropdownMenu.Item>
  )
}
