/** Copy, cut and paste. Keys come as clipboard events, which may use the system clipboard without asking; the menu's items use
 * `execCommand` for the same events, and where the browser refuses, what was copied on this page. */

import { orderBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE, isLine, type Point, type Shape, type ShapeStyle } from '#shared/board/shape.ts'
import { looseFrom } from '#shared/geometry/shape-geometry.ts'
import { createShapeId, type ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import { pasteBig } from './big-paste.ts'
import { formatShapes, parseShapes, plainText } from './clipboard-format.ts'
import { copiesAt, type PastePlace } from './pasted-shapes.ts'
import type { Selection } from './selection.ts'

const MIME = 'application/x-drawbridge'
/** Longer lines of pasted words wrap at this, board units. */
const PASTED_TEXT_WIDTH = 480
/** From so many characters on, shapes are made in a worker: a few hundred shapes. */
const BIG_TEXT_LENGTH = 100_000

export interface ClipboardDeps {
  readonly board: Board
  readonly selection: Selection
  /** Where a paste goes: the pointer, or the middle of the screen. */
  readonly target: () => Point
  readonly textStyle: () => ShapeStyle
  readonly measureText: (text: string, style: ShapeStyle, width?: number) => Point
  readonly by: () => string
  readonly announce: (text: string) => void
  /** Called before the board is changed: a step of its own. */
  readonly begun: () => void
}

export class Clipboard {
  readonly #deps: ClipboardDeps
  readonly #stop = new AbortController()
  #lastCopied = ''

  constructor(deps: ClipboardDeps) {
    this.#deps = deps
    const options = { signal: this.#stop.signal }
    document.addEventListener('copy', event => this.#copy(event), options)
    document.addEventListener(
      'cut',
      event => {
        if (this.#copy(event)) this.#removeSelected()
      },
      options,
    )
    document.addEventListener('paste', event => this.#paste(event), options)
  }

  copy(): void {
    if (!document.execCommand('copy')) this.#lastCopied = formatShapes(this.#copied())
  }

  cut(): void {
    this.copy()
    this.#removeSelected()
  }

  async paste(): Promise<void> {
    let text = ''
    try {
      text = await navigator.clipboard.readText()
    } catch {
      // Refused, or no clipboard without https: what was copied on this page is still there.
    }
    // The system's text is only words of what was copied here.
    const copied = await parseShapes(this.#lastCopied)
    await this.#pasteText(copied && (text === '' || text === plainText(copied)) ? this.#lastCopied : text)
  }

  close(): void {
    this.#stop.abort()
  }

  #copy(event: ClipboardEvent): boolean {
    const shapes = this.#copied()
    if (isInField(event) || shapes.length === 0 || !event.clipboardData) return false
    this.#lastCopied = formatShapes(shapes)
    event.clipboardData.setData(MIME, this.#lastCopied)
    event.clipboardData.setData('text/plain', plainText(shapes))
    event.preventDefault()
    this.#deps.announce(shapes.length === 1 ? 'Copied' : `${shapes.length} shapes copied`)
    return true
  }

  #paste(event: ClipboardEvent): void {
    if (isInField(event) || !event.clipboardData) return
    event.preventDefault()
    const own = event.clipboardData.getData(MIME)
    void this.#pasteText(own !== '' ? own : event.clipboardData.getData('text/plain'))
  }

  async #pasteText(text: string): Promise<void> {
    if (!this.#deps.board.rights.mayAdd) return
    if (text.length > BIG_TEXT_LENGTH && text.startsWith('{') && (await this.#pasteBig(text))) return
    const shapes = await parseShapes(text)
    if (shapes) this.#put(shapes)
    else if (text.trim() !== '') this.#put([this.#textShape(text.replaceAll('\r\n', '\n'))])
  }

  /** @returns whether it held shapes, as far as a worker could tell */
  async #pasteBig(text: string): Promise<boolean> {
    const { board, announce } = this.#deps
    announce('Pasting…')
    this.#deps.begun()
    try {
      const ids = await pasteBig(board, { text, place: this.#place() }, this.#stop.signal)
      if (ids) this.#pasted(ids)
      return ids !== undefined
    } catch (error) {
      // Its code may not be to be had offline; here it takes longer.
      reportError(error)
      return false
    }
  }

  /** Puts copies with their middle at the target, selected, as one step. */
  #put(shapes: readonly Shape[]): void {
    const { board, announce } = this.#deps
    if (shapes.length === 0) {
      announce('Nothing to paste')
      return
    }
    const copies = copiesAt(shapes, this.#place())
    this.#deps.begun()
    board.transact('paste', edit => {
      for (const shape of copies) edit.add(shape)
    })
    this.#pasted(copies.map(shape => shape.id))
  }

  #place(): PastePlace {
    const { board, target, by } = this.#deps
    return { frontOrder: board.frontOrder(), centre: target(), by: by() }
  }

  #pasted(ids: readonly ShapeId[]): void {
    const { board, selection, announce } = this.#deps
    if (this.#stop.signal.aborted) return
    const there = ids.filter(id => board.get(id))
    selection.set(there)
    announce(there.length === 1 ? 'Pasted' : `${there.length} shapes pasted`)
  }

  #textShape(text: string): Shape {
    const { board, textStyle, measureText } = this.#deps
    const style = { ...DEFAULT_STYLE, ...textStyle() }
    const natural = measureText(text, style)
    const wrap = natural[0] > PASTED_TEXT_WIDTH
    const wh = wrap ? measureText(text, style, PASTED_TEXT_WIDTH) : natural
    return {
      ...style,
      id: createShapeId(),
      type: 'text',
      order: orderBetween(board.frontOrder(), null),
      locked: false,
      xy: [0, 0],
      wh: wrap ? [PASTED_TEXT_WIDTH, wh[1]] : wh,
      angle: 0,
      text,
      wrap,
    }
  }

  #selected(): Shape[] {
    const { board, selection } = this.#deps
    return selection.ids.map(id => board.get(id)).filter(shape => shape !== undefined)
  }

  /** As they stand on their own: lines hang only on what is copied with them. */
  #copied(): Shape[] {
    const { board, selection } = this.#deps
    const ids = new Set(selection.ids)
    return this.#selected().map(shape =>
      isLine(shape)
        ? looseFrom(
            shape,
            id => ids.has(id),
            id => board.get(id),
          )
        : shape,
    )
  }

  #removeSelected(): void {
    const shapes = this.#selected().filter(shape => this.#deps.board.mayChange(shape))
    if (shapes.length === 0) return
    this.#deps.begun()
    this.#deps.board.transact('cut', edit => {
      for (const shape of shapes) edit.remove(shape.id)
    })
  }
}

/** Words being edited are the field's. */
const isInField = (event: Event): boolean =>
  event.target instanceof Element &&
  event.target.closest('input, textarea, [contenteditable="true"]') !== null
