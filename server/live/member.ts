/** A connection's place in one room: what it has sent, what of that is in the document, what it is owed. */

import type { Box } from '#shared/geometry/box.ts'
import type { Role } from '#shared/roles.ts'
import { type Claims, NO_CLAIMS } from '../access/judge.ts'
import type { Admission } from './admission.ts'
import type { Clock, Timer } from './clock.ts'
import type { Connection } from './connection.ts'
import { LiveAllowance } from './live-allowance.ts'
import { Outbox } from './outbox.ts'
import { TokenBucket } from './rate-limit.ts'
import type { FinalReason } from './refusals.ts'
import type { Writer } from './write-rules.ts'

/** Each SyncStep1 may cost an encoding of the whole board. A stock client sends one a connection, and one every
 * `resyncInterval` if that is set. */
const STEP1_RATE = { perSecond: 2, burst: 20 }

export class Member {
  readonly connection: Connection
  readonly outbox: Outbox
  readonly step1s: TokenBucket
  readonly allowance: LiveAllowance
  role: Role
  /** The mark of its person's shapes. */
  readonly by: string
  readonly claims: Claims
  /** When it came, wall clock. */
  readonly sinceMs: number
  /** Whether it was sent the stored snapshot before it was seated. `[W6]` */
  readonly hasSnapshot: boolean
  /** What is on their screen and around it, board units, when they have said so. `[L7]` */
  view: Box | undefined
  /** Document messages taken into the document, from the connection's start. `[W9]` */
  appliedCount = 0
  /** How many of them it was last told are durable. */
  savedCount = 0
  /** Why messages of it were refused for good. `saved` never goes on then: what follows is not the first n any more. */
  readonly refusedFor = new Set<FinalReason>()
  /** When it was last asked for what it has, because something of it is parked. */
  askedAtMs = Number.NEGATIVE_INFINITY
  askAgain: Timer | undefined

  /** `[L7]` @param box  the box of the board that is on their screen */
  look({ x, y, w, h }: Box): void {
    // As much again on each side half, so that who scrolls finds the cursors there.
    this.view = { x: x - w / 2, y: y - h / 2, w: w * 2, h: h * 2 }
  }

  constructor(
    connection: Connection,
    { role, by, claims = NO_CLAIMS }: Admission,
    clock: Clock,
    sinceMs: number,
    hasSnapshot = false,
  ) {
    this.connection = connection
    this.role = role
    this.by = by
    this.claims = claims
    this.sinceMs = sinceMs
    this.hasSnapshot = hasSnapshot
    this.outbox = new Outbox(connection, clock)
    this.allowance = new LiveAllowance(clock)
    this.step1s = new TokenBucket(STEP1_RATE, clock.nowMs())
  }

  /** `[W24]` What it is held to; `undefined` when it may do everything. */
  get writer(): Writer | undefined {
    return this.role === 'owner' ? undefined : this
  }
}
