/** Token buckets: so much a second on average, with a burst. Pure arithmetic; the time comes in as an argument. */

export interface Rate {
  /** Tokens that flow in each second; 0 is no limit. */
  readonly perSecond: number
  /** How many a full bucket holds. */
  readonly burst: number
}

export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #atMs: number

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#atMs = nowMs
  }

  /** Takes `count` tokens if they are there; takes none otherwise. */
  take(count: number, nowMs: number): boolean {
    if (this.#rate.perSecond === 0) return true
    this.#refill(nowMs)
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }

  /** Takes `count` tokens whether they are there or not: what is only known when it is spent.
   * @returns whether they were */
  spend(count: number, nowMs: number): boolean {
    if (this.#rate.perSecond === 0) return true
    this.#refill(nowMs)
    this.#tokens -= count
    return this.#tokens >= 0
  }

  /** Whether it is as good as new, so that nothing is lost by forgetting it. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs)
    return this.#tokens >= this.#rate.burst
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs / 1000) * this.#rate.perSecond)
    this.#atMs = nowMs
  }
}

/** Buckets are swept for full ones when there are this many more than after the last sweep. */
const SWEEP_EVERY = 1000

/** One bucket a key, an address for instance; keys that have been quiet are forgotten. */
export class KeyedBuckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, TokenBucket>()
  #sweepAt = SWEEP_EVERY

  constructor(rate: Rate) {
    this.#rate = rate
  }

  take(key: string, nowMs: number): boolean {
    if (this.#rate.perSecond === 0) return true
    let bucket = this.#buckets.get(key)
    if (!bucket) {
      if (this.#buckets.size >= this.#sweepAt) this.#sweep(nowMs)
      bucket = new TokenBucket(this.#rate, nowMs)
      this.#buckets.set(key, bucket)
    }
    return bucket.take(1, nowMs)
  }

  get size(): number {
    return this.#buckets.size
  }

  #sweep(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key)
    this.#sweepAt = this.#buckets.size + SWEEP_EVERY
  }
}
