/** Which part of the screen a layer's canvas covers. A canvas costs by its size in every frame that changes it (a copy of its pixels, and
 * without a GPU on the page's thread), so it is as large as what is on it, and keeps its place while that moves a little. Pure. */
import type { Box } from '#shared/geometry/box.ts'
import type { Screen } from './camera.ts'
import type { Camera } from './scene.ts'
import type { PixelRect } from './tile-grid.ts'

/** Edges lie on multiples of this, device px. */
const STEP_PX = 64
/** A canvas this many times larger than needed is given up for a smaller one. */
const MAX_EXCESS = 4

/** What is not much larger than the screen is painted whole: when the camera moves, its canvas is moved. */
const MAX_WHOLE_SCREENS = 1.5

/** All that the box covers, on the screen and off it, device px; `undefined` when that is much more than the screen, or none of it is
 * on the screen. The parameters are those of `screenArea`. */
export function wholeArea(box: Box, marginPx: number, camera: Camera, screen: Screen): PixelRect | undefined {
  const onScreen = screenArea(box, marginPx, camera, screen)
  const scale = camera.zoom * screen.ratio
  const margin = marginPx * screen.ratio
  const w = Math.ceil(box.w * scale + 2 * margin) + 1
  const h = Math.ceil(box.h * scale + 2 * margin) + 1
  const screenPx = screen.widthPx * screen.heightPx * screen.ratio ** 2
  if (!onScreen || w * h > screenPx * MAX_WHOLE_SCREENS) return undefined
  const x = Math.floor((box.x - camera.x) * scale - margin)
  const y = Math.floor((box.y - camera.y) * scale - margin)
  return { x, y, w, h }
}

/** @param box  board units   @param marginPx  around it, CSS px   @returns device px, whole, within the screen; `undefined` when none is */
export function screenArea(
  box: Box,
  marginPx: number,
  { x, y, zoom }: Camera,
  { widthPx, heightPx, ratio }: Screen,
): PixelRect | undefined {
  const scale = zoom * ratio
  const margin = marginPx * ratio
  const left = Math.max(0, Math.floor((box.x - x) * scale - margin))
  const top = Math.max(0, Math.floor((box.y - y) * scale - margin))
  const right = Math.min(Math.ceil(widthPx * ratio), Math.ceil((box.x + box.w - x) * scale + margin))
  const bottom = Math.min(Math.ceil(heightPx * ratio), Math.ceil((box.y + box.h - y) * scale + margin))
  return right > left && bottom > top ? { x: left, y: top, w: right - left, h: bottom - top } : undefined
}

/** @param current  what the canvas covers now   @returns what it is to cover: the same while that is enough and not far too much */
export function layerArea(needed: PixelRect, current: PixelRect | undefined): PixelRect {
  const x = Math.floor(needed.x / STEP_PX) * STEP_PX
  const y = Math.floor(needed.y / STEP_PX) * STEP_PX
  const w = Math.ceil((needed.x + needed.w) / STEP_PX) * STEP_PX - x
  const h = Math.ceil((needed.y + needed.h) / STEP_PX) * STEP_PX - y
  if (!current || current.w * current.h > w * h * MAX_EXCESS) return { x, y, w, h }
  const isEnough =
    current.x <= needed.x &&
    current.y <= needed.y &&
    current.x + current.w >= needed.x + needed.w &&
    current.y + current.h >= needed.y + needed.h
  if (isEnough) return current
  // Of the same size elsewhere: it need not be made anew.
  return w <= current.w && h <= current.h ? { ...current, x, y } : { x, y, w, h }
}
