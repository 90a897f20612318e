/** The frame around a selection and its handles. Painted by the renderer, grabbed by the select tool. */
import type { Point, Shape } from '../board/shape.ts'
import { isLine } from '../board/shape.ts'
import { type Box, boxAround, centreOf, cornersOf, expandBox, unionBoxes } from './box.ts'
import { boxOf, linePath, type ShapeLookup } from './shape-geometry.ts'
import { rotate } from './vec.ts'

export type Handle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'rotate'

/** A box turned by `angle` about its centre. */
export interface Frame {
  readonly box: Box
  readonly angle: number
}

/** Between the shapes and the painted frame. */
export const FRAME_PADDING_PX = 6
/** From the frame's top edge to the rotate handle. */
export const ROTATE_DISTANCE_PX = 26

/** @returns the frame around the shapes, or `undefined` for none; one shape's frame is turned with it */
export function frameOf(shapes: readonly Shape[], lookup: ShapeLookup): Frame | undefined {
  const [only] = shapes
  if (!only) return undefined
  if (shapes.length === 1 && !isLine(only)) return { box: boxOf(only), angle: only.angle }
  const box = unionBoxes(shapes.map(shape => extentOf(shape, lookup)))
  return box && { box, angle: 0 }
}

function extentOf(shape: Shape, lookup: ShapeLookup): Box {
  if (isLine(shape)) return boxAround(linePath(shape, lookup))
  const box = boxOf(shape)
  // Of ten thousand shapes few are turned.
  if (shape.angle === 0) return box
  return boxAround(cornersOf(box).map(corner => rotate(corner, centreOf(box), shape.angle)))
}

/** Where each handle is, board units.
 * @param zoom  screen px per board unit: handles keep their distance on the screen */
export function handlePoints({ box, angle }: Frame, zoom: number): Readonly<Record<Handle, Point>> {
  const { x, y, w, h } = expandBox(box, FRAME_PADDING_PX / zoom)
  const centre = centreOf(box)
  const at = (px: number, py: number): Point => rotate([px, py], centre, angle)
  return {
    nw: at(x, y),
    n: at(x + w / 2, y),
    ne: at(x + w, y),
    e: at(x + w, y + h / 2),
    se: at(x + w, y + h),
    s: at(x + w / 2, y + h),
    sw: at(x, y + h),
    w: at(x, y + h / 2),
    rotate: at(x + w / 2, y - ROTATE_DISTANCE_PX / zoom),
  }
}
