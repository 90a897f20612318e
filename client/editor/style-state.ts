/** The look of the next shape, and what the style panel shows for the tool or the selection. */
import { DEFAULT_STYLE, type Shape, type ShapeStyle, type ShapeType } from '#shared/board/shape.ts'
import type { ToolId } from '../tools/tool-table.ts'
import type { StyleView } from './view.ts'

const LINE_KEYS = ['stroke', 'size', 'dash', 'opacity'] as const
const BOX_KEYS = ['stroke', 'fill', 'size', 'dash', 'opacity', 'font', 'fontSize'] as const

/** Which style keys a shape's look depends on. */
export const KEYS: Readonly<Record<ShapeType, readonly (keyof ShapeStyle)[]>> = {
  stroke: ['stroke', 'size', 'opacity'],
  image: ['opacity'],
  rectangle: BOX_KEYS,
  ellipse: BOX_KEYS,
  diamond: BOX_KEYS,
  line: LINE_KEYS,
  arrow: LINE_KEYS,
  text: ['stroke', 'opacity', 'font', 'fontSize'],
  note: ['fill', 'opacity', 'font', 'fontSize'],
}

const TYPE_OF_TOOL: Partial<Readonly<Record<ToolId, ShapeType>>> = {
  pen: 'stroke',
  rectangle: 'rectangle',
  ellipse: 'ellipse',
  diamond: 'diamond',
  line: 'line',
  arrow: 'arrow',
  text: 'text',
  note: 'note',
}

/** The pen starts finer than it is drawn by pressure; a note starts yellow. */
const TYPE_DEFAULTS: Partial<Readonly<Record<ShapeType, Partial<ShapeStyle>>>> = {
  stroke: { size: 4 },
  note: { fill: 'yellow' },
}

/** A key that is not there is one that means nothing to the shapes; one without a value differs between them. */
export function isSameView(a: StyleView, b: StyleView): boolean {
  const keys = Object.keys(a) as (keyof StyleView)[]
  return keys.length === Object.keys(b).length && keys.every(key => key in b && a[key] === b[key])
}

export class StyleState {
  /** Last choices: for notes, pens, pictures and everything else apart, because a note's fill means nothing to a rectangle. */
  #choices: Partial<Record<Family, Partial<ShapeStyle>>> = {}

  /** The next shape of this tool. */
  readonly styleFor = (tool: ToolId): ShapeStyle => {
    const type = TYPE_OF_TOOL[tool] ?? 'rectangle'
    return { ...DEFAULT_STYLE, ...TYPE_DEFAULTS[type], ...this.#choices[familyOf(type)] }
  }

  /** Remembers a choice for the next shapes. */
  choose(patch: Partial<ShapeStyle>, types: readonly ShapeType[]): void {
    for (const family of new Set(types.map(familyOf))) {
      this.#choices[family] = { ...this.#choices[family], ...patch }
    }
    // The colour of one's pen is the colour of one's lines.
    const { stroke } = patch
    if (stroke === undefined) return
    for (const family of ['stroke', 'other'] as const)
      this.#choices[family] = { ...this.#choices[family], stroke }
  }

  /** What the panel shows. Empty when nothing applies. */
  view(tool: ToolId, selected: readonly Shape[]): StyleView {
    const type = TYPE_OF_TOOL[tool]
    if (selected.length === 0 && type === undefined) return { isNote: false }
    const subjects = selected.length > 0 ? selected : [{ ...this.styleFor(tool), type: type ?? 'rectangle' }]
    const view: Record<string, unknown> = { isNote: subjects.every(subject => subject.type === 'note') }
    for (const subject of subjects) {
      for (const key of KEYS[subject.type]) {
        if (!(key in view)) view[key] = subject[key]
        else if (view[key] !== subject[key]) view[key] = undefined
      }
    }
    return view as unknown as StyleView
  }

  /** The shape types that a style choice is about. */
  subjects(tool: ToolId, selected: readonly Shape[]): readonly ShapeType[] {
    const type = TYPE_OF_TOOL[tool]
    return selected.length > 0 ? selected.map(shape => shape.type) : type ? [type] : []
  }
}

type Family = 'stroke' | 'note' | 'image' | 'other'

const familyOf = (type: ShapeType): Family =>
  type === 'stroke' || type === 'note' || type === 'image' ? type : 'other'
