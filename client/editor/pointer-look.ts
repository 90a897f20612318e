/** The pointer's look over the board: what moves the camera goes before what the tool has under it, and that before the tool's own. */
export class PointerLook {
  readonly #element: HTMLElement
  readonly #ofTool: () => string
  #ofInput: string | undefined
  #ofChrome: string | undefined

  /** @param ofTool  CSS cursor of the tool that is active */
  constructor(element: HTMLElement, ofTool: () => string) {
    this.#element = element
    this.#ofTool = ofTool
  }

  /** CSS cursor while the input moves the camera. */
  set ofInput(cursor: string | undefined) {
    this.#ofInput = cursor
    this.update()
  }

  /** CSS cursor for what the tool has under the pointer. */
  set ofChrome(cursor: string | undefined) {
    this.#ofChrome = cursor
    this.update()
  }

  update(): void {
    const { style } = this.#element
    const cursor = this.#ofInput ?? this.#ofChrome ?? this.#ofTool()
    if (style.cursor !== cursor) style.cursor = cursor
  }
}
