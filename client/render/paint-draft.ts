/** Paints the draft layer: what is being drawn, moved or changed right now, over the board. */
import { intersects } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-geometry.ts'
import { type Screen, viewportOf } from './camera.ts'
import type { DraftInks } from './draft-ink.ts'
import type { Drafts } from './drafts.ts'
import { applyTransform, type PaintContext } from './paint-context.ts'
import { paintShape } from './paint-shape.ts'
import type { Camera } from './scene.ts'

export function paintDrafts(
  paint: PaintContext,
  drafts: Drafts,
  inks: DraftInks,
  camera: Camera,
  screen: Screen,
): void {
  applyTransform(paint)
  const viewport = viewportOf(camera, screen)
  for (const shape of drafts.shapes())
    if (intersects(shapeBounds(shape, drafts.lookup), viewport)) paintShape(paint, shape)
  inks.paint(paint, drafts.inks())
}
