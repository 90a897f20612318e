/** The one table of tools: it feeds the tool bar, the keys, the help and the labels. */

export type ToolId =
  | 'select'
  | 'hand'
  | 'pen'
  | 'eraser'
  | 'rectangle'
  | 'diamond'
  | 'ellipse'
  | 'arrow'
  | 'line'
  | 'text'
  | 'note'
  | CompanyToolId

/** Tools that are not for drawing: they come after the board, and lie elsewhere than in the tool bar. */
export type CompanyToolId = 'comment' | 'laser'
export type BarToolId = Exclude<ToolId, CompanyToolId>

export interface ToolEntry {
  readonly id: ToolId
  readonly label: string
  /** Typed keys that choose it, the first one shown beside the label. */
  readonly keys: readonly string[]
  /** The number or letter printed on its button. */
  readonly badge: string
  /** One line that teaches a modifier while the tool is active. Parts in `[…]` are keys. */
  readonly hint: string
}

export const TOOLS: readonly ToolEntry[] = [
  {
    id: 'select',
    label: 'Select',
    keys: ['v', '1'],
    badge: '1',
    hint: '[Shift] adds to the selection · [Alt] drags a copy',
  },
  { id: 'hand', label: 'Hand', keys: ['h'], badge: 'H', hint: 'Hold [Space] to pan with any tool' },
  { id: 'pen', label: 'Pen', keys: ['p', '7', 'x', 'b'], badge: '7', hint: '[Shift] draws a straight line' },
  {
    id: 'eraser',
    label: 'Eraser',
    keys: ['e', '0'],
    badge: '0',
    hint: '[Esc] gives back what you are erasing',
  },
  {
    id: 'rectangle',
    label: 'Rectangle',
    keys: ['r', '2'],
    badge: '2',
    hint: '[Shift] keeps a square · [Alt] from the centre',
  },
  {
    id: 'diamond',
    label: 'Diamond',
    keys: ['d', '3'],
    badge: '3',
    hint: '[Shift] keeps proportions · [Alt] from the centre',
  },
  {
    id: 'ellipse',
    label: 'Ellipse',
    keys: ['o', '4'],
    badge: '4',
    hint: '[Shift] keeps a circle · [Alt] from the centre',
  },
  {
    id: 'arrow',
    label: 'Arrow',
    keys: ['a', '5'],
    badge: '5',
    hint: 'End on a shape to connect it · [Ctrl] leaves it loose · [Shift] snaps to 15°',
  },
  { id: 'line', label: 'Line', keys: ['l', '6'], badge: '6', hint: '[Shift] snaps to 15°' },
  {
    id: 'text',
    label: 'Text',
    keys: ['t', '8'],
    badge: '8',
    hint: '[Esc] or [Ctrl+Enter] finishes the text',
  },
  { id: 'note', label: 'Sticky note', keys: ['n'], badge: 'N', hint: 'Click to put a note, then type' },
  {
    id: 'laser',
    label: 'Laser pointer',
    keys: ['k'],
    badge: 'K',
    hint: 'Draw attention: it fades in a second',
  },
  { id: 'comment', label: 'Comment', keys: ['c'], badge: 'C', hint: 'Click a shape or a place, then type' },
]

export type BarTool = ToolEntry & { readonly id: BarToolId }
export const BAR_TOOLS = TOOLS.filter((tool): tool is BarTool => tool.id !== 'laser' && tool.id !== 'comment')
