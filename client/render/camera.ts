/** The camera's arithmetic: between board units and the screen's px, and onto whole device pixels. Pure. */
import type { Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Camera } from './scene.ts'

/** The screen area the board is painted on. */
export interface Screen {
  readonly widthPx: number
  readonly heightPx: number
  /** Device pixels per CSS px. */
  readonly ratio: number
}

/** Moves the camera by less than half a device pixel, so that the board's origin falls on a whole one. Everything is
 * painted through this camera: settled pixels can then be reused at any pan, sharp and in line with drafts and handles. */
export function snapCamera(camera: Camera, ratio: number): Camera {
  const scale = camera.zoom * ratio
  return {
    x: Math.round(camera.x * scale) / scale,
    y: Math.round(camera.y * scale) / scale,
    zoom: camera.zoom,
  }
}

/** The board box that the screen shows. */
export const viewportOf = (camera: Camera, screen: Screen): Box => ({
  x: camera.x,
  y: camera.y,
  w: screen.widthPx / camera.zoom,
  h: screen.heightPx / camera.zoom,
})

/** Where a board point is on the screen, CSS px. */
export const toScreen = (camera: Camera, [x, y]: Point): Point => [
  (x - camera.x) * camera.zoom,
  (y - camera.y) * camera.zoom,
]
