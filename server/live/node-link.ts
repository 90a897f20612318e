/** One board's line to the other nodes that have it open: what a tick has for them goes out as one message, what they say is told
 * apart and handed on. Notices who is there, and when a message was missed; what it carried is then asked for.
 *
 * As long as nobody else has the board open nothing is sent: whoever opens it says hello, and is told what there is. */
import type { BoardId } from '#shared/ids.ts'
import type { BusListener } from '../bus/bus.ts'
import {
  type BusMessage,
  decodeMessage,
  encodeMessage,
  type NodeId,
  type Part,
  senderOf,
} from '../bus/messages.ts'
import type { Clock, Timer } from './clock.ts'
import { NumberSet } from './coverage.ts'

/** After the last message its number is told again, less and less often: whoever missed that one would not know. */
const ECHO_MIN_MS = 1000
const ECHO_MAX_MS = 64_000
/** What is durable is told with the next tick, or after this. */
const TOLD_MS = 5
/** Changes that are not durable yet, kept for who opens the board; the log will have the others. */
const MAX_UNSAVED_BYTES = 4 << 20

/** Epoch of what is said about a board that is not open at its sender. */
export const IN_PASSING = 0

export interface NodeLinkEvents {
  /** Everything that this node has on the board, besides its document. */
  roster(): Part[]
  /** Up to where the log is in the document here. */
  lastSeq(): number
  /** There is something to send. */
  due(): void
  /** What another node says of itself and its people; a roster has all of a message's parts. */
  heard(from: NodeId, part: Part): void
  rosterHeard(from: NodeId, parts: readonly Part[]): void
  /** A node is not here any more. */
  lost(node: NodeId): void
  /** From here on everything is heard; what was said before may have been missed. */
  joined(): void
}

export interface NodeLinkDeps {
  readonly self: NodeId
  /** Tells this time of the board's being open here from those before. */
  readonly epoch: number
  readonly clock: Clock
  readonly publish: (message: Uint8Array) => void
  readonly listen: (listener: BusListener) => () => void
  /** A sign of life of a node. */
  readonly seen: (node: NodeId) => void
  readonly missed: (count: number) => void
  readonly closed: () => void
}

interface Peer {
  readonly epoch: number
  count: number
}

export class NodeLink implements BusListener {
  readonly boardId: BoardId
  readonly #deps: NodeLinkDeps
  readonly #events: NodeLinkEvents
  readonly #peers = new Map<NodeId, Peer>()
  /** Peers that fell silent; if they are heard of again they are asked what they have. */
  readonly #silent = new Set<NodeId>()
  readonly #unsaved = new Map<number, Uint8Array>()
  #unsavedBytes = 0
  #parts: Part[] = []
  #number = 0
  #count = 0
  #isAsked = false
  #isJoined = false
  #stopListening: (() => void) | undefined
  #echo: Timer | undefined
  #echoMs = ECHO_MIN_MS
  #told: Timer | undefined

  constructor(boardId: BoardId, deps: NodeLinkDeps, events: NodeLinkEvents) {
    this.boardId = boardId
    this.#deps = deps
    this.#events = events
  }

  start(): void {
    this.#stopListening = this.#deps.listen(this)
  }

  /** Whether another node has the board open, as far as is known. */
  get hasPeers(): boolean {
    return this.#peers.size > 0
  }

  /** Whether what one node does for all is this one's. */
  get isFirst(): boolean {
    return [...this.#peers.keys()].every(peer => this.#deps.self < peer)
  }

  /** A change of the document that was made here.
   * @returns its number */
  update(update: Uint8Array): number {
    const number = ++this.#number
    this.#unsaved.set(number, update)
    this.#unsavedBytes += update.length
    for (const [oldest, { length }] of this.#unsaved) {
      if (this.#unsavedBytes <= MAX_UNSAVED_BYTES) break
      this.#unsaved.delete(oldest)
      this.#unsavedBytes -= length
    }
    this.say({ kind: 'update', number, update })
    return number
  }

  /** Own changes are in the log.
   * @param isAllOurs  whether the entries hold nothing else */
  appended(numbers: readonly number[], count: number, lastSeq: number, isAllOurs: boolean): void {
    const runs = new NumberSet()
    for (const number of numbers) {
      runs.add(number, number)
      this.#unsavedBytes -= this.#unsaved.get(number)?.length ?? 0
      this.#unsaved.delete(number)
    }
    this.say({ kind: 'appended', numbers: runs.runs, count: isAllOurs ? count : 0, lastSeq })
    if (this.#parts.length === 0) return
    this.#told ??= this.#deps.clock.after(TOLD_MS, () => {
      this.#told = undefined
      this.flush()
    })
  }

  /** Goes out with the next `flush`, if there is anybody. */
  say(part: Part): void {
    if (this.hasPeers) this.#parts.push(part)
  }

  /** To all who listen, known or not, at once. */
  tellAll(part: Part): void {
    this.#parts.push(part)
    this.flush()
  }

  /** Sends what there is, as one message. */
  flush(): void {
    const parts = this.#parts
    this.#parts = []
    if (this.#isAsked) {
      this.#isAsked = false
      parts.push(...this.#roster())
    }
    if (parts.length > 0) this.#send(parts)
  }

  heard(bytes: Uint8Array): void {
    const { self, seen, missed } = this.#deps
    const sender = senderOf(bytes)
    if (sender === undefined || sender === self) return
    const message = decodeMessage(bytes)
    if (!message) return
    seen(sender)
    if (message.epoch === IN_PASSING) {
      for (const part of message.parts) this.#events.heard(sender, part)
      return
    }
    const isGone = message.parts.some(({ kind }) => kind === 'gone')
    const peer = this.#peerOf(message, isGone)
    if (!peer) return
    const gap = message.count - peer.count - 1
    peer.count = Math.max(peer.count, message.count)
    const roster = message.parts.findIndex(({ kind }) => kind === 'roster')
    if (gap > 0) {
      missed(gap)
      // A roster has all that there is; without one it is asked for.
      if (roster < 0) this.#ask(sender)
    }
    for (const part of roster < 0 ? message.parts : message.parts.slice(0, roster)) {
      // What comes late or twice has been made good for; of a document it does no harm.
      if (gap >= 0 || part.kind === 'update' || part.kind === 'appended') this.#hand(sender, part)
    }
    if (roster >= 0 && gap >= 0) this.#events.rosterHeard(sender, message.parts.slice(roster))
    if (isGone) this.#drop(sender)
  }

  joined(): void {
    this.#isJoined = true
    this.#echoMs = ECHO_MIN_MS
    this.#parts = []
    this.#send([{ kind: 'hello', to: '' }, ...this.#roster()])
    this.#events.joined()
  }

  /** Nothing has been heard of a node for so long that it must be taken for dead. */
  silent(node: NodeId): void {
    if (!this.#peers.has(node)) return
    this.#silent.add(node)
    this.#drop(node)
  }

  /** A silent node is heard of again. */
  back(node: NodeId): void {
    if (this.#silent.delete(node) && !this.#peers.has(node)) this.#ask(node)
  }

  close(): void {
    this.#echo?.cancel()
    this.#told?.cancel()
    if (this.#isJoined && this.hasPeers) this.#send([...this.#parts, { kind: 'gone' }])
    this.#echo?.cancel()
    this.#stopListening?.()
    this.#deps.closed()
  }

  /** Where its messages are counted. One that is not known, or begins anew, is asked for what it has. */
  #peerOf({ sender, epoch, count, parts }: BusMessage, isGone: boolean): Peer | undefined {
    const known = this.#peers.get(sender)
    if (known && known.epoch > epoch) return undefined
    if (known?.epoch === epoch) return known
    if (isGone) return undefined
    if (known) this.#drop(sender)
    // The count before it, so that nothing seems missed: what was is in the roster.
    const peer = { epoch, count: count - 1 }
    this.#peers.set(sender, peer)
    this.#silent.delete(sender)
    if (!parts.some(({ kind }) => kind === 'roster')) this.#ask(sender)
    return peer
  }

  #hand(sender: NodeId, part: Part): void {
    if (part.kind !== 'hello') {
      this.#events.heard(sender, part)
      return
    }
    if (part.to !== '' && part.to !== this.#deps.self) return
    this.#isAsked = true
    this.#events.due()
  }

  #ask(node: NodeId): void {
    this.#parts.push({ kind: 'hello', to: node })
    this.#events.due()
  }

  #drop(node: NodeId): void {
    this.#peers.delete(node)
    this.#events.lost(node)
  }

  #roster(): Part[] {
    const updates = [...this.#unsaved].map(
      ([number, update]) => ({ kind: 'update', number, update }) as const,
    )
    return [{ kind: 'roster', lastSeq: this.#events.lastSeq() }, ...this.#events.roster(), ...updates]
  }

  #send(parts: readonly Part[]): void {
    const { self, epoch, publish } = this.#deps
    publish(encodeMessage({ sender: self, epoch, count: ++this.#count, parts }))
    if (parts.length > 0) this.#echoMs = ECHO_MIN_MS
    this.#echoLater()
  }

  #echoLater(): void {
    this.#echo?.cancel()
    if (this.#echoMs > ECHO_MAX_MS && !this.hasPeers) return
    this.#echo = this.#deps.clock.after(Math.min(this.#echoMs, ECHO_MAX_MS), () => {
      this.#echoMs *= 2
      this.#send([])
    })
  }
}
