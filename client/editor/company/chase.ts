/** A camera on its way to a part of the board that somebody else looks at: every frame a share of what is left, so that it moves
 * as smoothly as theirs although word of it comes a few times a second. With reduced motion it is there at once. */
import type { Box } from '#shared/geometry/box.ts'
import { centreOf } from '#shared/geometry/box.ts'
import type { Camera } from '../../render/scene.ts'
import { type CameraControl, clampZoom } from '../camera.ts'

/** After this long 63 % of the way is done. */
const TIME_CONSTANT_MS = 60
/** Nearer than this it has arrived: screen px, and share of the zoom. */
const NEAR_PX = 0.25
const NEAR_ZOOM = 0.0005
/** After a pause the first step is one frame long, not the pause. */
const MAX_STEP_MS = 50

/** The camera that shows all of `box`, and what is beside it where the screens have different shapes. */
export function cameraOn(box: Box, [width, height]: readonly [number, number]): Camera {
  const zoom = clampZoom(Math.min(width / box.w, height / box.h))
  const [x, y] = centreOf(box)
  return { x: x - width / 2 / zoom, y: y - height / 2 / zoom, zoom }
}

/** One step on the way; zooms about what is in the middle, as if by a wheel. */
export function stepTowards(
  camera: Camera,
  target: Camera,
  [width, height]: readonly [number, number],
  elapsedMs: number,
): { camera: Camera; isThere: boolean } {
  const nearZoom = Math.abs(Math.log(target.zoom / camera.zoom)) < NEAR_ZOOM
  const offPx = Math.hypot(target.x - camera.x, target.y - camera.y) * target.zoom
  if (nearZoom && offPx < NEAR_PX) return { camera: target, isThere: true }
  const share = 1 - Math.exp(-elapsedMs / TIME_CONSTANT_MS)
  const middle = ({ x, y, zoom }: Camera) => [x + width / 2 / zoom, y + height / 2 / zoom] as const
  const [from, to] = [middle(camera), middle(target)]
  const zoom = camera.zoom * (target.zoom / camera.zoom) ** share
  const [x, y] = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
  return { camera: { x: x - width / 2 / zoom, y: y - height / 2 / zoom, zoom }, isThere: false }
}

/** Whether the camera goes no further, at the board's edge. That it stands still does not tell: two frames may have the same time. */
export const isHeldBack = (before: Camera, wanted: Camera, after: Camera): boolean =>
  isSame(before, after) && !isSame(wanted, after)

const isSame = (a: Camera, b: Camera): boolean => a.x === b.x && a.y === b.y && a.zoom === b.zoom

export class Chase {
  readonly #camera: CameraControl
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  #target: Box | undefined
  #frame: number | undefined
  #lastAtMs = 0
  #isMoving = false
  readonly #stop: () => void

  /** @param interrupted  told when the camera is moved by anything but this */
  constructor(camera: CameraControl, interrupted: () => void) {
    this.#camera = camera
    const stopWatching = camera.cell.subscribe(() => {
      if (this.#isMoving) return
      this.rest()
      interrupted()
    })
    const resized = () => this.#target && this.to(this.#target)
    window.addEventListener('resize', resized)
    this.#stop = () => {
      stopWatching()
      window.removeEventListener('resize', resized)
    }
  }

  to(box: Box): void {
    this.#target = box
    if (this.#reducedMotion.matches) this.#step(Number.POSITIVE_INFINITY)
    else this.#frame ??= requestAnimationFrame(nowMs => this.#next(nowMs))
  }

  /** Stays where it is. */
  rest(): void {
    this.#target = undefined
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
  }

  close(): void {
    this.rest()
    this.#stop()
  }

  #next(nowMs: number): void {
    this.#frame = undefined
    const isThere = this.#step(Math.min(MAX_STEP_MS, nowMs - this.#lastAtMs))
    this.#lastAtMs = nowMs
    if (!isThere) this.#frame ??= requestAnimationFrame(next => this.#next(next))
  }

  #step(elapsedMs: number): boolean {
    if (!this.#target) return true
    const { value, sizePx } = this.#camera
    const target = cameraOn(this.#target, sizePx)
    const { camera, isThere } = stepTowards(value, target, sizePx, elapsedMs)
    const wanted = isThere ? target : camera
    this.#isMoving = true
    this.#camera.set(wanted)
    this.#isMoving = false
    return isThere || isHeldBack(value, wanted, this.#camera.value)
  }
}
