/** What a tick sends, and to whom (PROTOCOL.md, W11). */
import type { Member } from './member.ts'

/** A tick's change of the document, as it goes out. */
export interface Change {
  readonly frame: Uint8Array
  /** The state vector that it builds upon. */
  readonly before: () => Uint8Array
}

export interface TickFrames {
  readonly change: Change | undefined
  /** For those who speak drawbridge.v1. */
  readonly live: Uint8Array | undefined
  readonly presence: Uint8Array | undefined
}

/** The same few arrays of the same bytes for everybody, so that each is made into one write once.
 * @param now  the document's state vector, asked for at most once */
export function sendTick(members: Iterable<Member>, frames: TickFrames, now: () => Uint8Array): void {
  const { change } = frames
  const document = change ? [change.frame] : []
  const live = frames.live ? [frames.live] : []
  const presence = frames.presence ? [frames.presence] : []
  if (document.length + live.length + presence.length === 0) return
  const before = change?.before ?? once(now)
  const stock = [...document, ...presence]
  const ours = live.length > 0 ? [...document, ...live, ...presence] : stock
  const ourTransient = [...live, ...presence]
  for (const { connection, outbox } of members) {
    if (connection.speaksDrawbridge) outbox.tick(ours, ourTransient, before)
    else outbox.tick(stock, presence, before)
  }
}

export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
