/** Who is in a room, owned by the server: a client id belongs to one connection, and only that connection changes or
 * removes it (PROTOCOL.md, P1 to P6). Stock clients send everyone's states back at every change, and tabs of one browser
 * announce each other, so what comes in about foreign ids is mostly harmless, and is dropped before its text is read.
 *
 * The first id that a connection announces is its primary one, its participant's. It may hold a few more, as a tab does for
 * another tab that has lost its own connection, until they are announced as somebody's primary id. */
import { type AwarenessEntry, encodeAwareness, readAwareness } from '#shared/protocol.ts'

/** A state is a name, a colour, a selection; stock clients add a cursor. In UTF-16 units. */
export const MAX_STATE_LENGTH = 4096
const MAX_IDS_PER_CONNECTION = 4
/** Clocks of ids that have left, remembered to notice that one comes back with an old clock. */
const MAX_LEFT_REMEMBERED = 1000
const GONE = 'null'

/** Who holds client ids: a connection of this node, or a participant of another. */
export interface Holder {
  readonly token: string | undefined
  readonly isElsewhere?: boolean
  terminate(): void
  probe(): void
}

interface Held {
  owner: Holder
  clock: number
  json: string
}

interface Claim {
  readonly claimant: Holder
  readonly clock: number
  readonly json: string
}

export class Presence {
  readonly #held = new Map<number, Held>()
  readonly #primary = new Map<Holder, number>()
  readonly #ids = new Map<Holder, Set<number>>()
  /** Of an id that another connection holds: who gets it when that one leaves. */
  readonly #claims = new Map<number, Claim>()
  readonly #left = new Map<number, number>()
  /** When holders came, where there are other nodes. */
  readonly #since = new WeakMap<Holder, number>()
  #changed = new Map<number, AwarenessEntry>()
  #everyone: Uint8Array | undefined
  /** What was said here since other nodes were told, where there are any. */
  #said: Map<Holder, Map<number, AwarenessEntry>> | undefined

  /** @param isShared  whether there are other nodes to tell */
  constructor(isShared = false) {
    if (isShared) this.#said = new Map()
  }

  /** @param sinceMs  wall clock */
  came(holder: Holder, sinceMs: number): void {
    this.#since.set(holder, sinceMs)
  }

  /** The id under which a connection's live payloads go out; none before it has announced itself. */
  primaryOf(connection: Holder): number | undefined {
    const id = this.#primary.get(connection)
    // Who only claims an id must not move its owner's cursor.
    return id !== undefined && this.#held.get(id)?.owner === connection ? id : undefined
  }

  /** Takes an awareness frame's body.
   * @returns a frame for the sender alone, when its own state is unknown to the others because of an old clock
   * @throws ProtocolError when the bytes are malformed */
  receive(from: Holder, body: Uint8Array): Uint8Array | undefined {
    let answer: Uint8Array | undefined
    for (const entry of readAwareness(body, (id, clock) => this.#isOfInterest(from, id, clock))) {
      if (entry.json !== GONE && !isState(entry.json)) continue
      const outdated = this.#take(from, entry)
      if (outdated) answer = encodeAwareness([outdated])
    }
    return answer
  }

  /** Takes what a holder elsewhere has said to its own node, which has looked at it.
   * @returns what its node is to tell it, see `receive` */
  hear(from: Holder, entry: AwarenessEntry): AwarenessEntry | undefined {
    const held = this.#held.get(entry.clientId)
    if (held && held.owner !== from && entry.json !== GONE) {
      this.#claim(from, held, entry)
      const isBehind = this.#held.get(entry.clientId)?.owner === from && entry.clock <= held.clock
      return isBehind ? { clientId: entry.clientId, clock: held.clock, json: GONE } : undefined
    }
    return this.#isOfInterest(from, entry.clientId, entry.clock) ? this.#take(from, entry) : undefined
  }

  /** What was said here since the last call; the newest of each holder about each id. */
  takeSaid(): ReadonlyMap<Holder, ReadonlyMap<number, AwarenessEntry>> {
    const said = this.#said ?? new Map()
    if (said.size > 0) this.#said = new Map()
    return said
  }

  /** All that a holder has said that still holds, its primary id first. */
  saidBy(holder: Holder): AwarenessEntry[] {
    const primary = this.#primary.get(holder)
    const ids = [...(this.#ids.get(holder) ?? [])].sort(
      (a, b) => Number(b === primary) - Number(a === primary),
    )
    const entries = ids.flatMap(clientId => {
      const held = this.#held.get(clientId)
      return held?.owner === holder ? [{ clientId, clock: held.clock, json: held.json }] : []
    })
    const claimed = [...this.#claims]
      .filter(([, { claimant }]) => claimant === holder)
      .map(([clientId, { clock, json }]) => ({ clientId, clock, json }))
    return [...claimed, ...entries]
  }

  #take(from: Holder, entry: AwarenessEntry): AwarenessEntry | undefined {
    const held = this.#held.get(entry.clientId)
    if (!from.isElsewhere) this.#say(from, entry)
    if (held?.owner === from) this.#update(held, entry)
    else if (held) this.#claim(from, held, entry)
    else return this.#announce(from, entry)
    return undefined
  }

  #say(holder: Holder, entry: AwarenessEntry): void {
    const said = this.#said?.get(holder) ?? new Map<number, AwarenessEntry>()
    this.#said?.set(holder, said.set(entry.clientId, entry))
  }

  /** The connection has ended: its ids go to whoever claims them, or leave.
   * @param isForGood  the person has left, not only lost the connection */
  leave(connection: Holder, isForGood = false): void {
    for (const [id, claim] of this.#claims) if (claim.claimant === connection) this.#claims.delete(id)
    const ids = this.#ids.get(connection)
    this.#said?.delete(connection)
    this.#ids.delete(connection)
    this.#primary.delete(connection)
    for (const clientId of ids ?? []) {
      const claim = this.#claims.get(clientId)
      this.#claims.delete(clientId)
      if (claim) this.#bind(claim.claimant, { clientId, clock: claim.clock, json: claim.json })
      else this.#remove(clientId, isForGood ? 1 : 0)
    }
  }

  get hasNews(): boolean {
    return this.#changed.size > 0
  }

  /** One frame with what changed since the last call, for everybody; nothing when nothing did. */
  takeFrame(): Uint8Array | undefined {
    if (this.#changed.size === 0) return undefined
    const frame = encodeAwareness([...this.#changed.values()])
    this.#changed = new Map()
    return frame
  }

  /** One frame with everybody's state; nothing when nobody has one. */
  everyone(): Uint8Array | undefined {
    if (this.#held.size === 0) return undefined
    this.#everyone ??= encodeAwareness(
      [...this.#held].map(([clientId, { clock, json }]) => ({ clientId, clock, json })),
    )
    return this.#everyone
  }

  /** `[P1]` Decided by two numbers. A null at an equal clock is how an owner leaves. */
  #isOfInterest(from: Holder, id: number, clock: number): boolean {
    const held = this.#held.get(id)
    if (!held || held.owner === from) return !held || clock >= held.clock
    const primary = this.#primary.get(from)
    // `[P4]` Only as the id it announces first may a connection have one that is somebody else's.
    return (primary === undefined || primary === id) && clock >= held.clock
  }

  #update(held: Held, entry: AwarenessEntry): void {
    if (entry.json === GONE) {
      this.#ids.get(held.owner)?.delete(entry.clientId)
      this.#remove(entry.clientId, 1)
      return
    }
    if (entry.clock <= held.clock) return
    held.clock = entry.clock
    held.json = entry.json
    this.#note(entry)
    // An owner that goes on is alive: the claim was an echo that arrived before it.
    const claim = this.#claims.get(entry.clientId)
    if (claim && claim.clock <= entry.clock) this.#claims.delete(entry.clientId)
  }

  #claim(from: Holder, held: Held, entry: AwarenessEntry): void {
    if (entry.json === GONE) return
    const { owner } = held
    const isSamePage = from.token !== undefined && from.token === owner.token
    const isLentToOwner = this.#primary.get(owner) !== entry.clientId
    this.#primary.set(from, entry.clientId)
    if (isSamePage || isLentToOwner) {
      this.#ids.get(owner)?.delete(entry.clientId)
      this.#claims.delete(entry.clientId)
      this.#bind(from, entry)
      // `[P3]` The page has a new connection, so nobody is at the end of the old one.
      if (isSamePage) owner.terminate()
      return
    }
    if (from.isElsewhere !== owner.isElsewhere && this.#wasBefore(from, owner)) {
      // Two nodes took an announcement each before they heard of the other's; both come to the same.
      this.#ids.get(owner)?.delete(entry.clientId)
      this.#claims.set(entry.clientId, { claimant: owner, clock: held.clock, json: held.json })
      this.#bind(from, entry)
      from.probe()
      return
    }
    this.#claims.set(entry.clientId, { claimant: from, clock: entry.clock, json: entry.json })
    owner.probe()
  }

  #wasBefore(one: Holder, other: Holder): boolean {
    const [oneMs, otherMs] = [this.#since.get(one), this.#since.get(other)]
    return oneMs !== undefined && otherMs !== undefined && oneMs < otherMs
  }

  #announce(from: Holder, entry: AwarenessEntry): AwarenessEntry | undefined {
    if (entry.json === GONE) return undefined
    if ((this.#ids.get(from)?.size ?? 0) >= MAX_IDS_PER_CONNECTION) return undefined
    if (!this.#primary.has(from)) this.#primary.set(from, entry.clientId)
    const leftAt = this.#left.get(entry.clientId)
    const isStale = leftAt !== undefined && leftAt >= entry.clock
    // An echo that was under way when its owner left.
    if (isStale && this.#primary.get(from) !== entry.clientId) return undefined
    this.#bind(from, entry)
    if (!isStale) return undefined
    // `[P5]` The others ignore a clock at which they saw it leave. Told that it has left, a client takes its next clock.
    return { clientId: entry.clientId, clock: leftAt, json: GONE }
  }

  #bind(owner: Holder, entry: AwarenessEntry): void {
    const ids = this.#ids.get(owner) ?? new Set()
    this.#ids.set(owner, ids.add(entry.clientId))
    this.#held.set(entry.clientId, { owner, clock: entry.clock, json: entry.json })
    this.#note(entry)
  }

  /** `[P6]` Everyone takes a null at the clock they know.
   * @param later  than that clock, which says that it has left for good */
  #remove(clientId: number, later: 0 | 1): void {
    const clock = (this.#held.get(clientId)?.clock ?? 0) + later
    this.#held.delete(clientId)
    this.#claims.delete(clientId)
    this.#left.delete(clientId)
    this.#left.set(clientId, clock)
    const oldest = this.#left.keys().next()
    if (this.#left.size > MAX_LEFT_REMEMBERED && !oldest.done) this.#left.delete(oldest.value)
    this.#note({ clientId, clock, json: GONE })
  }

  #note(entry: AwarenessEntry): void {
    this.#changed.set(entry.clientId, entry)
    this.#everyone = undefined
  }
}

/** Checked every time, not only at first: one state that is not JSON makes every other state of its frame unreadable to
 * the stock client. About a microsecond. */
function isState(json: string): boolean {
  if (json.length > MAX_STATE_LENGTH) return false
  try {
    const state: unknown = JSON.parse(json)
    return typeof state === 'object' && state !== null && !Array.isArray(state)
  } catch {
    return false // not JSON: like every other value that is not a state
  }
}
