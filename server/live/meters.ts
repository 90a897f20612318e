/** What the process counts while it works, as plain numbers: a count costs an addition, so that the hot path may count every
 * frame for every receiver. What they are called outside, and in which format, is `http/metrics.ts`'s to know. */
import { CLOSE, TAG } from '#shared/protocol.ts'

/** Frames by what they carry; `other` is welcome, saved, refused, role, a query, and what is no frame. */
export const TRAFFIC_KINDS = ['sync', 'awareness', 'live', 'other'] as const

class Flow {
  messages = 0
  bytes = 0
}

export class Traffic {
  readonly sync = new Flow()
  readonly awareness = new Flow()
  readonly live = new Flow()
  readonly other = new Flow()

  /** Looks at the first byte only: every tag is one.
   * @param rest  pieces of the same message that come after it */
  count(frame: Uint8Array, rest: readonly Uint8Array[] = []): void {
    const tag = frame[0]
    const flow =
      tag === TAG.sync
        ? this.sync
        : tag === TAG.awareness
          ? this.awareness
          : tag === TAG.live
            ? this.live
            : this.other
    flow.messages++
    flow.bytes += frame.length
    for (const { length } of rest) flow.bytes += length
  }
}

/** A histogram of durations. */
export class Durations {
  /** Upper bounds, ms. */
  readonly bounds: readonly number[]
  /** How many fell under each bound and over the one before; the last are those over all. */
  readonly counts: number[]
  sumMs = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(ms: number): void {
    let i = 0
    while (i < this.bounds.length && ms > (this.bounds[i] ?? 0)) i++
    this.counts[i] = (this.counts[i] ?? 0) + 1
    this.sumMs += ms
  }
}

/** Work inside one turn of the event loop: from nothing to what everybody notices. */
const WORK_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 16, 25, 50, 100, 250, 1000]
/** Waiting for a disk: `saved` is to take 50 ms at most, mostly. */
const DISK_MS = [1, 2.5, 5, 10, 20, 35, 50, 75, 100, 250, 500, 1000, 2500, 10_000, 60_000]

/** Codes that are told apart. Peers may close with any of four thousand others. */
const COUNTED_CODES: ReadonlySet<number> = new Set([
  ...Object.values(CLOSE),
  ...[1000, 1002, 1005, 1006, 1007, 1009],
])

/** What was not done, and who was told: a participant with a `refused` frame, a newcomer with a close code or a status. */
export const REFUSALS = [
  'not-saving',
  'read-only',
  'not-own',
  'held',
  'too-big',
  'repaired',
  'too-fast',
  'draining',
  'foreign-origin',
  'no-such-board',
  'no-right',
  'wrong-password',
  'too-many-tries',
  'too-many-changes',
  'address-full',
  'address-too-fast',
  'board-full',
  'board-unavailable',
  'too-many-new-boards',
  'too-many-pictures',
  'no-picture',
  'picture-too-big',
  'pictures-full',
] as const
export type RefusalReason = (typeof REFUSALS)[number]

export class Meters {
  readonly received = new Traffic()
  readonly sent = new Traffic()
  /** Pictures, by http. */
  readonly pictures = { received: new Flow(), sent: new Flow() }
  /** A tick of a room from its queue to the last socket. */
  readonly tick = new Durations(WORK_MS)
  /** The part of it that takes a tick's updates into the document. */
  readonly apply = new Durations(WORK_MS)
  /** From the arrival of the oldest message that a commit holds until `saved` goes out. */
  readonly saved = new Durations(DISK_MS)
  /** One append of the store that went well. */
  readonly append = new Durations(DISK_MS)
  appendFailureCount = 0
  /** Updates set aside because what they build upon is missing; those of one connection in one tick count once. */
  parkedCount = 0
  /** Documents found to differ from a client's and brought together again. */
  healCount = 0
  readonly refusals = Object.fromEntries(REFUSALS.map(reason => [reason, 0])) as Record<RefusalReason, number>
  /** Connections that have ended, by close code. */
  readonly disconnects = new Map<number | 'other', number>()

  disconnected(code: number): void {
    const key = COUNTED_CODES.has(code) ? code : 'other'
    this.disconnects.set(key, (this.disconnects.get(key) ?? 0) + 1)
  }
}
