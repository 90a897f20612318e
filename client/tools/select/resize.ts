/** Sizing a selection by a handle of its frame. Shift keeps proportions, Alt sizes from the centre. Texts always keep theirs, but
 * an edge handle sets the width they wrap at. Pictures keep theirs at the corners, unless Shift is held. */
import type { BoxShape, LineEnd, Point, Shape } from '#shared/board/shape.ts'
import { isImage, isLine } from '#shared/board/shape.ts'
import { type Box, centreOf } from '#shared/geometry/box.ts'
import type { Frame, Handle } from '#shared/geometry/frame.ts'
import { boxMapping, boxOf } from '#shared/geometry/shape-geometry.ts'
import { rotate, sub } from '#shared/geometry/vec.ts'
import type { PointerInput, ToolContext } from '../tool.ts'
import { commitGeometry, type Drag, showGeometry } from './drag.ts'

const MIN_SIZE = 1

export class ResizeDrag implements Drag {
  readonly #ctx: ToolContext
  readonly #frame: Frame
  readonly #handle: Exclude<Handle, 'rotate'>
  readonly #originals: readonly Shape[]
  /** From the press to the handle's own point, so that nothing jumps on the first move. */
  readonly #start: Point
  #sized: readonly Shape[] = []

  constructor(
    ctx: ToolContext,
    start: Point,
    frame: Frame,
    handle: Exclude<Handle, 'rotate'>,
    shapes: readonly Shape[],
  ) {
    this.#ctx = ctx
    this.#start = start
    this.#frame = frame
    this.#handle = handle
    this.#originals = shapes
  }

  move({ point, shift, alt }: PointerInput): void {
    const { box, angle } = this.#frame
    const centre = centreOf(box)
    const by = sub(rotate(point, centre, -angle), rotate(this.#start, centre, -angle))
    const keeps = this.#keepsRatio(shift)
    const sized = resizeBox(box, this.#handle, by, { keepsRatio: keeps, fromCentre: alt })
    this.#sized = this.#originals.map(shape => this.#resize(shape, sized))
    showGeometry(this.#ctx, this.#originals, this.#sized)
  }

  commit(): void {
    commitGeometry(this.#ctx, 'resize', this.#originals, (_, i) => this.#sized[i])
  }

  #keepsRatio(shift: boolean): boolean {
    if (this.#handle.length !== 2) return shift
    if (this.#originals.some(shape => shape.type === 'text')) return true
    return this.#originals.some(isImage) ? !shift : shift
  }

  #resize(shape: Shape, to: Box): Shape {
    const from = this.#frame.box
    const map = boxMapping(from, to)
    if (isLine(shape)) {
      const end = (e: LineEnd): LineEnd => ({ ...e, xy: map(e.xy) })
      return { ...shape, from: end(shape.from), to: end(shape.to), via: shape.via.map(map) }
    }
    const sx = from.w > 0 ? to.w / from.w : 1
    const sy = from.h > 0 ? to.h / from.h : 1
    const isAlone = this.#originals.length === 1
    // A turned shape among others would shear; it keeps its proportions instead.
    const uniform = Math.sqrt(sx * sy)
    const [fx, fy] = shape.angle !== 0 && !isAlone ? [uniform, uniform] : [sx, sy]
    const wh: Point = [shape.wh[0] * fx, shape.wh[1] * fy]
    const centre = map(centreOf(boxOf(shape)))
    // Alone, the frame is turned with the shape: the new centre lies in the turned frame.
    const placed = isAlone ? rotate(centre, centreOf(from), this.#frame.angle) : centre
    const xy: Point = [placed[0] - wh[0] / 2, placed[1] - wh[1] / 2]
    return shape.type === 'text' ? this.#resizeText({ ...shape, xy, wh }, shape) : { ...shape, xy, wh }
  }

  #resizeText(sized: BoxShape, original: BoxShape): BoxShape {
    if (this.#handle.length === 2 || this.#originals.length > 1) {
      const factor = original.wh[1] > 0 ? sized.wh[1] / original.wh[1] : 1
      return { ...sized, fontSize: Math.min(1000, Math.max(4, original.fontSize * factor)) }
    }
    const [, height] = this.#ctx.measureText(original.text, original, sized.wh[0])
    return { ...sized, wrap: true, wh: [sized.wh[0], height] }
  }
}

/** @param by  how far the handle moved, in the frame's own direction
 * @returns the new box; it never turns inside out, its sides stay at least a unit long */
export function resizeBox(
  box: Box,
  handle: Exclude<Handle, 'rotate'>,
  by: Point,
  { keepsRatio, fromCentre }: { keepsRatio: boolean; fromCentre: boolean },
): Box {
  const pullsX = handle.includes('e') ? 1 : handle.includes('w') ? -1 : 0
  const pullsY = handle.includes('s') ? 1 : handle.includes('n') ? -1 : 0
  const both = fromCentre ? 2 : 1
  let w = Math.max(MIN_SIZE, box.w + by[0] * pullsX * both)
  let h = Math.max(MIN_SIZE, box.h + by[1] * pullsY * both)
  if (keepsRatio && box.w > 0 && box.h > 0) {
    const factor =
      pullsX !== 0 && pullsY !== 0 ? Math.max(w / box.w, h / box.h) : pullsX !== 0 ? w / box.w : h / box.h
    w = box.w * factor
    h = box.h * factor
  }
  // The side or corner across the handle stays; an edge handle that keeps proportions grows evenly across.
  const stays = (pull: number, at: number, old: number, now: number) =>
    fromCentre || pull === 0 ? at + (old - now) / 2 : pull > 0 ? at : at + old - now
  return { x: stays(pullsX, box.x, box.w, w), y: stays(pullsY, box.y, box.h, h), w, h }
}
