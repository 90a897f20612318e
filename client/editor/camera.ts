/** The camera: which part of the board the screen shows. Pure arithmetic and one cell. */
import type { Point } from '#shared/board/shape.ts'
import { type Box, centreOf } from '#shared/geometry/box.ts'
import type { Camera } from '../render/scene.ts'
import { Cell } from './cell.ts'

export const MIN_ZOOM = 0.05
export const MAX_ZOOM = 30
/** Where "zoom in" and "zoom out" stop on their way. */
const ZOOM_STOPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 20, 30]
/** Kept free around what is zoomed to, screen px: the islands are there. */
const FIT_MARGIN_PX = 72
/** Beyond this, board units, a double no longer holds a quarter of a unit in the renderer. */
const MAX_PLACE = 10_000_000

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
export const clampZoom = (zoom: number): number => clamp(zoom, MIN_ZOOM, MAX_ZOOM)

export const toBoard = (camera: Camera, [x, y]: Point): Point => [
  camera.x + x / camera.zoom,
  camera.y + y / camera.zoom,
]
export const toScreen = (camera: Camera, [x, y]: Point): Point => [
  (x - camera.x) * camera.zoom,
  (y - camera.y) * camera.zoom,
]

/** Zooms so that the board point under `atPx` stays there. */
export function zoomAt(camera: Camera, atPx: Point, zoom: number): Camera {
  const next = clampZoom(zoom)
  const [x, y] = toBoard(camera, atPx)
  return { x: x - atPx[0] / next, y: y - atPx[1] / next, zoom: next }
}

/** The next stop of the zoom scale above or below. */
export function zoomStop(zoom: number, direction: 1 | -1): number {
  const stops = direction > 0 ? ZOOM_STOPS : [...ZOOM_STOPS].reverse()
  return stops.find(stop => (stop - zoom) * direction > zoom * 0.01) ?? clampZoom(zoom)
}

/** The camera that shows all of `box`, in the middle, at no more than `maxZoom`. */
export function cameraFor(box: Box, [width, height]: Point, maxZoom: number): Camera {
  const room = (size: number) => Math.max(size - 2 * FIT_MARGIN_PX, size / 2)
  const zoom = clampZoom(
    Math.min(maxZoom, room(width) / Math.max(box.w, 1), room(height) / Math.max(box.h, 1)),
  )
  const [cx, cy] = centreOf(box)
  return { x: cx - width / 2 / zoom, y: cy - height / 2 / zoom, zoom }
}

export class CameraControl {
  readonly cell = new Cell<Camera>({ x: 0, y: 0, zoom: 1 })
  /** Of the canvas. */
  sizePx: Point = [1, 1]

  get value(): Camera {
    return this.cell.value
  }
  get viewport(): Box {
    const { x, y, zoom } = this.value
    return { x, y, w: this.sizePx[0] / zoom, h: this.sizePx[1] / zoom }
  }
  get centre(): Point {
    return centreOf(this.viewport)
  }

  set({ x, y, zoom }: Camera): void {
    this.cell.set({
      x: clamp(x, -MAX_PLACE, MAX_PLACE),
      y: clamp(y, -MAX_PLACE, MAX_PLACE),
      zoom: clampZoom(zoom),
    })
  }
  panBy([dx, dy]: Point): void {
    const { x, y, zoom } = this.value
    this.set({ x: x - dx / zoom, y: y - dy / zoom, zoom })
  }
  zoomAt(atPx: Point, zoom: number): void {
    this.set(zoomAt(this.value, atPx, zoom))
  }
  /** About the middle of the screen. */
  zoomTo(zoom: number): void {
    this.zoomAt([this.sizePx[0] / 2, this.sizePx[1] / 2], zoom)
  }
  step(direction: 1 | -1): void {
    this.zoomTo(zoomStop(this.value.zoom, direction))
  }
  showAll(box: Box, maxZoom = 1): void {
    this.set(cameraFor(box, this.sizePx, maxZoom))
  }
  /** Moves just enough to show `box`; zooms out only when it does not fit. */
  reveal(box: Box): void {
    const view = this.viewport
    const margin = FIT_MARGIN_PX / this.value.zoom
    if (box.w > view.w - 2 * margin || box.h > view.h - 2 * margin) {
      this.showAll(box, this.value.zoom)
      return
    }
    const shift = (at: number, size: number, viewAt: number, viewSize: number) =>
      Math.min(0, at - margin - viewAt) + Math.max(0, at + size + margin - viewAt - viewSize)
    const { x, y, zoom } = this.value
    this.set({ x: x + shift(box.x, box.w, view.x, view.w), y: y + shift(box.y, box.h, view.y, view.h), zoom })
  }
}

/** `#view=x,y,zoom`: x and y the board point at the top left corner. @returns `undefined` for any other hash */
export function parseViewHash(hash: string): Camera | undefined {
  const match = /^#view=(-?[\d.]+),(-?[\d.]+),([\d.]+)$/.exec(hash)
  if (!match) return undefined
  const [x, y, zoom] = match.slice(1).map(Number)
  if (x === undefined || y === undefined || zoom === undefined) return undefined
  return [x, y, zoom].every(Number.isFinite) && zoom > 0 ? { x, y, zoom: clampZoom(zoom) } : undefined
}

export const formatViewHash = ({ x, y, zoom }: Camera): string =>
  `#view=${Math.round(x * 10) / 10},${Math.round(y * 10) / 10},${Math.round(zoom * 1000) / 1000}`
