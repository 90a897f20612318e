/** Chrome that only stands elsewhere is not painted again: its canvas is moved. A frame around a thousand shapes is as large as they are,
 * and to repaint it costs as much as the rest of a frame of dragging them. Pure. */
import type { Point } from '#shared/board/shape.ts'
import type { Screen } from './camera.ts'
import type { Camera, Overlay } from './scene.ts'

/** How the chrome was painted last. */
export interface PaintedOverlay {
  readonly overlay: Overlay
  readonly camera: Camera
  readonly screen: Screen
  /** Nothing of it was cut off at the edge of the screen. */
  readonly isWhole: boolean
}

const NO_SHIFT: Point = [0, 0]

/** Whether two overlays are the same on the canvas, but for where one's own selection is. The box that is dragged is not on it. */
export function isSamePicture(a: Overlay, b: Overlay): boolean {
  if ((a.shift === undefined) !== (b.shift === undefined)) return false
  const { shift: _a, brush: _brushA, ...restA } = a
  const { shift: _b, brush: _brushB, ...restB } = b
  const keys = Object.keys(restA) as (keyof typeof restA)[]
  return keys.length === Object.keys(restB).length && keys.every(key => restA[key] === restB[key])
}

/** @returns how far the painted canvas is to be moved, whole device px, or `undefined` when it must be painted again */
export function overlayOffset(
  painted: PaintedOverlay,
  overlay: Overlay,
  camera: Camera,
  screen: Screen,
): Point | undefined {
  const { camera: before, isWhole } = painted
  if (!isWhole || before.zoom !== camera.zoom || painted.screen !== screen) return undefined
  if (!isSamePicture(painted.overlay, overlay)) return undefined
  const [dx, dy] = overlay.shift ?? NO_SHIFT
  const [dx0, dy0] = painted.overlay.shift ?? NO_SHIFT
  // What others have selected, and the trail of a pointer, do not go along.
  const hasOwnOnly = overlay.others.length === 0 && overlay.trail.length === 0 && overlay.target === undefined
  if ((dx !== dx0 || dy !== dy0) && !hasOwnOnly) return undefined
  const scale = camera.zoom * screen.ratio
  return [
    Math.round((dx - dx0 - camera.x + before.x) * scale),
    Math.round((dy - dy0 - camera.y + before.y) * scale),
  ]
}
