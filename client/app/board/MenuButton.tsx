/** The menu's button. The menu's own code comes when the pointer or the focus comes near. */
import Menu from 'lucide-solid/icons/menu'
import { createSignal, Show } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { LazyPart } from '../LazyPart.tsx'
import { lazyPart } from '../lazy-part.ts'
import { reportError } from '../report-error.ts'
import type { BoardCommands } from './commands.ts'

const loadMenu = () => import('../dialogs/MainMenu.tsx')
const MainMenu = lazyPart(loadMenu)
const warm = () => {
  loadMenu().catch(reportError)
}

export function MenuButton(props: { view: EditorView; commands: BoardCommands }) {
  const [isOpen, setOpen] = createSignal(false)
  const [wasOpened, setWasOpened] = createSignal(false)
  const [button, setButton] = createSignal<HTMLButtonElement>()
  let isByPointer = false
  return (
    <>
      <button
        ref={setButton}
        type="button"
        class="icon-button"
        aria-label="Menu"
        aria-haspopup="menu"
        aria-expanded={isOpen()}
        data-tip="Menu"
        onPointerEnter={warm}
        onFocus={warm}
        onClick={event => {
          isByPointer = event.detail > 0
          setWasOpened(true)
          setOpen(true)
        }}
      >
        <Menu />
      </button>
      <Show when={wasOpened()}>
        <LazyPart>
          <MainMenu
            view={props.view}
            commands={props.commands}
            isOpen={isOpen()}
            setOpen={setOpen}
            anchor={button()}
            giveFocusBack={() => {
              if (!isByPointer) button()?.focus()
            }}
          />
        </LazyPart>
      </Show>
    </>
  )
}
