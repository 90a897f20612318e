/** A room's side of its line to the other nodes: what is here is told them, what they tell goes to the document, to presence, to the
 * live frames, as if it had come in here. */

import type { BoardId } from '#shared/ids.ts'
import { encodeAwareness } from '#shared/protocol.ts'
import type { Claims } from '../access/judge.ts'
import type { NodeId, Part } from '../bus/messages.ts'
import type { Changes } from './changes.ts'
import { Elsewhere } from './elsewhere.ts'
import type { LiveRelay } from './live-relay.ts'
import type { LiveTick } from './live-tick.ts'
import type { Member } from './member.ts'
import type { NodeLink } from './node-link.ts'
import type { Nodes } from './nodes.ts'
import type { Presence } from './presence.ts'
import type { Attendee } from './questions.ts'

export interface RoomParts {
  readonly changes: Changes
  readonly presence: Presence
  readonly live: LiveRelay
  readonly members: ReadonlySet<Member>
  /** Everybody on the board, whichever node they are connected to. */
  readonly attendees: () => readonly Attendee[]
  /** Asks for a tick. */
  readonly due: () => void
}

export class RoomLink {
  readonly #room: RoomParts
  readonly #nodes: Nodes
  readonly #link: NodeLink
  readonly #elsewhere: Elsewhere

  constructor(id: BoardId, nodes: Nodes, room: RoomParts) {
    this.#room = room
    this.#nodes = nodes
    this.#elsewhere = new Elsewhere(room.presence, part => this.#say(part))
    this.#link = nodes.open(id, {
      roster: () => [...room.members].flatMap(member => this.#tellOf(member)),
      lastSeq: () => room.changes.shared?.solidSeq ?? 0,
      due: room.due,
      heard: (from, part) => this.#hear(from, part),
      rosterHeard: (from, parts) => this.#hearRoster(from, parts),
      lost: node => this.#lose(node),
      joined: () => void room.changes.shared?.heal('joined'),
      attendeeCount: () => room.members.size + this.visitorCount,
      attendees: room.attendees,
      watermark: (lastSeq, isLate) => room.changes.shared?.note(lastSeq, isLate),
    })
    room.changes.connect(this.#link)
    this.#link.start()
  }

  get visitorCount(): number {
    return this.#elsewhere.count
  }

  get visitors(): Attendee[] {
    return this.#elsewhere.visitors.map(visitor => ({
      participantId: visitor.participantId,
      by: visitor.by,
      clientId: this.#room.presence.primaryOf(visitor),
      claims: JSON.parse(visitor.claims) as Claims,
    }))
  }

  came(member: Member): void {
    this.#room.presence.came(member.connection, member.sinceMs)
    for (const part of this.#tellOf(member)) this.#say(part)
  }

  left({ connection }: Member, isForGood: boolean): void {
    this.#say({ kind: 'left', participantId: connection.id, isForGood })
  }

  /** Sends what the room's tick has for the others.
   * @param live  what went to the members */
  tick(live: LiveTick | undefined): void {
    const { members, presence } = this.#room
    const said = presence.takeSaid()
    if (this.#link.hasPeers) {
      for (const { clientId, payload } of live?.ofThisNode ?? []) {
        this.#link.say({ kind: 'live', clientId, payload })
      }
      for (const { connection } of said.size > 0 ? members : []) {
        for (const entry of said.get(connection)?.values() ?? []) {
          this.#link.say({ kind: 'presence', participantId: connection.id, ...entry })
        }
      }
    }
    this.#link.flush()
  }

  /** Reads what the others have appended, when they cannot tell. */
  async freshen(): Promise<void> {
    const { shared } = this.#room.changes
    if (shared && !this.#nodes.isUp) await this.#nodes.inTime(shared.heal('newcomer'))
  }

  close(): void {
    this.#link.close()
  }

  #say(part: Part): void {
    this.#link.say(part)
    this.#room.due()
  }

  /** Who somebody is, and all that they have said of themselves. */
  #tellOf({ connection, by, claims, sinceMs }: Member): Part[] {
    const { id: participantId, token = '' } = connection
    return [
      { kind: 'came', arrival: { participantId, token, by, claims: JSON.stringify(claims), sinceMs } },
      ...this.#room.presence
        .saidBy(connection)
        .map(entry => ({ kind: 'presence', participantId, ...entry }) as const),
    ]
  }

  #hear(from: NodeId, part: Part): void {
    const { changes, live, presence } = this.#room
    switch (part.kind) {
      case 'update':
        changes.shared?.hear(from, part.number, part.update)
        return
      case 'appended':
        changes.shared?.hearAppended(from, part.numbers, part.count, part.lastSeq)
        return
      case 'folded':
        changes.foldedElsewhere()
        return
      case 'live':
        if (live.add(part.clientId, part.payload.slice(), true)) this.#room.due()
        return
      case 'came':
        this.#elsewhere.came(from, part.arrival)
        return
      case 'left':
        this.#elsewhere.left(from, part.participantId, part.isForGood)
        break
      case 'presence':
        this.#elsewhere.hear(from, part)
        break
      case 'outdated':
        this.#memberOf(part.participantId)?.outbox.control(
          encodeAwareness([{ clientId: part.clientId, clock: part.clock, json: 'null' }]),
        )
        return
      case 'probe':
        this.#memberOf(part.participantId)?.connection.probe()
        return
      case 'replaced':
        this.#memberOf(part.participantId)?.connection.terminate()
        return
    }
    if (presence.hasNews) this.#room.due()
  }

  #hearRoster(from: NodeId, parts: readonly Part[]): void {
    const ids = new Map<string, Set<number>>()
    for (const part of parts) {
      if (part.kind === 'roster') this.#room.changes.shared?.note(part.lastSeq, false)
      else if (part.kind === 'came') ids.set(part.arrival.participantId, new Set())
      else if (part.kind === 'presence') ids.get(part.participantId)?.add(part.clientId)
    }
    // First, so that what they have given up is free for who holds it now.
    this.#elsewhere.keepOnly(from, new Set(ids.keys()))
    for (const part of parts) this.#hear(from, part)
    for (const [participantId, clientIds] of ids) {
      this.#elsewhere.keepOnlyIds(from, participantId, clientIds)
    }
    if (this.#room.presence.hasNews) this.#room.due()
  }

  #lose(node: NodeId): void {
    this.#elsewhere.forget(node)
    this.#room.changes.shared?.forget(node)
    if (this.#room.presence.hasNews) this.#room.due()
  }

  #memberOf(participantId: string): Member | undefined {
    return [...this.#room.members].find(({ connection }) => connection.id === participantId)
  }
}
