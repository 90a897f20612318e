/** DOM events of the canvas → what they mean: tool input, pan, zoom. Board units from here on.
 *
 * Browsers hand out pointer moves once a frame with the samples in between (`getCoalescedEvents`), so a move is handled as
 * it comes and paints in the same frame. One finger draws; a second one cancels that and pans and zooms; a palm beside a pen is ignored. */
import type { InkPoint, Point } from '#shared/board/shape.ts'
import type { PointerInput } from '../tools/tool.ts'
import type { ToolId } from '../tools/tool-table.ts'
import { type CameraControl, toBoard } from './camera.ts'
import type { ToolHost } from './tool-host.ts'

type Gesture =
  | { kind: 'none' }
  | { kind: 'tool'; pointerId: number }
  | { kind: 'pan'; pointerId: number; last: Point }
  | { kind: 'pinch' }

export interface InputDeps {
  readonly container: HTMLElement
  readonly camera: CameraControl
  readonly host: ToolHost
  /** Where the pointer is over the board, board units; `undefined` when it left. */
  readonly pointed: (at: Point | undefined) => void
  readonly cursor: (cursor: string | undefined) => void
}

/** A wheel notch of 100 px zooms by about a quarter. */
const WHEEL_ZOOM_PER_PX = 0.0022
/** A trackpad pinch sends small steps, a mouse wheel with Ctrl large ones: large ones are capped. */
const MAX_WHEEL_ZOOM_PX = 60
const LINE_PX = 40
const DOUBLE_CLICK_MS = 400
const DOUBLE_CLICK_PX = 8
/** The paste comes with the release, well within this. */
const MIDDLE_PASTE_MS = 100
/** Touches that begin this soon after the pen was last seen are the palm. */
const PALM_MS = 800

export class Input {
  readonly #deps: InputDeps
  readonly #touches = new Map<number, Point>()
  readonly #stop = new AbortController()
  #gesture: Gesture = { kind: 'none' }
  #isSpaceHeld = false
  #lastPenAt = -Infinity
  #lastClick: { atMs: number; at: Point } = { atMs: -Infinity, at: [0, 0] }

  constructor(deps: InputDeps) {
    this.#deps = deps
    const { container } = deps
    const options = { signal: this.#stop.signal }
    container.addEventListener('pointerdown', event => this.#down(event), options)
    document.addEventListener('pointerdown', event => this.#claim(event), { ...options, capture: true })
    container.addEventListener('pointermove', event => this.#move(event), options)
    container.addEventListener('pointerup', event => this.#up(event), options)
    container.addEventListener('pointercancel', event => this.#lost(event), options)
    container.addEventListener('lostpointercapture', event => this.#lost(event), options)
    container.addEventListener('pointerleave', () => deps.pointed(undefined), options)
    document.addEventListener('wheel', event => this.#wheel(event), { ...options, passive: false })
    container.addEventListener('contextmenu', event => event.preventDefault(), options)
    container.addEventListener('auxclick', event => event.preventDefault(), options)
    // Safari's own pinch, which would zoom the page.
    container.addEventListener('gesturestart', event => event.preventDefault(), options)
    window.addEventListener('blur', () => this.cancel(), options)
  }

  /** Space held: the next press pans, whatever the tool. */
  set isSpaceHeld(held: boolean) {
    this.#isSpaceHeld = held
    this.#deps.cursor(held ? 'grab' : undefined)
  }

  /** Drops whatever is under way. @returns whether something was */
  cancel(): boolean {
    const had = this.#gesture.kind !== 'none'
    if (this.#gesture.kind === 'pan') this.#deps.cursor(this.#isSpaceHeld ? 'grab' : undefined)
    this.#gesture = { kind: 'none' }
    this.#touches.clear()
    return this.#deps.host.cancel() || had
  }

  close(): void {
    this.#stop.abort()
  }

  #down(event: PointerEvent): void {
    const { container, host } = this.#deps
    if (event.pointerType === 'pen') this.#lastPenAt = event.timeStamp
    if (event.pointerType === 'touch' && this.#isPalm(event)) return
    // Keeps the page from selecting text; so the focus must be moved by hand.
    event.preventDefault()
    container.focus({ preventScroll: true })
    container.setPointerCapture(event.pointerId)
    const at = this.#screenPx(event)
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, at)
      if (this.#touches.size === 2) {
        host.cancel()
        this.#gesture = { kind: 'pinch' }
        return
      }
      if (this.#touches.size > 2) return
    }
    if (this.#gesture.kind !== 'none') return
    if (event.button === 1 || (event.button === 0 && this.#isSpaceHeld)) {
      this.#gesture = { kind: 'pan', pointerId: event.pointerId, last: at }
      this.#deps.cursor('grabbing')
      return
    }
    if (event.button !== 0) return
    this.#gesture = { kind: 'tool', pointerId: event.pointerId }
    const input = this.#input(event, at)
    this.#deps.pointed(input.point)
    host.down(input)
  }

  /** While a gesture lasts, what lies over the board is stepped back: a finger that comes down on it is for the board. */
  #claim(event: PointerEvent): void {
    const isOverBoard = event.target instanceof Node && this.#deps.container.contains(event.target)
    if (this.#gesture.kind === 'none' || isOverBoard) return
    event.stopPropagation()
    this.#down(event)
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === 'pen') this.#lastPenAt = event.timeStamp
    const at = this.#screenPx(event)
    const gesture = this.#gesture
    if (gesture.kind === 'pinch') {
      this.#pinch(event.pointerId, at)
      return
    }
    if (gesture.kind === 'pan' && gesture.pointerId === event.pointerId) {
      this.#deps.camera.panBy([at[0] - gesture.last[0], at[1] - gesture.last[1]])
      this.#gesture = { ...gesture, last: at }
      return
    }
    if (gesture.kind === 'tool' && gesture.pointerId !== event.pointerId) return
    if (gesture.kind === 'none' && event.pointerType === 'touch') return
    const input = this.#input(event, at)
    this.#deps.pointed(input.point)
    this.#deps.host.move(input)
  }

  #up(event: PointerEvent): void {
    const gesture = this.#gesture
    this.#touches.delete(event.pointerId)
    if (gesture.kind === 'pinch') {
      // The finger that stays must not start to draw: wait until all are up.
      if (this.#touches.size === 0) this.#gesture = { kind: 'none' }
      return
    }
    if (gesture.kind === 'none' || gesture.pointerId !== event.pointerId) return
    this.#gesture = { kind: 'none' }
    if (gesture.kind === 'pan') {
      if (event.button === 1) swallowMiddlePaste()
      this.#deps.cursor(this.#isSpaceHeld ? 'grab' : undefined)
      return
    }
    const input = this.#input(event)
    if (event.pointerType === 'touch') this.#deps.pointed(undefined)
    const tool = this.#deps.host.active.value
    this.#deps.host.up(input)
    this.#clicked(event, input, tool)
  }

  #lost(event: PointerEvent): void {
    this.#touches.delete(event.pointerId)
    const gesture = this.#gesture
    if (gesture.kind === 'pinch' && this.#touches.size === 0) this.#gesture = { kind: 'none' }
    if ((gesture.kind === 'tool' || gesture.kind === 'pan') && gesture.pointerId === event.pointerId) {
      this.cancel()
    }
  }

  /** `dblclick` does not come for touch and pen everywhere, so two clicks are counted here. */
  #clicked(event: PointerEvent, input: PointerInput, tool: ToolId): void {
    const { atMs, at } = this.#lastClick
    const [x, y] = input.screenPx
    const isDouble =
      event.timeStamp - atMs < DOUBLE_CLICK_MS && Math.hypot(x - at[0], y - at[1]) < DOUBLE_CLICK_PX
    this.#lastClick = { atMs: isDouble ? -Infinity : event.timeStamp, at: input.screenPx }
    // A click that put a text and went back to select is not one of select's.
    if (isDouble && tool === this.#deps.host.active.value) this.#deps.host.doubleClick(input)
  }

  #pinch(pointerId: number, at: Point): void {
    const before = [...this.#touches.values()]
    if (!this.#touches.has(pointerId)) return
    this.#touches.set(pointerId, at)
    const after = [...this.#touches.values()]
    const [a, b] = before
    const [c, d] = after
    if (!a || !b || !c || !d) return
    const { camera } = this.#deps
    const middle = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2]
    const spread = (p: Point, q: Point) => Math.max(1, Math.hypot(p[0] - q[0], p[1] - q[1]))
    const [from, to] = [middle(a, b), middle(c, d)]
    camera.panBy([to[0] - from[0], to[1] - from[1]])
    camera.zoomAt(to, (camera.value.zoom * spread(c, d)) / spread(a, b))
  }

  /** Over the board, and over the text that is being typed on it. Over an island, Ctrl and the wheel (a trackpad's pinch) mean the
   * board too, as zooming the page would be no help; and so does the wheel while a gesture lasts. */
  #wheel(event: WheelEvent): void {
    const over = event.target instanceof Element ? event.target : undefined
    const isOverBoard =
      over !== undefined && (this.#deps.container.contains(over) || over.matches('.text-editor'))
    const isForBoard = event.ctrlKey || event.metaKey || this.#gesture.kind !== 'none'
    const isOverIsland = over?.closest('.island') != null && isForBoard
    if (!isOverBoard && !isOverIsland) return
    event.preventDefault()
    const { camera, host } = this.#deps
    // Read before anything changes: afterwards the browser would have to lay the page out for it.
    const at = this.#screenPx(event)
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? LINE_PX
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? camera.sizePx[1]
          : 1
    const dx = event.deltaX * unit
    const dy = event.deltaY * unit
    if (event.ctrlKey || event.metaKey) {
      const step = Math.max(-MAX_WHEEL_ZOOM_PX, Math.min(MAX_WHEEL_ZOOM_PX, dy))
      camera.zoomAt(at, camera.value.zoom * Math.exp(-step * WHEEL_ZOOM_PER_PX * 2))
    } else if (event.shiftKey && dx === 0) camera.panBy([-dy, 0])
    else camera.panBy([-dx, -dy])
    // The board has moved under the pointer: what it points at, or drags, has too.
    if (this.#gesture.kind === 'none' || this.#gesture.kind === 'tool') {
      const point = toBoard(camera.value, at)
      this.#deps.pointed(point)
      host.move({
        point,
        screenPx: at,
        samples: [[point[0], point[1], 0.5]],
        pointerType: 'mouse',
        shift: false,
        alt: event.altKey,
        mod: false,
      })
    }
  }

  #input(event: PointerEvent, screenPx = this.#screenPx(event)): PointerInput {
    const { camera } = this.#deps
    const [left, top] = [event.clientX - screenPx[0], event.clientY - screenPx[1]]
    const coalesced = event.getCoalescedEvents?.() ?? []
    const samples = (coalesced.length > 0 ? coalesced : [event]).map((sample): InkPoint => {
      const [x, y] = toBoard(camera.value, [sample.clientX - left, sample.clientY - top])
      return [x, y, event.pointerType === 'pen' ? sample.pressure : 0.5]
    })
    return {
      point: toBoard(camera.value, screenPx),
      screenPx,
      samples,
      pointerType: event.pointerType === 'pen' || event.pointerType === 'touch' ? event.pointerType : 'mouse',
      shift: event.shiftKey,
      alt: event.altKey,
      mod: event.ctrlKey || event.metaKey,
    }
  }

  #isPalm(event: PointerEvent): boolean {
    return event.timeStamp - this.#lastPenAt < PALM_MS
  }

  /** The container fills the page's top left, but an embedding page may move it. */
  #screenPx(event: MouseEvent): Point {
    const { left, top } = this.#deps.container.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }
}

/** Linux pastes whatever is selected anywhere when the middle button, which pans here, is let go; the event that does so cannot
 * be prevented, the paste that follows can. */
function swallowMiddlePaste(): void {
  const swallow = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener('paste', swallow, { capture: true })
  setTimeout(() => document.removeEventListener('paste', swallow, { capture: true }), MIDDLE_PASTE_MS)
}
