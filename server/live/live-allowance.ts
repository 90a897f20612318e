/** How much a participant may send of the kinds of live payloads that everybody is shown whether they look or not (PROTOCOL.md, L9).
 * What goes beyond is dropped, as live payloads may be at any time. */
import { LIVE } from '#shared/protocol.ts'
import type { Clock } from './clock.ts'
import { type Rate, TokenBucket } from './rate-limit.ts'

/** More than our page makes: a chat line of 80 letters, some 30 points of a laser. */
const MAX_BYTES: Readonly<Record<number, number>> = {
  [LIVE.laser]: 4096,
  [LIVE.chat]: 512,
  [LIVE.viewport]: 64,
  [LIVE.reaction]: 64,
  [LIVE.summons]: 64,
  [LIVE.caret]: 512,
}

/** Our page tells of a chat line at most ten times a second, and lets one react at most eight times. */
const RATES: Readonly<Record<number, Rate>> = {
  [LIVE.chat]: { perSecond: 12, burst: 40 },
  [LIVE.reaction]: { perSecond: 10, burst: 20 },
  [LIVE.summons]: { perSecond: 0.2, burst: 3 },
}

export class LiveAllowance {
  readonly #clock: Clock
  readonly #buckets = new Map<number, TokenBucket>()
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns whether a payload of this kind and length may be relayed now */
  take(kind: number, bytes: number): boolean {
    if (bytes > (MAX_BYTES[kind] ?? Number.POSITIVE_INFINITY)) return false
    const rate = RATES[kind]
    if (!rate) return true
    const nowMs = this.#clock.nowMs()
    let bucket = this.#buckets.get(kind)
    if (!bucket) {
      bucket = new TokenBucket(rate, nowMs)
      this.#buckets.set(kind, bucket)
    }
    return bucket.take(1, nowMs)
  }
}
