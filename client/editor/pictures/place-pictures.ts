/** Where pictures that come together go: side by side around a point, as large as they are, but no larger than half of what one sees. */
import type { Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'

/** Between two of them, board units. */
const GAP = 16
/** Of the viewport, each. */
const MOST_SHARE = 0.5
/** All together. */
const MOST_OF_ALL = 0.9

/** @param sizes  px of the pictures, which are board units at zoom 1
 * @returns their boxes, in the same order */
export function placePictures(sizes: readonly Point[], centre: Point, viewport: Box): Box[] {
  const columns = Math.ceil(Math.sqrt(sizes.length))
  const fitted = sizes.map(([w, h]): Point => {
    const scale = Math.min(1, (viewport.w * MOST_SHARE) / w, (viewport.h * MOST_SHARE) / h)
    return [w * scale, h * scale]
  })
  const boxes: Box[] = []
  let [right, bottom] = [0, 0]
  for (let at = 0; at < fitted.length; at += columns) {
    const row = fitted.slice(at, at + columns)
    let x = 0
    for (const [w, h] of row) {
      boxes.push({ x, y: bottom, w, h })
      x += w + GAP
    }
    right = Math.max(right, x)
    bottom += Math.max(...row.map(([, h]) => h)) + GAP
  }
  const [w, h] = [right - GAP, bottom - GAP]
  const scale = Math.min(1, (viewport.w * MOST_OF_ALL) / w, (viewport.h * MOST_OF_ALL) / h)
  return boxes.map(box => ({
    x: centre[0] + (box.x - w / 2) * scale,
    y: centre[1] + (box.y - h / 2) * scale,
    w: box.w * scale,
    h: box.h * scale,
  }))
}
