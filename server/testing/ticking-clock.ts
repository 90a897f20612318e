/** A clock on which time passes whenever somebody looks at it. */
import { ManualClock } from './manual-clock.ts'

export class TickingClock extends ManualClock {
  readonly #msPerLook: number

  constructor(msPerLook: number) {
    super()
    this.#msPerLook = msPerLook
  }

  override nowMs(): number {
    this.advance(this.#msPerLook)
    return super.nowMs()
  }
}
