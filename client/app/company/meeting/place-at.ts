import type { Point } from '#shared/board/shape.ts'
import type { Camera } from '../../../render/scene.ts'

/** @returns the CSS transform that puts an element's origin on a board point */
export function placeAt([x, y]: Point, { x: left, y: top, zoom }: Camera): string {
  return `translate(${((x - left) * zoom).toFixed(1)}px, ${((y - top) * zoom).toFixed(1)}px)`
}
