/** Tells the server which part of the board is on the screen (PROTOCOL.md, L7): at once, then a few times a second while it moves. */
import type { Box } from '#shared/geometry/box.ts'
import type { CameraControl } from './camera.ts'

const INTERVAL_MS = 250

export class ViewOut {
  readonly #camera: Pick<CameraControl, 'viewport'>
  readonly #send: (view: Box) => void
  readonly #unsubscribe: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #hasMoved = false

  constructor(camera: Pick<CameraControl, 'viewport' | 'cell'>, send: (view: Box) => void) {
    this.#camera = camera
    this.#send = send
    this.#unsubscribe = camera.cell.subscribe(() => this.#moved())
  }

  /** Whoever is at the other end has not heard it yet. */
  tell(): void {
    this.#send(this.#camera.viewport)
  }

  close(): void {
    this.#unsubscribe()
    clearTimeout(this.#timer)
  }

  #moved(): void {
    this.#hasMoved = true
    if (this.#timer !== undefined) return
    this.#hasMoved = false
    this.tell()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#hasMoved) this.#moved()
    }, INTERVAL_MS)
  }
}
