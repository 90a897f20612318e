/** While one votes, a click on a shape is a vote, and with Shift or Alt takes one back; everything else (panning, zooming, clicks beside
 * shapes) goes its usual way. Stands before the editor's own input, which therefore never sees a vote. */
import type { Point } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardReader } from '../../board/board.ts'
import { shapeAt } from '../../tools/hit.ts'
import { type CameraControl, toBoard } from '../camera.ts'

export interface VotingInputDeps {
  readonly container: HTMLElement
  readonly board: BoardReader
  readonly camera: Pick<CameraControl, 'value'>
  readonly vote: (id: ShapeId, step: 1 | -1) => void
}

/** What a click may miss by, and how far it may move. */
const TOLERANCE_PX = 8

export class VotingInput {
  isOn = false
  readonly #deps: VotingInputDeps
  readonly #stop = new AbortController()
  #isSpaceHeld = false
  #press: { pointerId: number; at: Point; id: ShapeId } | undefined

  constructor(deps: VotingInputDeps) {
    this.#deps = deps
    const { container } = deps
    const options = { capture: true, signal: this.#stop.signal }
    container.addEventListener('pointerdown', event => this.#down(event), options)
    container.addEventListener('pointermove', event => this.#move(event), options)
    container.addEventListener('pointerup', event => this.#up(event), options)
    container.addEventListener('pointercancel', () => this.#forget(), options)
    window.addEventListener('keydown', event => this.#space(event, true), options)
    window.addEventListener('keyup', event => this.#space(event, false), options)
    window.addEventListener(
      'blur',
      () => {
        this.#forget()
        this.#isSpaceHeld = false
      },
      options,
    )
  }

  close(): void {
    this.#stop.abort()
  }

  #down(event: PointerEvent): void {
    if (!this.isOn || event.button !== 0 || this.#isSpaceHeld) return
    if (this.#press) {
      // A second finger: no click any more.
      this.#forget()
      return
    }
    const { board, camera } = this.#deps
    const at = this.#at(event)
    const shape = shapeAt(board, toBoard(camera.value, at), TOLERANCE_PX / camera.value.zoom)
    if (!shape) return
    event.stopPropagation()
    event.preventDefault()
    this.#press = { pointerId: event.pointerId, at, id: shape.id }
  }

  #move(event: PointerEvent): void {
    if (this.#press?.pointerId === event.pointerId) event.stopPropagation()
  }

  #up(event: PointerEvent): void {
    const press = this.#press
    if (press?.pointerId !== event.pointerId) return
    event.stopPropagation()
    this.#forget()
    const [x, y] = this.#at(event)
    if (Math.hypot(x - press.at[0], y - press.at[1]) > TOLERANCE_PX) return
    this.#deps.vote(press.id, event.shiftKey || event.altKey ? -1 : 1)
  }

  #forget(): void {
    this.#press = undefined
  }

  #space(event: KeyboardEvent, isHeld: boolean): void {
    if (event.code === 'Space') this.#isSpaceHeld = isHeld
  }

  #at({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.#deps.container.getBoundingClientRect()
    return [clientX - left, clientY - top]
  }
}
