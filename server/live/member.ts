/** A connection's place in one room: what it has sent, what of that is in the document, what it is owed. */
import type { Clock, Timer } from './clock.ts'
import type { Connection } from './connection.ts'
import { Outbox } from './outbox.ts'
import { TokenBucket } from './rate-limit.ts'

/** Each SyncStep1 may cost an encoding of the whole board. A stock client sends one a connection, and one every
 * `resyncInterval` if that is set. */
const STEP1_RATE = { perSecond: 2, burst: 20 }

export class Member {
  readonly connection: Connection
  readonly outbox: Outbox
  readonly step1s: TokenBucket
  /** Document messages taken into the document, from the connection's start. `[W9]` */
  appliedCount = 0
  /** A message of it was refused for good, so `saved` never goes on: what follows is not the first n any more. */
  isRefused = false
  /** When it was last asked for what it has, because something of it is parked. */
  askedAtMs = Number.NEGATIVE_INFINITY
  askAgain: Timer | undefined

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection
    this.outbox = new Outbox(connection, clock)
    this.step1s = new TokenBucket(STEP1_RATE, clock.nowMs())
  }
}
