/** Tells authors what became of what they sent: refused, repaired, parked, or how much of it will be durable. Decides nothing;
 * that is the document's and the inbox's. */
import { CLOSE } from '#shared/protocol.ts'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import type { Applied, BoardDocument } from './document.ts'
import type { Inbound, Inbox } from './inbox.ts'
import type { Member } from './member.ts'
import type { Meters, RefusalReason } from './meters.ts'
import { FINAL, type FinalReason, REPAIRED } from './refusals.ts'

/** An answer to our SyncStep1 should be here by then; until then we do not ask again. */
const ASK_AGAIN_MS = 1000

export interface AuthorRepliesDeps {
  readonly document: BoardDocument<Member>
  readonly inbox: Inbox<Member>
  readonly members: ReadonlySet<Member>
  readonly meters: Meters
  readonly clock: Clock
  readonly log: Log
  /** Names the board in logs. */
  readonly board: string
  /** Sends our SyncStep1. */
  readonly askForState: (member: Member) => void
}

export class AuthorReplies {
  readonly #deps: AuthorRepliesDeps

  constructor(deps: AuthorRepliesDeps) {
    this.#deps = deps
  }

  /** After a tick has applied what they sent. */
  tell({ broken, tooBig, refused, parked, parkedTooMuch, repaired }: Applied<Member>): void {
    for (const [member, reason] of broken) {
      this.#deps.inbox.drop(member)
      member.connection.close(CLOSE.badFrame, `not an update: ${reason}`)
    }
    for (const member of parkedTooMuch) {
      this.#deps.inbox.drop(member)
      // Transient on purpose: on its next connection a sound client brings what is missing in its SyncStep2.
      member.connection.close(CLOSE.overloaded, 'too many updates without their predecessors')
    }
    for (const member of tooBig) {
      this.#deps.inbox.dropRest(member)
      this.refuseForGood(member, 'too-big')
    }
    for (const [member, objection] of refused) {
      this.#deps.inbox.dropRest(member)
      this.refuseForGood(member, objection)
    }
    for (const [member, what] of repaired) {
      const { connection } = member
      if (connection.speaksDrawbridge) this.refuse(member, 'repaired', REPAIRED[what])
      this.#deps.log.info({ board: this.#deps.board, connection: connection.id, what }, 'update.repaired')
    }
    for (const member of parked) {
      // What was still waiting when its author left.
      if (this.#deps.members.has(member)) this.#askParked(member)
      else this.#deps.document.forget(member)
    }
  }

  /** `[W8]` Asks for what is missing; not again before an answer can be here. */
  #askParked(member: Member): void {
    if (!this.#deps.members.has(member) || !this.#deps.document.hasParked(member)) return
    const { clock, log } = this.#deps
    const waitMs = member.askedAtMs + ASK_AGAIN_MS - clock.nowMs()
    if (waitMs > 0) {
      if (member.askAgain) return
      member.askAgain = clock.after(waitMs, () => {
        member.askAgain = undefined
        this.#askParked(member)
      })
      return
    }
    member.askedAtMs = clock.nowMs()
    log.info({ board: this.#deps.board, connection: member.connection.id }, 'update.parked')
    this.#deps.askForState(member)
  }

  /** How far each author's messages will be durable with this batch: not for those of whom something is missing. */
  savedCounts(batch: readonly Inbound<Member>[], { unparked }: Applied<Member>): Map<Member, number> {
    const counts = new Map<Member, number>()
    const note = (member: Member): void => {
      const counted =
        member.connection.speaksDrawbridge &&
        member.refusedFor.size === 0 &&
        !this.#deps.document.hasParked(member)
      if (counted) counts.set(member, member.appliedCount)
    }
    for (const { author, isPart } of batch) if (!isPart) note(author)
    for (const author of unparked) note(author)
    return counts
  }

  /** `[W20]` */
  closeOverdrawn(): void {
    for (const { connection } of this.#deps.inbox.takeOverdrawn()) {
      connection.close(CLOSE.tooFast, 'This page sent changes that take too long.')
    }
  }

  /** A message of it will never be in the document. A stock client cannot be told; left connected it would show what nobody
   * else has. */
  refuseForGood(member: Member, reason: FinalReason): void {
    const { frame, closeCode, message } = FINAL[reason]
    if (member.connection.speaksDrawbridge) {
      if (!member.refusedFor.has(reason)) this.refuse(member, reason, frame)
      member.refusedFor.add(reason)
    } else {
      this.#deps.meters.refusals[reason]++
      member.connection.close(closeCode, message)
    }
  }

  /** What waits, parked or in a long message, of somebody who may not write any more. */
  dropWaiting(member: Member): void {
    const isWaiting = this.#deps.inbox.drop(member) || this.#deps.document.hasParked(member)
    this.#deps.document.forget(member)
    if (isWaiting) this.refuseForGood(member, 'read-only')
  }

  refuse(member: Member, reason: RefusalReason, frame: Uint8Array): void {
    this.#deps.meters.refusals[reason]++
    member.outbox.control(frame)
  }
}
