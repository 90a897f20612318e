import ArrowUpRight from 'lucide-solid/icons/arrow-up-right'
import Circle from 'lucide-solid/icons/circle'
import Diamond from 'lucide-solid/icons/diamond'
import Eraser from 'lucide-solid/icons/eraser'
import Hand from 'lucide-solid/icons/hand'
import Image from 'lucide-solid/icons/image'
import Minus from 'lucide-solid/icons/minus'
import MousePointer2 from 'lucide-solid/icons/mouse-pointer-2'
import Pencil from 'lucide-solid/icons/pencil'
import Square from 'lucide-solid/icons/square'
import StickyNote from 'lucide-solid/icons/sticky-note'
import Type from 'lucide-solid/icons/type'
import type { BarToolId } from '../../tools/tool-table.ts'

/** Pictures are no tool, but stand among them. */
export const TOOL_ICONS: Readonly<Record<BarToolId | 'add-picture', typeof Hand>> = {
  select: MousePointer2,
  hand: Hand,
  pen: Pencil,
  eraser: Eraser,
  rectangle: Square,
  diamond: Diamond,
  ellipse: Circle,
  arrow: ArrowUpRight,
  line: Minus,
  text: Type,
  note: StickyNote,
  'add-picture': Image,
}
