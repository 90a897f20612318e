/** A board's log where several nodes append to it: takes in what the others do, sees to it that nothing of it is missed, and that
 * nothing gets into the log before what it builds upon.
 *
 * An update comes from its node at once, and is applied though it is not durable yet; a word that it is in the log, and where, follows.
 * So it is known which entries of the log are in the document. A hole that stays open, a line that was down, a node that is new
 * here: each is healed by reading the log from the hole on. */
import type { BoardId } from '#shared/ids.ts'
import type { NodeId } from '../bus/messages.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { BoardStore } from '../store/store.ts'
import type { Clock, Timer } from './clock.ts'
import { Coverage, NumberSet } from './coverage.ts'
import type { BoardDocument, Change } from './document.ts'
import { Inbox, NO_APPLY_LIMIT } from './inbox.ts'
import type { HealReason, NodeMeters } from './node-meters.ts'
import type { SaverGate } from './saver.ts'

/** A hole may close by itself: the word of one node can come before that of another. */
const HOLE_MS = 200
/** What stays missing is looked for after this, doubled each time up to the maximum. */
const AGAIN_MIN_MS = 250
const AGAIN_MAX_MS = 5000
/** An update that its node has not got into the log by then is appended here: the node may be dead, or cut off from the store. */
export const ADOPT_MS = 3000
/** What waits for what it builds upon is given up after this. If it is in the log, so is what it builds upon, and it is read from there. */
const MAX_LIMBO_MS = 30_000
/** A tick that took so long leaves what was parked for the next one. */
const MAX_MERGE_MS = 10

/** An update of another node that is not known to be in the log. */
interface Unsettled {
  readonly node: NodeId
  readonly number: number
  readonly update: Uint8Array
  readonly sinceMs: number
}

/** One that is in the document. */
interface Outstanding extends Unsettled {
  /** Counts all that were ever applied here. */
  readonly index: number
}

export interface Adopted {
  readonly update: Uint8Array
  /** Of what was applied before it, see `SaverGate`. */
  readonly mark: number
}

/** What is to be done when what came before it from the same source is in the document. */
interface Waiting {
  readonly isUpdate: boolean
  done(): void
}

class Source {
  readonly waiting: Waiting[] = []
}

export interface SharedLogDeps {
  readonly store: Pick<BoardStore, 'readSince'>
  readonly clock: Clock
  readonly log: Log
  readonly document: Pick<
    BoardDocument<unknown>,
    | 'merge'
    | 'isNews'
    | 'stateOf'
    | 'hasParkedElsewhere'
    | 'hasParkedTooMuchElsewhere'
    | 'hasReadyElsewhere'
    | 'forgetElsewhere'
  >
  readonly meters: NodeMeters
  /** Whether this node cannot append now: then it does not adopt. */
  readonly isFailing: () => boolean
  /** Runs one healing after the other, so that a node that comes back does not read all its boards at once. */
  readonly inTurn: <T>(heal: () => Promise<T>) => Promise<T>
}

export interface SharedLogEvents {
  /** There is something for a tick. */
  news(): void
  /** What waited for other nodes' updates to be durable may go on. */
  settled(): void
  /** Updates whose node does not get them into the log, in the order in which they were applied. */
  adopt(updates: readonly Adopted[]): void
  /** Others have appended so much. */
  appendedElsewhere(count: number, bytes: number): void
}

export class SharedLog implements SaverGate {
  readonly #id: BoardId
  readonly #deps: SharedLogDeps
  readonly #events: SharedLogEvents
  #coverage: Coverage
  readonly #inbox: Inbox<Source>
  readonly #bus = new Source()
  readonly #log = new Source()
  /** Numbers of updates that are in the document and not known to be in the log, by their node. */
  readonly #applied = new Map<NodeId, NumberSet>()
  #outstanding: Outstanding[] = []
  /** Just merged. */
  #arrived: Unsettled[] = []
  /** Merged, and waiting in the document for what they build upon. */
  #limbo: Unsettled[] = []
  #appliedCount = 0
  /** Every entry up to here is in the document for certain: it was so when nothing was parked. */
  #solidSeq: number
  #healing: Promise<void> | undefined
  #healTimer: Timer | undefined
  #adoptTimer: Timer | undefined
  #againMs = AGAIN_MIN_MS
  #isStopped = false

  constructor(id: BoardId, lastSeq: number, deps: SharedLogDeps, events: SharedLogEvents) {
    this.#id = id
    this.#deps = deps
    this.#events = events
    this.#coverage = new Coverage(lastSeq)
    this.#solidSeq = lastSeq
    this.#inbox = new Inbox(deps.clock, 0, client => deps.document.stateOf(client), NO_APPLY_LIMIT)
  }

  /** Up to where the log is in the document; `undefined` when a part of that waits for what it builds upon. */
  get throughSeq(): number | undefined {
    return this.#deps.document.hasParkedElsewhere ? undefined : this.#coverage.through
  }

  /** Up to where it is certainly in the document. */
  get solidSeq(): number {
    return this.#solidSeq
  }

  get hasWork(): boolean {
    return !this.#inbox.isEmpty || this.#deps.document.hasReadyElsewhere
  }

  /** Another node has taken an update. */
  hear(node: NodeId, number: number, update: Uint8Array): void {
    if (this.#applied.get(node)?.has(number, number)) return
    this.#push(this.#bus, update, () => {
      const applied = this.#applied.get(node) ?? new NumberSet()
      this.#applied.set(node, applied)
      applied.add(number, number)
      // Kept until it is in the log, and the message it came in is not ours to keep.
      this.#arrived.push({ node, number, update: update.slice(), sinceMs: this.#deps.clock.nowMs() })
    })
  }

  /** Updates of another node are in the log. */
  hearAppended(
    node: NodeId,
    numbers: readonly (readonly [from: number, through: number])[],
    count: number,
    lastSeq: number,
  ): void {
    this.#after(this.#bus, () => {
      const applied = this.#applied.get(node)
      const hasAll = numbers.every(([from, through]) => applied?.has(from, through))
      if (hasAll && count > 0) this.#coverage.appended(count, lastSeq)
      else this.#coverage.note(lastSeq)
      let bytes = 0
      this.#settle(other => {
        const isIn =
          other.node === node && numbers.some(([from, to]) => from <= other.number && other.number <= to)
        if (isIn) bytes += other.update.length
        return isIn
      })
      this.#events.appendedElsewhere(count, bytes)
      this.#look()
    })
  }

  /** This node has appended, and has what it appended. */
  appended(count: number, lastSeq: number): void {
    this.#coverage.appended(count, lastSeq)
    this.#look()
  }

  /** The log goes up to here, as somebody says.
   * @param isLate  nobody will tell of it any more */
  note(lastSeq: number, isLate: boolean): void {
    this.#coverage.note(lastSeq)
    if (isLate && !this.#coverage.isWhole) void this.heal('poll')
    else this.#look()
  }

  /** A node is not here any more, or begins anew with its numbers. What it has not got into the log is adopted in time. */
  forget(node: NodeId): void {
    this.#applied.delete(node)
  }

  /** What a tick takes of it. */
  tick(): Change | undefined {
    const { clock, document, log, meters } = this.#deps
    const startMs = clock.nowMs()
    const { change, broken } = document.merge(
      this.#inbox.tick(),
      () => clock.nowMs() - startMs > MAX_MERGE_MS,
    )
    for (const reason of broken) log.error({ board: boardTag(this.#id), reason }, 'bus.bad_update')
    for (const { author, isPart } of this.#inbox.taken) if (!isPart) finish(author)
    this.#sort()
    const [oldest] = this.#limbo
    const isTooOld = oldest && startMs - oldest.sinceMs > MAX_LIMBO_MS
    if (document.hasParkedElsewhere && (isTooOld || document.hasParkedTooMuchElsewhere)) {
      document.forgetElsewhere()
      this.#applied.clear()
      this.#limbo = []
      // What is dropped may have been counted as being in the document.
      this.#coverage = new Coverage(this.#solidSeq)
      meters.overflowCount++
      void this.heal('parked')
    }
    this.#look()
    return change
  }

  /** Tells what is in the document now from what waits in it. */
  #sort(): void {
    const { document } = this.#deps
    // What came in now may be what the others waited for, so it is before them.
    const unsorted = [...this.#arrived, ...this.#limbo]
    this.#arrived = []
    this.#limbo = []
    for (const each of unsorted) {
      if (document.hasParkedElsewhere && document.isNews(each.update)) this.#limbo.push(each)
      else this.#outstanding.push({ ...each, index: ++this.#appliedCount })
    }
    if (unsorted.length > 0) this.#watchOutstanding()
  }

  mark(): number {
    return this.#appliedCount
  }

  isOpen(mark: number): boolean {
    const [first] = this.#outstanding
    return first === undefined || first.index > mark
  }

  /** Reads what of the log is not in the document; once for all who ask meanwhile.
   * @returns when it was asked for; a failure is logged, and it is tried again */
  heal(reason: HealReason): Promise<void> {
    this.#healing ??= this.#deps
      .inTurn(() => this.#read(reason))
      .finally(() => {
        this.#healing = undefined
        this.#look()
      })
    return this.#healing
  }

  stop(): void {
    this.#isStopped = true
    this.#healTimer?.cancel()
    this.#adoptTimer?.cancel()
  }

  async #read(reason: HealReason): Promise<void> {
    const { store, log, meters } = this.#deps
    meters.heals[reason]++
    let afterSeq = this.#solidSeq
    try {
      for (;;) {
        if (this.#isStopped) return
        const tail = await store.readSince(this.#id, afterSeq)
        if (!tail || this.#isStopped) return
        const { snapshot, updates, throughSeq, lastSeq } = tail
        const from = afterSeq + 1
        for (const update of snapshot ? [snapshot, ...updates] : updates)
          this.#push(this.#log, update, () => {})
        this.#after(this.#log, () => {
          if (throughSeq >= from) this.#coverage.add(from, throughSeq)
          this.#coverage.note(lastSeq)
        })
        meters.healedCount += updates.length
        if (throughSeq >= lastSeq) return
        afterSeq = throughSeq
      }
    } catch (error) {
      log.warn({ board: boardTag(this.#id), reason: errorText(error) }, 'log.read_failed')
    }
  }

  #push(source: Source, update: Uint8Array, done: () => void): void {
    try {
      this.#inbox.push(source, update)
    } catch (error) {
      this.#deps.log.error({ board: boardTag(this.#id), reason: errorText(error) }, 'bus.bad_update')
      return
    }
    source.waiting.push({ isUpdate: true, done })
    this.#events.news()
  }

  #after(source: Source, done: () => void): void {
    if (source.waiting.length === 0) done()
    else source.waiting.push({ isUpdate: false, done })
  }

  /** Something that was outstanding is in the log. */
  #settle(isIn: (other: Unsettled) => boolean): void {
    this.#arrived = this.#arrived.filter(other => !isIn(other))
    this.#limbo = this.#limbo.filter(other => !isIn(other))
    const left = this.#outstanding.filter(other => !isIn(other))
    if (left.length === this.#outstanding.length) return
    this.#outstanding = left
    this.#events.settled()
  }

  #watchOutstanding(): void {
    const [first] = this.#outstanding
    if (!first || this.#adoptTimer || this.#isStopped) return
    const { clock } = this.#deps
    const leftMs = first.sinceMs + ADOPT_MS - clock.nowMs()
    // Where the store fails for this node too, it is looked at again after as long.
    this.#adoptTimer = clock.after(leftMs > 0 ? leftMs : ADOPT_MS, () => {
      this.#adoptTimer = undefined
      const dueMs = clock.nowMs() - ADOPT_MS
      const isFailing = this.#deps.isFailing()
      const due = isFailing ? [] : this.#outstanding.filter(({ sinceMs }) => sinceMs <= dueMs)
      if (due.length > 0) {
        this.#deps.meters.adoptedCount += due.length
        this.#events.adopt(due.map(({ update, index }) => ({ update, mark: index - 1 })))
        this.#settle(other => due.some(each => each.node === other.node && each.number === other.number))
      }
      this.#watchOutstanding()
    })
  }

  /** Sees whether something is missing, and to it that it is found. */
  #look(): void {
    const { clock, document } = this.#deps
    if (!document.hasParkedElsewhere) this.#solidSeq = this.#coverage.through
    const isWhole = this.#coverage.isWhole && !document.hasParkedElsewhere
    if (isWhole) {
      this.#healTimer?.cancel()
      this.#healTimer = undefined
      this.#againMs = AGAIN_MIN_MS
      return
    }
    if (this.#healTimer || this.#healing || this.#isStopped) return
    const delayMs = this.#againMs === AGAIN_MIN_MS ? HOLE_MS : this.#againMs
    this.#healTimer = clock.after(delayMs, () => {
      this.#healTimer = undefined
      this.#againMs = Math.min(AGAIN_MAX_MS, this.#againMs * 2)
      void this.heal(document.hasParkedElsewhere ? 'parked' : 'hole')
    })
  }
}

/** One more of its updates is in the document. */
function finish(source: Source): void {
  source.waiting.shift()?.done()
  while (source.waiting[0]?.isUpdate === false) source.waiting.shift()?.done()
}
