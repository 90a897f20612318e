/** How keys are shown and told to screen readers. The tables write `Mod+Shift+z`, hints `[Ctrl+Enter]`; `Mod` and, in a
 * hint, `Ctrl` are Cmd on a Mac. */

interface KeyName {
  readonly other: string
  readonly mac: string
}

const NAMES: Readonly<Record<string, KeyName>> = {
  Mod: { other: 'Ctrl', mac: '⌘' },
  Ctrl: { other: 'Ctrl', mac: '⌘' },
  Alt: { other: 'Alt', mac: '⌥' },
  Shift: { other: 'Shift', mac: '⇧' },
  Escape: { other: 'Esc', mac: 'Esc' },
  Delete: { other: 'Del', mac: 'Del' },
  Backspace: { other: '⌫', mac: '⌫' },
  Enter: { other: 'Enter', mac: '↩' },
  ArrowLeft: { other: '←', mac: '←' },
  ArrowRight: { other: '→', mac: '→' },
  ArrowUp: { other: '↑', mac: '↑' },
  ArrowDown: { other: '↓', mac: '↓' },
  PageUp: { other: 'Page up', mac: 'Page up' },
  PageDown: { other: 'Page down', mac: 'Page down' },
  '-': { other: '−', mac: '−' },
}

export const isMac = (): boolean =>
  typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

/** @returns the caps to show, in order: `Mod+Shift+z` → `Ctrl`, `Shift`, `Z` */
export const keyCaps = (keys: string, onMac = isMac()): string[] =>
  splitKeys(keys).map(part => {
    const name = NAMES[part]
    if (name) return onMac ? name.mac : name.other
    return part.length === 1 ? part.toUpperCase() : part
  })

/** One line, for tooltips: `Ctrl+Shift+Z`, on a Mac `⌘⇧Z`. */
export const keyText = (keys: string, onMac = isMac()): string => keyCaps(keys, onMac).join(onMac ? '' : '+')

/** The value of `aria-keyshortcuts`: alternatives parted by spaces. */
export const ariaKeys = (keys: readonly string[], onMac = isMac()): string =>
  keys
    .map(key =>
      splitKeys(key)
        .map(part => (part === 'Mod' ? (onMac ? 'Meta' : 'Control') : part === '+' ? 'Plus' : part))
        .join('+'),
    )
    .join(' ')

/** A hint in pieces: words, and what stands in `[…]` as keys. */
export type HintPart = { readonly words: string } | { readonly keys: string }

export const hintParts = (hint: string): HintPart[] =>
  hint
    .split(/(\[[^\]]+\])/)
    .filter(piece => piece !== '')
    .map(piece => (piece.startsWith('[') ? { keys: piece.slice(1, -1) } : { words: piece }))

/** `Mod++` ends in the key `+`. */
const splitKeys = (keys: string): string[] =>
  keys.endsWith('+') ? [...keys.slice(0, -1).split('+').filter(Boolean), '+'] : keys.split('+')
