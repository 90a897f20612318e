/** What the style panel shows and sets: of the selected shapes, else of what the active tool draws next. */
import type { ShapeStyle } from '#shared/board/shape.ts'
import type { ToolId } from '../tools/tool-table.ts'
import type { Arrange } from './arrange.ts'
import { Cell } from './cell.ts'
import type { InTurn } from './in-turn.ts'
import type { LatePart } from './late-part.ts'
import type { Selection } from './selection.ts'
import { isSameView, StyleState } from './style-state.ts'
import type { StyleStep } from './style-step.ts'
import type { StyleView } from './view.ts'

/** More that are selected are asked for their style in a frame of its own. */
const MANY = 500

export interface StylingDeps {
  readonly selection: Selection
  readonly arrange: LatePart<Arrange>
  readonly tool: () => ToolId
  /** Then a step is open already. */
  readonly isTyping: () => boolean
  readonly inTurn: InTurn
}

export class Styling {
  readonly #deps: StylingDeps
  readonly #state = new StyleState()
  readonly cell = new Cell<StyleView>(this.#state.view('select', []))
  /** The next shape of a tool. */
  readonly styleFor = this.#state.styleFor
  #step: StyleStep | undefined

  constructor(deps: StylingDeps) {
    this.#deps = deps
  }

  /** Its code has come, with that of what it makes a step of. */
  takeStep(step: StyleStep): void {
    this.#step = step
  }

  /** Whatever is done next is a step of its own. */
  endStep(): void {
    this.#step?.end()
  }

  set(patch: Partial<ShapeStyle>): void {
    const { selection, arrange, tool, isTyping } = this.#deps
    this.#state.choose(patch, this.#state.subjects(tool(), selection.changeable))
    arrange.use(arrange => {
      if (isTyping()) arrange.setStyle(patch)
      else this.#step?.run(Object.keys(patch).join(), () => arrange.setStyle(patch))
    })
    this.update()
  }

  /** The tool, the selection, or how it looks has changed. */
  update(): void {
    const { selection, inTurn } = this.#deps
    if (selection.ids.length > MANY) inTurn.ask(this.#show)
    else this.#show()
  }

  readonly #show = (): void => {
    const view = this.#state.view(this.#deps.tool(), this.#deps.selection.changeable)
    if (!isSameView(view, this.cell.value)) this.cell.set(view)
  }
}
