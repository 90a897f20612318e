/** Laser pointer: what is drawn with it fades in a second and never enters the board.   idle → pointing → idle */
import type { InkPoint } from '#shared/board/shape.ts'
import type { PointerInput, Tool } from './tool.ts'

/** Where the trail goes. */
export interface LaserSink {
  /** @param isStart  begins another trail */
  point(isStart: boolean, points: readonly InkPoint[]): void
}

export class LaserTool implements Tool {
  readonly cursor = 'crosshair'
  readonly #sink: LaserSink
  #isPointing = false
  constructor(sink: LaserSink) {
    this.#sink = sink
  }

  down({ samples }: PointerInput): void {
    this.#isPointing = true
    this.#sink.point(true, samples)
  }
  move({ samples }: PointerInput): void {
    if (this.#isPointing) this.#sink.point(false, samples)
  }
  up(): void {
    this.cancel()
  }
  cancel(): void {
    this.#isPointing = false
  }
}
