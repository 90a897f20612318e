/** The one table of actions: it feeds the keys, the menus, the help and the labels. What each does is in actions.ts.
 *
 * A key is written `Mod+Shift+z`: `Mod` is Ctrl, on a Mac Cmd; the last part is the typed key in lower case, or a `KeyboardEvent.key` name.
 * Shift with a digit or punctuation is matched by the physical key, because the typed one depends on the layout. */

export type ActionGroup = 'Edit' | 'Arrange' | 'View' | 'People' | 'Board'

export interface ActionEntry {
  readonly id: ActionId
  readonly label: string
  readonly group: ActionGroup
  /** The first is the one shown. */
  readonly keys: readonly string[]
}

export type ActionId =
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'add-picture'
  | 'duplicate'
  | 'delete'
  | 'select-all'
  | 'deselect'
  | 'edit-text'
  | 'lock-tool'
  | 'next-shape'
  | 'previous-shape'
  | 'nudge-left'
  | 'nudge-right'
  | 'nudge-up'
  | 'nudge-down'
  | 'nudge-left-far'
  | 'nudge-right-far'
  | 'nudge-up-far'
  | 'nudge-down-far'
  | 'rotate-right'
  | 'rotate-left'
  | 'grow'
  | 'shrink'
  | 'forward'
  | 'backward'
  | 'to-front'
  | 'to-back'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-reset'
  | 'zoom-fit'
  | 'zoom-selection'
  | 'page-up'
  | 'page-down'
  | 'page-left'
  | 'page-right'
  | CompanyActionId
  | 'toggle-theme'
  | 'show-help'
  | 'share'

/** What one does together with others. */
export type CompanyActionId = 'chat' | 'react'

export const ACTIONS: readonly ActionEntry[] = [
  { id: 'undo', label: 'Undo', group: 'Edit', keys: ['Mod+z'] },
  { id: 'redo', label: 'Redo', group: 'Edit', keys: ['Mod+Shift+z', 'Mod+y'] },
  { id: 'cut', label: 'Cut', group: 'Edit', keys: ['Mod+x'] },
  { id: 'copy', label: 'Copy', group: 'Edit', keys: ['Mod+c'] },
  { id: 'paste', label: 'Paste', group: 'Edit', keys: ['Mod+v'] },
  { id: 'add-picture', label: 'Picture', group: 'Edit', keys: ['9'] },
  { id: 'duplicate', label: 'Duplicate', group: 'Edit', keys: ['Mod+d'] },
  { id: 'delete', label: 'Delete', group: 'Edit', keys: ['Delete', 'Backspace'] },
  { id: 'select-all', label: 'Select all', group: 'Edit', keys: ['Mod+a'] },
  { id: 'deselect', label: 'Cancel or deselect', group: 'Edit', keys: ['Escape'] },
  { id: 'edit-text', label: 'Edit text', group: 'Edit', keys: ['Enter'] },
  { id: 'lock-tool', label: 'Keep the tool', group: 'Edit', keys: ['q'] },
  { id: 'next-shape', label: 'Next shape', group: 'Edit', keys: ['Tab'] },
  { id: 'previous-shape', label: 'Previous shape', group: 'Edit', keys: ['Shift+Tab'] },
  { id: 'nudge-left', label: 'Move left', group: 'Arrange', keys: ['ArrowLeft'] },
  { id: 'nudge-right', label: 'Move right', group: 'Arrange', keys: ['ArrowRight'] },
  { id: 'nudge-up', label: 'Move up', group: 'Arrange', keys: ['ArrowUp'] },
  { id: 'nudge-down', label: 'Move down', group: 'Arrange', keys: ['ArrowDown'] },
  { id: 'nudge-left-far', label: 'Move left by 10', group: 'Arrange', keys: ['Shift+ArrowLeft'] },
  { id: 'nudge-right-far', label: 'Move right by 10', group: 'Arrange', keys: ['Shift+ArrowRight'] },
  { id: 'nudge-up-far', label: 'Move up by 10', group: 'Arrange', keys: ['Shift+ArrowUp'] },
  { id: 'nudge-down-far', label: 'Move down by 10', group: 'Arrange', keys: ['Shift+ArrowDown'] },
  { id: 'rotate-right', label: 'Rotate right', group: 'Arrange', keys: ['Shift+.'] },
  { id: 'rotate-left', label: 'Rotate left', group: 'Arrange', keys: ['Shift+,'] },
  { id: 'grow', label: 'Grow', group: 'Arrange', keys: ['Mod+Alt+Shift+='] },
  { id: 'shrink', label: 'Shrink', group: 'Arrange', keys: ['Mod+Alt+Shift+-'] },
  { id: 'forward', label: 'Bring forward', group: 'Arrange', keys: ['Mod+]', 'Alt+]'] },
  { id: 'backward', label: 'Send backward', group: 'Arrange', keys: ['Mod+[', 'Alt+['] },
  { id: 'to-front', label: 'Bring to front', group: 'Arrange', keys: ['Mod+Shift+]', ']'] },
  { id: 'to-back', label: 'Send to back', group: 'Arrange', keys: ['Mod+Shift+[', '['] },
  { id: 'zoom-in', label: 'Zoom in', group: 'View', keys: ['Mod+=', 'Mod++', '=', '+'] },
  { id: 'zoom-out', label: 'Zoom out', group: 'View', keys: ['Mod+-', '-'] },
  { id: 'zoom-reset', label: 'Zoom to 100 %', group: 'View', keys: ['Mod+0', 'Shift+0'] },
  { id: 'zoom-fit', label: 'Zoom to fit', group: 'View', keys: ['Shift+1'] },
  { id: 'zoom-selection', label: 'Zoom to selection', group: 'View', keys: ['Shift+2'] },
  { id: 'page-up', label: 'Scroll up', group: 'View', keys: ['PageUp'] },
  { id: 'page-down', label: 'Scroll down', group: 'View', keys: ['PageDown'] },
  { id: 'page-left', label: 'Scroll left', group: 'View', keys: ['Shift+PageUp'] },
  { id: 'page-right', label: 'Scroll right', group: 'View', keys: ['Shift+PageDown'] },
  { id: 'toggle-theme', label: 'Light or dark', group: 'View', keys: ['Alt+Shift+d'] },
  { id: 'chat', label: 'Say something', group: 'People', keys: ['/'] },
  { id: 'react', label: 'React', group: 'People', keys: ['Shift+e'] },
  { id: 'share', label: 'Share this board', group: 'Board', keys: [] },
  { id: 'show-help', label: 'Keyboard shortcuts', group: 'Board', keys: ['?'] },
]
