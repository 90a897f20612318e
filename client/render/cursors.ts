/** Other people's pointers: an arrow and a name tag each, as elements over the canvases, so that the browser composites them
 * and their names are sharp. They glide to where they were last heard of, stay on their board point when the camera moves,
 * and hide the name after a rest. Decoration for a screen reader: people are listed elsewhere. */
import { isLightColor } from '#shared/board/is-light-color.ts'
import type { Point } from '#shared/board/shape.ts'
import { type Screen, toScreen } from './camera.ts'
import { glide } from './glide.ts'
import type { Camera, Cursor } from './scene.ts'

const NAME_SHOWN_MS = 3000
/** From so many that move at once, they are placed in every second frame: each costs the browser as much as a tile. */
const CROWD = 16
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
  /** Placed where it was last heard of. */
  isThere: boolean
  /** Its name is shown until this long after it, as of `performance.now()`. */
  heardAtMs: number
}

export class Cursors {
  readonly #root: HTMLElement
  readonly #placed = new Map<number, Placed>()
  readonly #reducedMotion: MediaQueryList
  #lastFrameAtMs = 0
  /** One for all: with one each, fifty people would set a thousand a second. */
  #nameTimer: number | undefined
  #movingCount = 0
  #hasSkipped = false
  #placedFor: { readonly camera: Camera; readonly screen: Screen } | undefined

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
      if (placed.tag.dataset.words !== cursor.words) placed.tag.dataset.words = cursor.words
      if (placed.target[0] === cursor.at[0] && placed.target[1] === cursor.at[1]) continue
      placed.target = cursor.at
      this.#heardOf(placed)
    }
    for (const clientId of gone) this.#remove(clientId)
  }

  /** Places every cursor. @returns whether any is still on its way */
  frame(nowMs: number, camera: Camera, screen: Screen): boolean {
    const isStill = this.#placedFor?.camera === camera && this.#placedFor.screen === screen
    if (isStill && this.#movingCount === 0) return false
    this.#hasSkipped = isStill && this.#movingCount >= CROWD && !this.#hasSkipped
    if (this.#hasSkipped) return true
    this.#placedFor = { camera, screen }
    // After a pause the first step is one frame long, not the pause.
    const elapsedMs = Math.min(50, nowMs - this.#lastFrameAtMs)
    this.#lastFrameAtMs = nowMs
    this.#movingCount = 0
    for (const placed of this.#placed.values()) {
      if (isStill && placed.isThere) continue
      const step = this.#reducedMotion.matches
        ? { at: placed.target, isThere: true }
        : glide(placed.at, placed.target, elapsedMs, 0.5 / camera.zoom)
      Object.assign(placed, step)
      if (!step.isThere) this.#movingCount++
      place(placed.element, toScreen(camera, placed.at), screen)
    }
    return this.#movingCount > 0
  }

  destroy(): void {
    clearTimeout(this.#nameTimer)
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
      transition: this.#reducedMotion.matches ? 'none' : 'opacity 150ms',
    })
    element.append(svg, tag)
    this.#root.append(element)
    const placed: Placed = { element, arrow, tag, color: '', at, target: at, isThere: true, heardAtMs: 0 }
    this.#paint(placed, color)
    this.#placed.set(clientId, placed)
    this.#heardOf(placed)
    return placed
  }

  #paint(placed: Placed, color: string): void {
    placed.color = color
    placed.arrow.setAttribute('fill', color)
    placed.tag.style.background = color
    placed.tag.style.color = isLightColor(color) ? '#20242b' : '#ffffff'
  }

  #heardOf(placed: Placed): void {
    if (placed.isThere) this.#movingCount++
    placed.isThere = false
    placed.heardAtMs = performance.now()
    if (placed.tag.style.opacity !== '1') placed.tag.style.opacity = '1'
    this.#nameTimer ??= window.setTimeout(() => this.#hideNames(), NAME_SHOWN_MS)
  }

  /** Of cursors that have rested; comes again for the one that will have next. */
  #hideNames(): void {
    const nowMs = performance.now()
    let nextMs = Infinity
    for (const { tag, heardAtMs } of this.#placed.values()) {
      const leftMs = heardAtMs + NAME_SHOWN_MS - nowMs
      if (leftMs <= 0) tag.style.opacity = '0'
      else nextMs = Math.min(nextMs, leftMs)
    }
    this.#nameTimer = nextMs < Infinity ? window.setTimeout(() => this.#hideNames(), nextMs) : undefined
  }

  #remove(clientId: number): void {
    const placed = this.#placed.get(clientId)
    if (!placed) return
    if (!placed.isThere) this.#movingCount--
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
