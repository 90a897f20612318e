/** Other people's pointers: an arrow and a name tag each, as elements over the canvases, so that the browser composites them
 * and their names are sharp. They glide to where they were last heard of, stay on their board point when the camera moves,
 * and hide the name after a rest. Decoration for a screen reader: people are listed elsewhere. */
import type { Point } from '#shared/board/shape.ts'
import { type Screen, toScreen } from './camera.ts'
import { glide } from './glide.ts'
import type { Camera, Cursor } from './scene.ts'

const NAME_SHOWN_MS = 3000
/** A cursor this far off the screen is not placed. */
const MARGIN_PX = 160
const ARROW = 'M1 1 L12 5.2 L7 7.2 L4.8 12.4 Z'
const SVG = 'http://www.w3.org/2000/svg'

interface Placed {
  readonly element: HTMLElement
  readonly arrow: SVGPathElement
  readonly tag: HTMLElement
  color: string
  at: Point
  target: Point
  restTimer: number | undefined
}

export class Cursors {
  readonly #root: HTMLElement
  readonly #placed = new Map<number, Placed>()
  readonly #reducedMotion: MediaQueryList
  #lastFrameAtMs = 0

  constructor(container: HTMLElement) {
    this.#root = document.createElement('div')
    this.#root.setAttribute('aria-hidden', 'true')
    this.#root.dataset.layer = 'cursors'
    Object.assign(this.#root.style, {
      position: 'absolute',
      inset: '0',
      overflow: 'hidden',
      pointerEvents: 'none',
    })
    container.append(this.#root)
    this.#reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  }

  set(cursors: readonly Cursor[]): void {
    const gone = new Set(this.#placed.keys())
    for (const cursor of cursors) {
      gone.delete(cursor.clientId)
      const placed = this.#placed.get(cursor.clientId) ?? this.#create(cursor)
      if (placed.tag.textContent !== cursor.name) placed.tag.textContent = cursor.name
      if (placed.color !== cursor.color) this.#paint(placed, cursor.color)
      // How it looks is in the style sheet of the chat.
      placed.tag.dataset.words = cursor.words
      if (placed.target[0] === cursor.at[0] && placed.target[1] === cursor.at[1]) continue
      placed.target = cursor.at
      this.#showName(placed)
    }
    for (const clientId of gone) this.#remove(clientId)
  }

  /** Places every cursor. @returns whether any is still on its way */
  frame(nowMs: number, camera: Camera, screen: Screen): boolean {
    // After a pause the first step is one frame long, not the pause.
    const elapsedMs = Math.min(50, nowMs - this.#lastFrameAtMs)
    this.#lastFrameAtMs = nowMs
    let isMoving = false
    for (const placed of this.#placed.values()) {
      const step = this.#reducedMotion.matches
        ? { at: placed.target, isThere: true }
        : glide(placed.at, placed.target, elapsedMs, 0.5 / camera.zoom)
      placed.at = step.at
      isMoving ||= !step.isThere
      place(placed.element, toScreen(camera, placed.at), screen)
    }
    return isMoving
  }

  destroy(): void {
    for (const clientId of [...this.#placed.keys()]) this.#remove(clientId)
    this.#root.remove()
  }

  #create({ clientId, name, color, at }: Cursor): Placed {
    const element = document.createElement('div')
    element.dataset.clientId = String(clientId)
    Object.assign(element.style, { position: 'absolute', left: '0', top: '0', willChange: 'transform' })
    const svg = document.createElementNS(SVG, 'svg')
    svg.setAttribute('width', '14')
    svg.setAttribute('height', '14')
    Object.assign(svg.style, { display: 'block', overflow: 'visible' })
    const arrow = document.createElementNS(SVG, 'path')
    arrow.setAttribute('d', ARROW)
    arrow.setAttribute('stroke', '#ffffff')
    arrow.setAttribute('stroke-width', '1')
    arrow.setAttribute('stroke-linejoin', 'round')
    svg.append(arrow)
    const tag = document.createElement('span')
    tag.textContent = name
    Object.assign(tag.style, {
      position: 'absolute',
      left: '12px',
      top: '15px',
      padding: '2px 7px',
      borderRadius: '5px',
      maxWidth: '160px',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      font: '600 12px/16px Inter, system-ui, sans-serif',
      color: '#ffffff',
      transition: this.#reducedMotion.matches ? 'none' : 'opacity 150ms',
    })
    element.append(svg, tag)
    this.#root.append(element)
    const placed: Placed = { element, arrow, tag, color: '', at, target: at, restTimer: undefined }
    this.#paint(placed, color)
    this.#placed.set(clientId, placed)
    this.#showName(placed)
    return placed
  }

  #paint(placed: Placed, color: string): void {
    placed.color = color
    placed.arrow.setAttribute('fill', color)
    placed.tag.style.background = color
  }

  #showName(placed: Placed): void {
    placed.tag.style.opacity = '1'
    clearTimeout(placed.restTimer)
    placed.restTimer = window.setTimeout(() => {
      placed.tag.style.opacity = '0'
    }, NAME_SHOWN_MS)
  }

  #remove(clientId: number): void {
    const placed = this.#placed.get(clientId)
    if (!placed) return
    clearTimeout(placed.restTimer)
    placed.element.remove()
    this.#placed.delete(clientId)
  }
}

function place(element: HTMLElement, [x, y]: Point, { widthPx, heightPx }: Screen): void {
  const isSeen = x > -MARGIN_PX && y > -MARGIN_PX && x < widthPx + MARGIN_PX && y < heightPx + MARGIN_PX
  const display = isSeen ? 'block' : 'none'
  if (element.style.display !== display) element.style.display = display
  if (isSeen) element.style.transform = `translate3d(${x.toFixed(1)}px, ${y.toFixed(1)}px, 0)`
}
