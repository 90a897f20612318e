/** What happens to a board's document: changes that came in wait, a tick takes them in, the saver gives them to the store, and
 * their authors are told. Where other nodes have the board open, what they have taken comes in beside it. Knows nothing of
 * presence, nor who gets which frame. */
import type { BoardId } from '#shared/ids.ts'
import { encodeSync, SYNC } from '#shared/protocol.ts'
import { may } from '#shared/roles.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { BoardFacts, BoardStore, StoredBoard } from '../store/store.ts'
import { AuthorReplies } from './author-replies.ts'
import type { Clock } from './clock.ts'
import { Compactor } from './compactor.ts'
import { Coverage } from './coverage.ts'
import { BoardDocument, type Change as DocumentChange, EMPTY_UPDATE } from './document.ts'
import { Inbox } from './inbox.ts'
import type { Member } from './member.ts'
import type { Meters } from './meters.ts'
import type { NodeLink } from './node-link.ts'
import type { Nodes } from './nodes.ts'
import type { ReadDocument } from './read-document.ts'
import { Saver } from './saver.ts'
import { SharedLog } from './shared-log.ts'
import { type Change, once } from './tick-frames.ts'

export interface ChangesDeps {
  readonly store: BoardStore
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  readonly nodes: Nodes | undefined
  readonly members: ReadonlySet<Member>
  readonly limits: { readonly maxBoardBytes: number; readonly maxMessageBytes: number }
}

export interface ChangesEvents {
  /** There is something for a tick. */
  due(): void
  /** The document is another one than before. */
  changed(change: Change): void
  /** Sends our SyncStep1. */
  askForState(member: Member): void
  saved(counts: ReadonlyMap<Member, number>): void
  failing(error: unknown): void
  recovered(): void
}

/** A tick that took so long to apply leaves what was parked for the next one. */
const MAX_APPLY_MS = 10
/** A change is with everybody who reads by then. */
const AT_REST_MS = 2000

export class Changes {
  readonly document: BoardDocument<Member>
  readonly replies: AuthorReplies
  readonly shared: SharedLog | undefined
  readonly #id: BoardId
  readonly #deps: ChangesDeps
  readonly #events: ChangesEvents
  readonly #inbox: Inbox<Member>
  readonly #saver: Saver<Member>
  readonly #compactor: Compactor
  /** What of the log is in the document, where nobody else appends. */
  readonly #coverage: Coverage
  #link: NodeLink | undefined
  /** The name that the next tick gives the board. */
  #newName: string | undefined
  /** When the first of what is in the inbox came in. */
  #inboundSinceMs = 0
  #changedAtMs = Number.NEGATIVE_INFINITY

  /** @param read  what `stored` comes to
   * @throws Error when what is stored cannot be read */
  constructor(stored: StoredBoard, deps: ChangesDeps, events: ChangesEvents, read?: ReadDocument) {
    const { store, clock, log, limits, nodes, meters } = deps
    this.#id = stored.record.id
    this.#deps = deps
    this.#events = events
    this.#coverage = new Coverage(stored.lastSeq)
    const gate = { writerOf: (member: Member) => member.writer, nowMs: () => clock.nowMs() }
    this.document = new BoardDocument(stored, limits.maxBoardBytes, gate, read)
    if (this.document.hasGap) log.error({ board: boardTag(this.#id) }, 'room.log_gap')
    this.#inbox = new Inbox(clock, limits.maxMessageBytes, client => this.document.stateOf(client))
    this.shared = nodes && this.#shareLog(nodes, stored.lastSeq)
    this.replies = new AuthorReplies({
      document: this.document,
      inbox: this.#inbox,
      members: deps.members,
      meters,
      clock,
      log,
      board: boardTag(this.#id),
      askForState: member => events.askForState(member),
    })
    this.#compactor = new Compactor(this.#id, stored, {
      store,
      encode: () => this.document.encode(),
      throughSeq: () => (this.shared ?? this.#coverage).throughSeq,
      isFirst: () => this.#link?.isFirst ?? true,
      folded: throughSeq => {
        this.#link?.say({ kind: 'folded', throughSeq })
        this.#link?.flush()
      },
      failed: error =>
        log.warn({ board: boardTag(this.#id), reason: errorText(error) }, 'store.compact_failed'),
    })
    this.#saver = new Saver(
      this.#id,
      { store, clock, meters, facts: () => this.facts, gate: this.shared },
      {
        saved: counts => events.saved(counts),
        appended: (seq, updates, numbers, isAllOurs) => {
          ;(this.shared ?? this.#coverage).appended(updates.length, seq)
          this.#link?.appended(numbers, updates.length, seq, isAllOurs)
          this.#compactor.appended(updates)
        },
        failing: error => events.failing(error),
        recovered: () => events.recovered(),
      },
    )
  }

  /** From here on other nodes are told. */
  connect(link: NodeLink): void {
    this.#link = link
  }

  get facts(): BoardFacts {
    return this.document.facts
  }

  get isFailing(): boolean {
    return this.#saver.isFailing
  }

  get hasWork(): boolean {
    const isInbound = !this.#inbox.isEmpty || this.document.hasReady
    return isInbound || this.#newName !== undefined || (this.shared?.hasWork ?? false)
  }

  /** Whether everything that came in is durable. */
  get isClean(): boolean {
    return this.#inbox.isEmpty && this.#newName === undefined && this.#saver.isClean
  }

  /** Whether nothing is on its way into the document, nor has lately been. */
  get isAtRest(): boolean {
    return this.#inbox.isEmpty && this.#deps.clock.nowMs() - this.#changedAtMs >= AT_REST_MS
  }

  receive(member: Member, update: Uint8Array): void {
    const { clock } = this.#deps
    // Whoever may write anything may comment; what else they may is asked of each change.
    const isAllowed = may(member.role, 'comment')
    if (!isAllowed) {
      const startMs = clock.nowMs()
      const isNews = this.document.isNews(update)
      this.#inbox.charge(member, clock.nowMs() - startMs)
      this.replies.closeOverdrawn()
      if (isNews) {
        this.replies.refuseForGood(member, 'read-only')
        return
      }
    }
    if (this.#inbox.isEmpty) this.#inboundSinceMs = clock.nowMs()
    // `[W19]` Everybody answers a SyncStep1; what brings nothing new still counts for `saved`.
    this.#inbox.push(member, isAllowed ? update : EMPTY_UPDATE)
    this.#events.due()
  }

  /** A change of the server's own, for whoever asked for it by other ways than a connection. */
  rename(name: string): void {
    this.#newName = name
    this.#events.due()
  }

  /** @returns what changed, in the order in which it did */
  tick(): Change[] {
    const merged = this.shared?.hasWork ? this.#changed(this.shared.tick()) : undefined
    const applied = !this.#inbox.isEmpty || this.document.hasReady ? this.#applyInbound() : undefined
    const renamed = this.#newName === undefined ? undefined : this.#applyName(this.#newName)
    return [merged, applied, renamed].filter(change => change !== undefined)
  }

  /** Drops what waits of somebody. */
  drop(member: Member): void {
    this.#inbox.drop(member)
  }

  get hasInbound(): boolean {
    return !this.#inbox.isEmpty
  }

  /** Resolves when everything given to the saver is durable. */
  flush(): Promise<void> {
    return this.#saver.flush()
  }

  /** Before it is unloaded, when it is clean. A board that others have open is compacted by them. */
  async settle(): Promise<void> {
    if (!this.#link?.hasPeers) await this.#compactor.leave()
  }

  foldedElsewhere(): void {
    this.#compactor.foldedElsewhere()
  }

  stop(): void {
    this.#saver.abandon()
    this.shared?.stop()
    this.document.destroy()
  }

  /** @param sole  whose change it is alone */
  #changed(change: DocumentChange | undefined, sole?: Member): Change | undefined {
    if (!change) return undefined
    this.#changedAtMs = this.#deps.clock.nowMs()
    const frame = encodeSync(SYNC.update, change.update)
    const told = { frame, before: once(() => change.before()), sole }
    this.#events.changed(told)
    return told
  }

  #applyInbound(): Change | undefined {
    const { clock, meters } = this.#deps
    const startMs = clock.nowMs()
    const applied = this.document.apply(this.#inbox.tick(), () => clock.nowMs() - startMs > MAX_APPLY_MS)
    const batch = this.#inbox.taken
    meters.apply.observe(clock.nowMs() - startMs)
    meters.parkedCount += applied.parked.size
    for (const { author, isPart } of batch) if (!isPart) author.appliedCount++
    const { change, sole } = applied
    const told = this.#changed(change, sole)
    this.replies.tell(applied)
    this.replies.closeOverdrawn()
    const number = change && this.#link?.update(change.update)
    this.#saver.add(change?.update, this.replies.savedCounts(batch, applied), this.#inboundSinceMs, number)
    return told
  }

  #applyName(name: string): Change | undefined {
    this.#newName = undefined
    const change = this.document.rename(name)
    const told = this.#changed(change)
    const number = change && this.#link?.update(change.update)
    this.#saver.add(change?.update, new Map(), this.#deps.clock.nowMs(), number)
    return told
  }

  #shareLog(nodes: Nodes, lastSeq: number): SharedLog {
    const { store, clock, log } = this.#deps
    return new SharedLog(
      this.#id,
      lastSeq,
      {
        store,
        clock,
        log,
        document: this.document,
        meters: nodes.meters,
        isFailing: () => this.isFailing,
        inTurn: heal => nodes.inTurn(heal),
      },
      {
        news: () => this.#events.due(),
        settled: () => this.#saver.proceed(),
        adopt: updates => {
          log.warn({ board: boardTag(this.#id), updates: updates.length }, 'log.adopted')
          for (const { update, mark } of updates) this.#saver.adopt(update, mark)
        },
        appendedElsewhere: (count, bytes) => this.#compactor.appendedElsewhere(count, bytes),
      },
    )
  }
}
