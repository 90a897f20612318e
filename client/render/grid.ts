/** The dot grid: a dot every 20 board units; far out every 100, 500 … so that dots never stand closer than 12 px. Each step is
 * a sheet of dots larger than the screen. Panning only moves it; zooming stretches it and lets it fade, until the camera rests.
 *
 * A sheet is two gradients, columns seen through rows, which the browser paints on its own threads. As a bitmap it stopped the page
 * at every rest of the camera, for making it and for handing it over. */
import { gridColor, type Theme } from '#shared/board/palette.ts'
import type { Screen } from './camera.ts'
import type { Camera } from './scene.ts'

const STEP = 20
const STEP_FACTOR = 5
const MIN_STEP_PX = 12
/** A step fades in between the least distance and this one. */
const FULL_STEP_PX = 20
const DOT_RADIUS_PX = 1

export interface GridSteps {
  /** Board units between dots. */
  readonly step: number
  /** How strong those dots are that are no dots of the next larger step: they fade as they crowd. */
  readonly alpha: number
}

/** @returns the finest step whose dots stand at least 12 px apart */
export function gridSteps(zoom: number): GridSteps {
  let step = STEP
  while (step * zoom < MIN_STEP_PX) step *= STEP_FACTOR
  const apartPx = step * zoom
  return { step, alpha: Math.min(1, Math.max(0, (apartPx - MIN_STEP_PX) / (FULL_STEP_PX - MIN_STEP_PX))) }
}

/** Where the first dot beyond the screen's edge is, from -`step` to 0.
 * @param start  the camera's coordinate   @param scale  px per board unit */
export const firstDot = (start: number, step: number, scale: number): number =>
  (Math.floor(start / step) * step - start) * scale

/** A stretched sheet has faded away at either of these. The smaller one says how much larger than the screen sheets are. */
const LEAST_STRETCH = 0.7
const MOST_STRETCH = 1.6

/** How strong dots are that are stretched from another distance. */
export const stretchedAlpha = (stretch: number): number =>
  Math.max(0, 1 - Math.log(stretch) / Math.log(stretch < 1 ? LEAST_STRETCH : MOST_STRETCH))

export class Grid {
  readonly #fine: DotSheet
  readonly #coarse: DotSheet

  /** @param element  the size of the screen, clips its content */
  constructor(element: HTMLElement) {
    this.#coarse = new DotSheet(element)
    this.#fine = new DotSheet(element)
  }

  place(camera: Camera, screen: Screen, theme: Theme, isZooming: boolean): void {
    if (!isZooming) {
      const { step, alpha } = gridSteps(camera.zoom)
      this.#fine.paint(camera, screen, step, theme, alpha)
      // The fading step's dots include the coarser ones, which stay.
      this.#coarse.paint(camera, screen, step * STEP_FACTOR, theme, alpha < 1 ? 1 : 0)
    }
    this.#fine.place(camera, screen)
    this.#coarse.place(camera, screen)
  }
}

/** Lengths are device px. */
class DotSheet {
  readonly #element = document.createElement('div')
  /** Its mask would cost in every frame if it were on the element that the browser composites. */
  readonly #dots = document.createElement('div')
  #painted = { apart: 0, ratio: 0, width: 0, height: 0, theme: '' }
  #step = STEP
  #alpha = 0

  constructor(parent: HTMLElement) {
    Object.assign(this.#element.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      transformOrigin: '0 0',
      willChange: 'transform, opacity',
    })
    this.#element.append(this.#dots)
    parent.append(this.#element)
  }

  /** Puts the sheet where the camera sees it, as it was painted last. */
  place(camera: Camera, { ratio }: Screen): void {
    const { style } = this.#element
    const scale = camera.zoom * ratio
    const stretch = this.#alpha > 0 ? (this.#step * scale) / this.#painted.apart : 0
    const alpha = stretch > 0 ? this.#alpha * stretchedAlpha(stretch) : 0
    style.display = alpha > 0 ? 'block' : 'none'
    if (alpha === 0) return
    const radius = dotRadius(ratio)
    const at = (start: number) => Math.round(firstDot(start, this.#step, scale) - radius * stretch)
    style.opacity = String(alpha)
    style.transform = `scale(${1 / ratio}) translate(${at(camera.x)}px, ${at(camera.y)}px) scale(${stretch})`
  }

  /** Paints the sheet for a camera at rest, if it is not the one painted last. */
  paint(camera: Camera, screen: Screen, step: number, theme: Theme, alpha: number): void {
    this.#step = step
    this.#alpha = alpha
    if (alpha === 0) return
    const { ratio } = screen
    const apart = step * camera.zoom * ratio
    const width = Math.ceil((screen.widthPx * ratio) / LEAST_STRETCH + 2 * apart)
    const height = Math.ceil((screen.heightPx * ratio) / LEAST_STRETCH + 2 * apart)
    const before = this.#painted
    const isEnough = before.width >= width && before.height >= height
    if (before.apart === apart && before.ratio === ratio && before.theme === theme && isEnough) return
    this.#painted = { apart, ratio, width, height, theme }
    Object.assign(this.#dots.style, {
      width: `${width}px`,
      height: `${height}px`,
      ...dotsStyle(apart, 2 * dotRadius(ratio), gridColor(theme)),
    })
  }
}

const dotRadius = (ratio: number): number => Math.max(1, Math.round(DOT_RADIUS_PX * ratio))

/** The ends of the stripes are hard, so a dot covers the whole pixels next to its place, and all look the same. */
function dotsStyle(apart: number, size: number, color: string): { background: string; maskImage: string } {
  const stripes = (to: string, paint: string) =>
    `repeating-linear-gradient(${to}, ${paint} 0 ${size}px, transparent ${size}px ${apart}px)`
  return { background: stripes('to right', color), maskImage: stripes('to bottom', '#000') }
}
