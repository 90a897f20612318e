/** Runs the active tool. Every way a gesture can be interrupted (Escape, blur, a lost pointer, a second finger, another tool, an
 * undo) comes here and reaches the tool as one `cancel()`. */
import { BoxTool } from '../tools/box-tool.ts'
import { EraserTool } from '../tools/eraser-tool.ts'
import { HandTool } from '../tools/hand-tool.ts'
import { LineTool } from '../tools/line-tool.ts'
import { PenTool } from '../tools/pen-tool.ts'
import { SelectTool } from '../tools/select/select-tool.ts'
import { NoteTool, TextTool } from '../tools/text-tools.ts'
import type { PointerInput, Tool, ToolContext } from '../tools/tool.ts'
import type { CompanyToolId, ToolId } from '../tools/tool-table.ts'
import { Cell } from './cell.ts'

export class ToolHost {
  readonly active = new Cell<ToolId>('select')
  /** Keep the tool after it drew a shape. */
  readonly isLocked = new Cell(false)
  readonly isGesturing = new Cell(false)
  readonly #mayUse: (tool: ToolId) => boolean
  readonly #tools: Record<Exclude<ToolId, CompanyToolId>, Tool> & Partial<Record<CompanyToolId, Tool>>
  /** What a tool gets. */
  readonly ctx: ToolContext

  /** @param mayUse  whether this person may take a tool */
  constructor(ctx: ToolContext, mayUse: (tool: ToolId) => boolean) {
    this.#mayUse = mayUse
    this.ctx = ctx
    this.#tools = {
      select: new SelectTool(ctx),
      hand: new HandTool(ctx),
      pen: new PenTool(ctx),
      eraser: new EraserTool(ctx),
      rectangle: new BoxTool(ctx, 'rectangle'),
      diamond: new BoxTool(ctx, 'diamond'),
      ellipse: new BoxTool(ctx, 'ellipse'),
      arrow: new LineTool(ctx, 'arrow'),
      line: new LineTool(ctx, 'line'),
      text: new TextTool(ctx),
      note: new NoteTool(ctx),
    }
  }

  get cursor(): string {
    return this.#tool.cursor
  }

  /** A tool whose code comes after the board. */
  add(id: CompanyToolId, tool: Tool): void {
    this.#tools[id] = tool
  }

  use(id: ToolId): void {
    if (!this.#mayUse(id) || !this.#tools[id]) return
    this.cancel()
    // Leaves no hover mark (an arrow's target) behind.
    this.#tool.cancel()
    this.active.set(id)
  }

  down(input: PointerInput): void {
    this.cancel()
    // A gesture reckons with shapes as they are when it begins.
    this.ctx.board.work.show()
    this.isGesturing.set(true)
    this.#tool.down(input)
  }
  move(input: PointerInput): void {
    if (this.isGesturing.value) this.#tool.move(input)
    else this.#tool.hover?.(input)
  }
  up(input: PointerInput): void {
    if (!this.isGesturing.value) return
    // Before the tool hears of it: what it does then (edit a text, choose another tool) is no longer part of the gesture.
    this.isGesturing.set(false)
    this.#tool.up(input)
  }
  doubleClick(input: PointerInput): void {
    this.#tool.doubleClick?.(input)
  }

  /** @returns whether there was a gesture to cancel */
  cancel(): boolean {
    if (!this.isGesturing.value) return false
    this.isGesturing.set(false)
    this.#tool.cancel()
    return true
  }

  get #tool(): Tool {
    return this.#tools[this.active.value] ?? this.#tools.hand
  }
}
