/** Paints the draft layer: what is being drawn, moved or changed right now, over the board. */
import { type Box, intersects, unionBoxes } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import type { DraftInks } from './draft-ink.ts'
import type { Drafts } from './drafts.ts'
import { applyTransform, type PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'

/** Around all that is seen of the drafts, board units; `undefined` when nothing is. */
export function draftBounds(drafts: Drafts, inks: DraftInks, viewport: Box): Box | undefined {
  const boxes = drafts.shapes().map(shape => shapeBounds(shape, drafts.lookup))
  boxes.push(...drafts.inks().map(ink => inks.boundsOf(ink)))
  return unionBoxes(boxes.filter(box => intersects(box, viewport)))
}

export function paintDrafts(paint: PaintContext, drafts: Drafts, inks: DraftInks, viewport: Box): void {
  applyTransform(paint)
  for (const shape of drafts.shapes())
    if (intersects(shapeBounds(shape, drafts.lookup), viewport)) paintShape(paint, shape)
  inks.paint(paint, drafts.inks())
}
