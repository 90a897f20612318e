/** Copy, cut and paste. Keys come as clipboard events, which may use the system clipboard without asking; the menu's items use
 * `execCommand` for the same events, and where the browser refuses, what was copied on this page. */

import { isLine, type Shape } from '#shared/board/shape.ts'
import { looseFrom } from '#shared/geometry/shape-geometry.ts'
import { loadPart } from '../sync/load-part.ts'
import { formatShapes, plainText } from './clipboard-format.ts'
import type { PasteDeps } from './pasting.ts'

const MIME = 'application/x-drawbridge'

export class Clipboard {
  readonly #deps: PasteDeps
  readonly #stop = new AbortController()
  /** What was copied on this page last, as shapes and as words. */
  #lastCopied = { text: '', words: '' }

  constructor(deps: PasteDeps) {
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
    if (!document.execCommand('copy')) this.#keep(this.#copied())
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
    const copied = this.#lastCopied
    if (text === '' && copied.text === '') {
      this.#deps.pictures.use(pictures => pictures.paste())
      return
    }
    await this.#pasteText(copied.text !== '' && (text === '' || text === copied.words) ? copied.text : text)
  }

  close(): void {
    this.#stop.abort()
  }

  #copy(event: ClipboardEvent): boolean {
    const shapes = this.#copied()
    if (isInField(event) || shapes.length === 0 || !event.clipboardData) return false
    const { text, words } = this.#keep(shapes)
    event.clipboardData.setData(MIME, text)
    event.clipboardData.setData('text/plain', words)
    event.preventDefault()
    this.#deps.announce(shapes.length === 1 ? 'Copied' : `${shapes.length} shapes copied`)
    return true
  }

  #keep(shapes: readonly Shape[]) {
    this.#lastCopied = { text: formatShapes(shapes, this.#deps.boardId), words: plainText(shapes) }
    return this.#lastCopied
  }

  #paste(event: ClipboardEvent): void {
    if (isInField(event) || !event.clipboardData) return
    event.preventDefault()
    const own = event.clipboardData.getData(MIME)
    const words = event.clipboardData.getData('text/plain')
    const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'))
    // A spreadsheet's cells come as words and as a picture of them too.
    const isPicture = own === '' && (words === '' || !event.clipboardData.types.includes('text/html'))
    if (isPicture && files.length > 0) this.#deps.pictures.use(pictures => pictures.add(files))
    else void this.#pasteText(own !== '' ? own : words)
  }

  async #pasteText(text: string): Promise<void> {
    const { rights } = this.#deps.board
    // The board may show before the server has said who this is.
    await rights.known
    if (!rights.mayAdd) return
    try {
      const { pasteText } = await loadPart(() => import('./pasting.ts'))
      await pasteText(this.#deps, text, this.#stop.signal)
    } catch (error) {
      this.#deps.announce('Pasting did not work')
      reportError(error)
    }
  }

  #selected(): Shape[] {
    const { board, selection } = this.#deps
    board.work.show()
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
    const { board, selection, begun } = this.#deps
    const ids = selection.ids
    if (ids.length === 0) return
    begun()
    board.transactEach('cut', function* (edit) {
      for (const id of ids) {
        const shape = board.get(id)
        if (shape && board.mayChange(shape)) edit.remove(id)
        yield
      }
    })
  }
}

/** Words being edited are the field's. */
const isInField = (event: Event): boolean =>
  event.target instanceof Element &&
  event.target.closest('input, textarea, [contenteditable="true"]') !== null
