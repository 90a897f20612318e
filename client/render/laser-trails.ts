/** Laser pointers' trails, on a canvas of their own over the board that is there only while there is a trail. Each point fades for itself, so
 * a trail thins out from its beginning; the head is as wide as a pen. */
import getStroke from 'perfect-freehand'
import type { InkPoint, Point } from '#shared/board/shape.ts'
import { toScreen } from './camera.ts'
import { traceOutline } from './ink-path.ts'
import type { Camera } from './scene.ts'

/** From a point's birth until it is gone. */
export const TRAIL_MS = 1000
const WIDTH_PX = 7
const GLOW_WIDTH_PX = 18
const GLOW_OPACITY = 0.22
/** Points nearer than this to the one before say nothing more. */
const MIN_STEP_PX = 1.5

interface TrailPoint {
  readonly at: Point
  readonly bornAtMs: number
}

interface Trail {
  readonly color: string
  readonly points: TrailPoint[]
}

export class LaserTrails {
  readonly #canvas = document.createElement('canvas')
  readonly #ctx: CanvasRenderingContext2D | null
  readonly #container: HTMLElement
  readonly #camera: () => Camera
  /** Of each owner, the one that grows last. */
  readonly #trails = new Map<string, Trail[]>()
  #frameRequest: number | undefined

  constructor(container: HTMLElement, camera: () => Camera) {
    this.#container = container
    this.#camera = camera
    this.#canvas.dataset.layer = 'laser'
    this.#canvas.setAttribute('aria-hidden', 'true')
    Object.assign(this.#canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' })
    this.#ctx = this.#canvas.getContext('2d')
  }

  /** @param spreadMs  the points are born one after the other within this, as they were drawn, not all at once */
  add(owner: string, color: string, isStart: boolean, points: readonly InkPoint[], spreadMs: number): void {
    const trails = this.#trails.get(owner) ?? []
    this.#trails.set(owner, trails)
    let trail = trails.at(-1)
    if (isStart || !trail) {
      trail = { color, points: [] }
      trails.push(trail)
    }
    const nowMs = performance.now()
    const minStep = MIN_STEP_PX / this.#camera().zoom
    points.forEach(([x, y], i) => {
      const last = trail.points.at(-1)
      if (last && Math.hypot(x - last.at[0], y - last.at[1]) < minStep) return
      trail.points.push({ at: [x, y], bornAtMs: nowMs + (spreadMs * i) / points.length })
    })
    this.#requestFrame()
  }

  close(): void {
    if (this.#frameRequest !== undefined) cancelAnimationFrame(this.#frameRequest)
    this.#canvas.remove()
  }

  #requestFrame(): void {
    this.#frameRequest ??= requestAnimationFrame(() => this.#frame(performance.now()))
  }

  #frame(nowMs: number): void {
    this.#frameRequest = undefined
    this.#dropFaded(nowMs)
    if (this.#trails.size === 0) {
      this.#canvas.remove()
      return
    }
    this.#fit()
    for (const trails of this.#trails.values()) for (const trail of trails) this.#paint(trail, nowMs)
    this.#requestFrame()
  }

  #dropFaded(nowMs: number): void {
    for (const [owner, trails] of this.#trails) {
      for (const { points } of trails) {
        const firstAlive = points.findIndex(({ bornAtMs }) => nowMs - bornAtMs < TRAIL_MS)
        points.splice(0, firstAlive < 0 ? points.length : firstAlive)
      }
      const alive = trails.filter(({ points }) => points.length > 0)
      if (alive.length > 0) this.#trails.set(owner, alive)
      else this.#trails.delete(owner)
    }
  }

  /** Clears it as well. */
  #fit(): void {
    const { clientWidth, clientHeight } = this.#container
    const ratio = window.devicePixelRatio || 1
    if (!this.#canvas.isConnected) this.#container.append(this.#canvas)
    this.#canvas.width = Math.round(clientWidth * ratio)
    this.#canvas.height = Math.round(clientHeight * ratio)
    Object.assign(this.#canvas.style, { width: `${clientWidth}px`, height: `${clientHeight}px` })
    this.#ctx?.scale(ratio, ratio)
  }

  #paint({ color, points }: Trail, nowMs: number): void {
    const ctx = this.#ctx
    if (!ctx) return
    const camera = this.#camera()
    const shown = points
      .filter(({ bornAtMs }) => bornAtMs <= nowMs)
      .map(({ at, bornAtMs }) => [...toScreen(camera, at), freshness(nowMs - bornAtMs)])
    ctx.fillStyle = color
    for (const [width, opacity] of [
      [GLOW_WIDTH_PX, GLOW_OPACITY],
      [WIDTH_PX, 1],
    ] as const) {
      const path = new Path2D()
      // With all the thinning there is, a point is as wide as it is fresh; `size` is the width at half of that.
      const options = {
        size: width / 2,
        thinning: 1,
        smoothing: 0.6,
        streamline: 0.35,
        simulatePressure: false,
      }
      traceOutline(path, getStroke(shown, { ...options, last: true }) as [number, number][])
      ctx.globalAlpha = opacity
      ctx.fill(path)
    }
  }
}

/** Wide for a while, then ever thinner. */
const freshness = (ageMs: number): number => 1 - (ageMs / TRAIL_MS) ** 2
