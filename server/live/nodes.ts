/** This node among the others: which of them are alive, what the boards that are open here hear of each other, and what is done while
 * the bus is down. Then the store is asked what has changed, once a second for all open boards, so that people go on seeing
 * true states, later. */
import type { BoardId } from '#shared/ids.ts'
import type { Bus, BusListener, BusMeters } from '../bus/bus.ts'
import { decodeMessage, encodeMessage, type NodeId, type Part, senderOf } from '../bus/messages.ts'
import { errorText, type Log } from '../log.ts'
import type { BoardStore } from '../store/store.ts'
import type { Clock, Timer } from './clock.ts'
import { IN_PASSING, NodeLink, type NodeLinkEvents } from './node-link.ts'
import { NodeMeters } from './node-meters.ts'
import { type Attendance, type Attended, Questions } from './questions.ts'

/** A node says that it is there so often. */
export const BEAT_MS = 1000
/** Nothing of a node for so long, and its people are taken to be gone. */
export const SILENT_MS = 5000
/** The own heartbeat has not come back for so long: the lines are dead without having said so. */
const DEAF_MS = 3000
/** While the bus is up the store is asked this rarely, to be safe. */
const CAREFUL_POLL_MS = 10_000
/** So many boards read the log at a time. */
const MAX_HEALS = 4
const BOARDS_PER_QUESTION = 1000
/** A newcomer does not wait longer for what the store may have. */
const FRESH_MS = 1000

const NODES_CHANNEL = 'drawbridge:nodes'
const channelOf = (id: BoardId): string => `drawbridge:board:${id}`

export interface OpenBoard extends NodeLinkEvents, Attended {
  /** The log goes up to here. */
  watermark(lastSeq: number, isLate: boolean): void
}

export interface RightsWatcher {
  /** Something about rights on a board may have changed. */
  accessChanged(id: BoardId): void
  /** Rights on a board are at this version. */
  accessVersion(id: BoardId, version: number): void
  /** Somebody who cannot be told apart when they come again is to go. */
  personRemoved(id: BoardId, by: string): void
}

export interface NodesDeps {
  readonly bus: Bus
  readonly store: Pick<BoardStore, 'watermarks'>
  readonly clock: Clock
  readonly log: Log
}

export class Nodes {
  readonly id: NodeId = createNodeId()
  readonly meters = new NodeMeters()
  readonly #deps: NodesDeps
  readonly #open = new Map<NodeLink, OpenBoard>()
  readonly #heardAtMs = new Map<NodeId, number>()
  readonly #lost = new Set<NodeId>()
  /** When each heartbeat that has not come back was sent. */
  readonly #beats = new Map<number, number>()
  readonly #questions: Questions
  readonly #stopListening: () => void
  #rights: RightsWatcher | undefined
  #epoch = 0
  #count = 0
  #beat: Timer | undefined
  #beatAtMs: number
  #selfHeardAtMs: number
  #polledAtMs = Number.NEGATIVE_INFINITY
  #isPolling = false
  #healCount = 0
  readonly #waiting: (() => void)[] = []

  constructor(deps: NodesDeps) {
    this.#deps = deps
    this.#beatAtMs = deps.clock.nowMs()
    this.#selfHeardAtMs = this.#beatAtMs
    this.#questions = new Questions({ self: this.id, bus: deps.bus, clock: deps.clock })
    this.#stopListening = deps.bus.listen(NODES_CHANNEL, {
      heard: message => this.#heard(message),
      joined: () => {
        this.#selfHeardAtMs = this.#deps.clock.nowMs()
        this.#say({ kind: 'alive' })
      },
    })
    this.#schedule()
  }

  get busMeters(): BusMeters {
    return this.#deps.bus.meters
  }

  /** Whether the nodes hear each other. */
  get isUp(): boolean {
    return this.#deps.bus.isUp && this.#deps.clock.nowMs() - this.#selfHeardAtMs < DEAF_MS
  }

  /** Other nodes that are alive. */
  get otherCount(): number {
    return this.#heardAtMs.size
  }

  watchRights(rights: RightsWatcher): void {
    this.#rights = rights
  }

  /** A board is open here, until the link is closed. */
  open(id: BoardId, board: OpenBoard): NodeLink {
    const { bus, clock } = this.#deps
    const channel = channelOf(id)
    const link: NodeLink = new NodeLink(
      id,
      {
        self: this.id,
        epoch: ++this.#epoch,
        clock,
        publish: message => bus.publish(channel, message),
        listen: (listener: BusListener) => bus.listen(channel, listener),
        seen: node => this.#seen(node),
        missed: count => {
          this.meters.missedCount += count
        },
        closed: () => this.#open.delete(link),
      },
      {
        roster: () => board.roster(),
        lastSeq: () => board.lastSeq(),
        due: () => board.due(),
        lost: node => board.lost(node),
        rosterHeard: (from, parts) => board.rosterHeard(from, parts),
        heard: (from, part) => {
          if (part.kind === 'access') this.#rights?.accessChanged(id)
          else if (part.kind === 'removed') this.#rights?.personRemoved(id, part.by)
          else if (part.kind === 'asked') this.#questions.answer(from, part, board)
          else board.heard(from, part)
        },
        joined: () => {
          board.joined()
          this.#rights?.accessChanged(id)
        },
      },
    )
    this.#open.set(link, board)
    return link
  }

  /** To the other nodes that have a board open, from one that may not. */
  tell(id: BoardId, part: Extract<Part, { kind: 'access' | 'removed' }>): void {
    const open = [...this.#open.keys()].find(({ boardId }) => boardId === id)
    if (open) open.tellAll(part)
    else {
      const message = encodeMessage({ sender: this.id, epoch: IN_PASSING, count: 0, parts: [part] })
      this.#deps.bus.publish(channelOf(id), message)
    }
  }

  /** Who is on a board that is not open here.
   * @returns `undefined` when no other node says that it has it open, as while the bus is down */
  attendance(id: BoardId, wantsPeople: boolean): Promise<Attendance | undefined> {
    return this.#questions.ask(id, channelOf(id), wantsPeople)
  }

  /** Runs a few at a time, in the order in which they were asked for. */
  async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#healCount >= MAX_HEALS) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#healCount++
    try {
      return await run()
    } finally {
      this.#healCount--
      this.#waiting.shift()?.()
    }
  }

  /** Resolves when that is done, or when it takes too long for somebody who waits. */
  async inTime(done: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = this.#deps.clock.after(FRESH_MS, resolve)
    await Promise.race([done, late])
    timer.cancel()
  }

  async close(): Promise<void> {
    this.#beat?.cancel()
    this.#say({ kind: 'bye' })
    this.#stopListening()
    this.#questions.close()
    await this.#deps.bus.close()
  }

  #schedule(): void {
    this.#beat = this.#deps.clock.after(BEAT_MS, () => {
      this.#schedule()
      this.#look()
    })
  }

  #look(): void {
    const { bus, clock, log } = this.#deps
    const nowMs = clock.nowMs()
    const stalledMs = nowMs - this.#beatAtMs - BEAT_MS
    this.#beatAtMs = nowMs
    if (stalledMs > BEAT_MS) {
      // This process stood still: what the others have said meanwhile is about to be read.
      for (const [node, atMs] of this.#heardAtMs) this.#heardAtMs.set(node, atMs + stalledMs)
      this.#selfHeardAtMs += stalledMs
    }
    for (const [node, atMs] of this.#heardAtMs) {
      if (nowMs - atMs > SILENT_MS) this.#lose(node, 'node.silent')
    }
    if (bus.isUp && nowMs - this.#selfHeardAtMs >= DEAF_MS) {
      log.warn({ ms: Math.round(nowMs - this.#selfHeardAtMs) }, 'bus.deaf')
      this.#selfHeardAtMs = nowMs
      bus.renew()
    }
    this.#say({ kind: 'alive' })
    void this.#poll()
  }

  #say(part: Part): void {
    const count = ++this.#count
    this.#beats.set(count, this.#deps.clock.nowMs())
    this.#beats.delete(count - 10)
    this.#deps.bus.publish(NODES_CHANNEL, encodeMessage({ sender: this.id, epoch: 0, count, parts: [part] }))
  }

  #heard(bytes: Uint8Array): void {
    const sender = senderOf(bytes)
    const message = sender === undefined ? undefined : decodeMessage(bytes)
    if (!message) return
    if (sender === this.id) {
      const nowMs = this.#deps.clock.nowMs()
      this.#selfHeardAtMs = nowMs
      const sentAtMs = this.#beats.get(message.count)
      if (sentAtMs !== undefined) this.meters.lag.observe(nowMs - sentAtMs)
      return
    }
    if (message.parts.some(({ kind }) => kind === 'bye')) this.#lose(message.sender, 'node.ended')
    else this.#seen(message.sender)
  }

  #seen(node: NodeId): void {
    const isNew = !this.#heardAtMs.has(node)
    this.#heardAtMs.set(node, this.#deps.clock.nowMs())
    if (!isNew) return
    this.#deps.log.info({ node }, 'node.seen')
    if (!this.#lost.delete(node)) return
    for (const link of this.#open.keys()) link.back(node)
  }

  #lose(node: NodeId, event: 'node.silent' | 'node.ended'): void {
    if (!this.#heardAtMs.delete(node)) return
    if (event === 'node.silent') {
      this.meters.lostNodeCount++
      this.#lost.add(node)
    }
    this.#deps.log.warn({ node }, event)
    for (const link of this.#open.keys()) link.silent(node)
  }

  /** Asks the store where the open boards stand. */
  async #poll(): Promise<void> {
    const { store, clock, log } = this.#deps
    const isLate = !this.isUp
    const nowMs = clock.nowMs()
    if (this.#isPolling || (!isLate && nowMs - this.#polledAtMs < CAREFUL_POLL_MS)) return
    this.#polledAtMs = nowMs
    this.#isPolling = true
    const boards = new Map([...this.#open].map(([{ boardId }, board]) => [boardId, board]))
    const ids = [...boards.keys()]
    try {
      for (let start = 0; start < ids.length; start += BOARDS_PER_QUESTION) {
        const marks = await store.watermarks(ids.slice(start, start + BOARDS_PER_QUESTION))
        for (const [id, { lastSeq, accessVersion }] of marks) {
          boards.get(id)?.watermark(lastSeq, isLate)
          this.#rights?.accessVersion(id, accessVersion)
        }
      }
    } catch (error) {
      log.warn({ reason: errorText(error) }, 'log.poll_failed')
    } finally {
      this.#isPolling = false
    }
  }
}

/** Random, because a node that starts again is another one: nobody waits for what the one before had. */
function createNodeId(): NodeId {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('base64url')
}
