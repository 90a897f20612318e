/** What a tick sends, and to whom (PROTOCOL.md, W11). */
import type { LiveTick } from './live-tick.ts'
import type { Member } from './member.ts'

/** A tick's change of the document, as it goes out. */
export interface Change {
  readonly frame: Uint8Array
  /** The state vector that it builds upon. */
  readonly before: () => Uint8Array
  /** Whose it is alone. */
  readonly sole: Member | undefined
}

export interface TickFrames {
  /** In the order in which they were made. */
  readonly changes: readonly Change[]
  /** For those who speak drawbridge.v1. */
  readonly live: LiveTick | undefined
  readonly presence: Uint8Array | undefined
}

/** `[L7]` From so many members on, cursors go only where they can be seen: below, one write that is the same for all costs less. */
const CROWD = 100

/** The same few arrays of the same bytes for everybody, so that each is made into one write once. In a crowd those who
 * said what they see get live frames of their own. Who has made a change has it, and need not take it in again.
 * @param now  the document's state vector, asked for at most once */
export function sendTick(members: ReadonlySet<Member>, frames: TickFrames, now: () => Uint8Array): void {
  const document = frames.changes.map(({ frame }) => frame)
  const live = frames.live ? [frames.live.whole] : []
  const presence = frames.presence ? [frames.presence] : []
  if (document.length + live.length + presence.length === 0) return
  const before = frames.changes[0]?.before ?? once(now)
  const stock = [...document, ...presence]
  const ours = live.length > 0 ? [...document, ...live, ...presence] : stock
  const ourTransient = [...live, ...presence]
  const isCrowd = members.size >= CROWD
  const soles = new Set(frames.changes.map(({ sole }) => sole))
  for (const member of members) {
    const { connection, outbox, view } = member
    if (!connection.speaksDrawbridge) outbox.tick(stock, presence, before)
    else if (soles.has(member)) {
      const others = frames.changes.filter(({ sole }) => sole !== member).map(({ frame }) => frame)
      outbox.tick([...others, ...live, ...presence], ourTransient, before)
    } else if (isCrowd && view && frames.live)
      outbox.tick(stock, presence, before, frames.live.frameFor(view))
    else outbox.tick(ours, ourTransient, before)
  }
}

export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
