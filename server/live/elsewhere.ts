/** Who is on a board by way of other nodes. Each node says who is connected to it and what they say of themselves; here they hold
 * client ids beside the connections of this node, by the same rules (presence.ts). A node that falls silent takes its people along. */
import type { Arrival, NodeId, Part } from '../bus/messages.ts'
import type { Holder, Presence } from './presence.ts'

/** Somebody who is connected to another node. */
export interface Visitor extends Holder {
  readonly participantId: string
  /** The mark of their person. */
  readonly by: string
  /** As `Arrival` has them. */
  readonly claims: string
  readonly isElsewhere: true
}

export class Elsewhere {
  readonly #presence: Presence
  readonly #tell: (part: Part) => void
  readonly #visitors = new Map<NodeId, Map<string, Visitor>>()
  #count = 0

  /** @param tell  lets all nodes know; only the one where the participant is does something about it */
  constructor(presence: Presence, tell: (part: Part) => void) {
    this.#presence = presence
    this.#tell = tell
  }

  get count(): number {
    return this.#count
  }

  get visitors(): Visitor[] {
    return [...this.#visitors.values()].flatMap(ofNode => [...ofNode.values()])
  }

  came(node: NodeId, { participantId, token, by, claims, sinceMs }: Arrival): void {
    const ofNode = this.#visitors.get(node) ?? new Map<string, Visitor>()
    if (ofNode.has(participantId)) return
    const tell = this.#tell
    const visitor: Visitor = {
      participantId,
      by,
      claims,
      token: token === '' ? undefined : token,
      isElsewhere: true,
      terminate: () => tell({ kind: 'replaced', participantId }),
      probe: () => tell({ kind: 'probe', participantId }),
    }
    this.#presence.came(visitor, sinceMs)
    ofNode.set(participantId, visitor)
    this.#visitors.set(node, ofNode)
    this.#count++
  }

  /** @param isForGood  whoever it was has left, not only lost the connection */
  left(node: NodeId, participantId: string, isForGood = false): void {
    const ofNode = this.#visitors.get(node)
    const visitor = ofNode?.get(participantId)
    if (!ofNode || !visitor) return
    ofNode.delete(participantId)
    if (ofNode.size === 0) this.#visitors.delete(node)
    this.#count--
    this.#presence.leave(visitor, isForGood)
  }

  hear(node: NodeId, { participantId, clientId, clock, json }: Extract<Part, { kind: 'presence' }>): void {
    const visitor = this.#visitors.get(node)?.get(participantId)
    if (!visitor) return
    const outdated = this.#presence.hear(visitor, { clientId, clock, json })
    if (outdated) this.#tell({ kind: 'outdated', participantId, clientId, clock: outdated.clock })
  }

  /** These are all that a node has; who is not among them has left unheard. */
  keepOnly(node: NodeId, participantIds: ReadonlySet<string>): void {
    for (const id of [...(this.#visitors.get(node)?.keys() ?? [])]) {
      if (!participantIds.has(id)) this.left(node, id)
    }
  }

  /** These are all the client ids of which a participant has said something that still holds. */
  keepOnlyIds(node: NodeId, participantId: string, clientIds: ReadonlySet<number>): void {
    const visitor = this.#visitors.get(node)?.get(participantId)
    if (!visitor) return
    for (const { clientId, clock } of this.#presence.saidBy(visitor)) {
      if (!clientIds.has(clientId)) this.#presence.hear(visitor, { clientId, clock, json: 'null' })
    }
  }

  forget(node: NodeId): void {
    this.keepOnly(node, new Set())
  }
}
