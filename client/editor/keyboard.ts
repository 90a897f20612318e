/** Keys → tools and actions, by the two tables. Keys typed into a field, a dialog or a menu are theirs.
 *
 * The typed key counts, so that shortcuts follow the keyboard layout; a layout without Latin letters falls back to the physical
 * key, and Shift with a digit or punctuation is matched by the physical key because what it types differs everywhere. */
import { TOOLS, type ToolId } from '../tools/tool-table.ts'
import { ACTIONS, type ActionId } from './action-table.ts'

export interface KeyboardDeps {
  readonly run: (action: ActionId) => void
  readonly useTool: (tool: ToolId) => void
  readonly space: (held: boolean) => void
  /** Whether Tab walks the shapes now, instead of the page's controls. */
  readonly ownsTab: () => boolean
}

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent)

/** These come as clipboard events, which may touch the clipboard without asking. */
const BY_CLIPBOARD_EVENT: ReadonlySet<ActionId> = new Set<ActionId>(['cut', 'copy', 'paste'])

const actionByKey = new Map<string, ActionId>(
  ACTIONS.filter(action => !BY_CLIPBOARD_EVENT.has(action.id)).flatMap(action =>
    action.keys.map((key): [string, ActionId] => [key, action.id]),
  ),
)
const toolByKey = new Map<string, ToolId>(
  TOOLS.flatMap(tool => tool.keys.map((key): [string, ToolId] => [key, tool.id])),
)

interface KeyPress {
  readonly key: string
  readonly code: string
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** @returns the table's spellings of a key press, the likeliest first */
export function spellings(event: KeyPress, mac: boolean): string[] {
  const modifiers = [
    (mac ? event.metaKey : event.ctrlKey) && 'Mod',
    event.altKey && 'Alt',
    event.shiftKey && 'Shift',
  ].filter(Boolean)
  const typed = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const physical = physicalKey(event.code)
  // Alt types other characters on a Mac, and non-Latin layouts type no Latin ones: then the key's place counts.
  const isForeign = typed.length === 1 && typed.charCodeAt(0) > 127
  const letter = isForeign || (event.altKey && physical !== undefined) ? (physical ?? typed) : typed
  const spelt = [...modifiers, letter].join('+')
  const names = [spelt]
  if (event.shiftKey && physical !== undefined && !/^[a-z]$/.test(physical)) {
    names.push([...modifiers, physical].join('+'))
    // `?`, `+` and the like are typed with Shift on some layouts and without on others.
    names.push([...modifiers.filter(modifier => modifier !== 'Shift'), typed].join('+'))
  }
  return names
}

const PUNCTUATION: Readonly<Record<string, string>> = {
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Period: '.',
  Slash: '/',
}

function physicalKey(code: string): string | undefined {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase()
  if (/^Digit\d$/.test(code)) return code.slice(5)
  return PUNCTUATION[code]
}

/** Whether the press belongs to a control that has the focus. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]',
    ) !== null
  )
}

/** A focused button keeps the keys that operate and leave it. */
const isButtonKey = (event: KeyboardEvent): boolean =>
  event.target instanceof Element &&
  event.target.closest('button, a[href], summary') !== null &&
  ['Enter', ' ', 'Tab', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(event.key)

export class Keyboard {
  readonly #stop = new AbortController()

  constructor(deps: KeyboardDeps) {
    const options = { signal: this.#stop.signal }
    const mac = isMac()
    document.addEventListener(
      'keydown',
      event => {
        if (event.defaultPrevented || event.isComposing || isTaken(event.target) || isButtonKey(event)) return
        if (event.key === 'Tab' && !deps.ownsTab()) return
        // The browser closes it, unless the key is taken.
        if (event.key === 'Escape' && document.querySelector('[popover=auto]:popover-open')) return
        if (event.key === ' ') {
          event.preventDefault()
          if (!event.repeat) deps.space(true)
          return
        }
        const names = spellings(event, mac)
        const action = names.map(name => actionByKey.get(name)).find(id => id !== undefined)
        const tool = action ? undefined : names.map(name => toolByKey.get(name)).find(id => id !== undefined)
        if (action) deps.run(action)
        else if (tool && !event.repeat) deps.useTool(tool)
        else return
        event.preventDefault()
      },
      options,
    )
    document.addEventListener('keyup', event => event.key === ' ' && deps.space(false), options)
    window.addEventListener('blur', () => deps.space(false), options)
  }

  close(): void {
    this.#stop.abort()
  }
}
