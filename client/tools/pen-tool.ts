/** Pen: one press-drag-release becomes one stroke.   idle → drawing → idle
 *
 * The stroke is drafted (others see it grow) and enters the board once, on release. Shift draws a straight line from the first point. */
import { encodeInk, inkPrecision, MAX_INK_POINTS } from '#shared/board/ink.ts'
import type { InkPoint } from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'
import { newStrokeBase } from './new-shape.ts'
import type { PointerInput, Tool, ToolContext } from './tool.ts'

type PenState =
  | { kind: 'idle' }
  | {
      kind: 'drawing'
      base: ReturnType<typeof newStrokeBase>
      points: InkPoint[]
      hasPressure: boolean
      straight: boolean
    }

/** Samples nearer than this to the last one add bytes but no shape, screen px. */
const MIN_STEP_PX = 0.5

export class PenTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #ctx: ToolContext
  #state: PenState = { kind: 'idle' }
  constructor(ctx: ToolContext) {
    this.#ctx = ctx
  }

  down({ samples, pointerType }: PointerInput): void {
    const base = newStrokeBase(this.#ctx)
    this.#state = { kind: 'drawing', base, points: [], hasPressure: pointerType === 'pen', straight: false }
    this.#extend(samples)
    this.#show(false)
  }

  move({ samples, shift, point }: PointerInput): void {
    if (this.#state.kind !== 'drawing') return
    const { points, straight } = this.#state
    if (shift) {
      const first = points[0]
      if (!first) return
      this.#state.points = [first, [point[0], point[1], first[2]]]
      this.#state.straight = true
      this.#show(true)
      return
    }
    this.#state.straight = false
    this.#extend(samples)
    this.#show(straight)
  }

  up(): void {
    if (this.#state.kind !== 'drawing') return
    const { base, points, hasPressure, straight } = this.#state
    this.#state = { kind: 'idle' }
    const { x, y, w, h } = boxAround(points)
    const ink = points.map(([px, py, pressure]): InkPoint => [px - x, py - y, pressure])
    const bytes = encodeInk(
      { points: ink, hasPressure, constantWidth: straight },
      inkPrecision(this.#ctx.zoom()),
    )
    // One transaction per stroke, so one undo removes one stroke.
    this.#ctx.board.transact('draw stroke', edit =>
      edit.add({ ...base, xy: [x, y], wh: [w, h], points: bytes }),
    )
    this.#ctx.draft.clear()
  }

  cancel(): void {
    this.#state = { kind: 'idle' }
    this.#ctx.draft.clear()
  }

  #extend(samples: readonly InkPoint[]): void {
    if (this.#state.kind !== 'drawing') return
    const { points } = this.#state
    const minStep = MIN_STEP_PX / this.#ctx.zoom()
    for (const sample of samples) {
      const last = points.at(-1)
      const isNear = last && Math.hypot(sample[0] - last[0], sample[1] - last[1]) < minStep
      if (!isNear && points.length < MAX_INK_POINTS) points.push(sample)
    }
  }

  #show(isWhole: boolean): void {
    if (this.#state.kind !== 'drawing') return
    const { base, points, hasPressure } = this.#state
    this.#ctx.draft.ink({ id: base.id, style: base, points, hasPressure, isWhole })
  }
}
