/** One open board: the connections on it, and the tick that moves changes between them.
 *
 * What comes in is queued; a tick takes it into the document in one transaction, sends everyone the same bytes, and gives
 * the change to the saver. Everything here is synchronous, so order needs no locks. Knows neither sockets nor HTTP;
 * loading and unloading are the registry's. */
import type { BoardId } from '#shared/ids.ts'
import {
  CLOSE,
  type ClientFrame,
  decodeClientFrame,
  encodeCheck,
  encodeRole,
  encodeSaved,
  encodeSync,
  encodeWelcome,
  liveAction,
  ProtocolError,
  SYNC,
} from '#shared/protocol.ts'
import { may, type Role } from '#shared/roles.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { BoardFacts, BoardStore, StoredBoard } from '../store/store.ts'
import type { Admission, Closing } from './admission.ts'
import { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { LagWatch } from './lag-watch.ts'
import { LiveRelay } from './live-relay.ts'
import { Member } from './member.ts'
import { Meters } from './meters.ts'
import type { Nodes } from './nodes.ts'
import { Presence } from './presence.ts'
import type { Attendee } from './questions.ts'
import type { ReadDocument } from './read-document.ts'
import { NOT_SAVING } from './refusals.ts'
import { RoomLink } from './room-link.ts'
import { SendLine } from './send-line.ts'
import { StateAnswers } from './state-answers.ts'
import { isEmptyStateVector } from './state-frames.ts'
import { sendTick } from './tick-frames.ts'
import { TICK_MS, Ticker } from './ticker.ts'

export interface RoomDeps {
  readonly store: BoardStore
  readonly clock: Clock
  readonly log: Log
  readonly serverVersion: string
  /** Wall clock, ms since 1970: what pages show timers by. */
  readonly now?: () => number
  /** Other nodes that may have the board open, too. */
  readonly nodes?: Nodes | undefined
  /** Counted on its own when nobody else counts. */
  readonly meters?: Meters
  /** One of its own when there is none for all rooms. */
  readonly sendLine?: SendLine
  readonly limits: {
    readonly maxBoardBytes: number
    readonly maxMessageBytes: number
    readonly maxParticipantsPerBoard: number
  }
}

export interface RoomEvents {
  /** The last connection has left. */
  emptied(): void
  /** The store fails for this room, or has stopped failing. */
  saving(isFailing: boolean): void
}

/** What a connection holds of a room it has joined. */
export interface Seat {
  /** @throws ProtocolError when the frame is not one a client may send */
  receive(frame: Uint8Array): void
  /** @param isForGood  whoever it was has left, not only lost the connection */
  leave(isForGood?: boolean): void
}

export class Room {
  readonly id: BoardId
  readonly #deps: RoomDeps
  readonly #events: RoomEvents
  readonly #changes: Changes
  readonly #meters: Meters
  readonly #answers: StateAnswers
  readonly #presence: Presence
  readonly #live = new LiveRelay()
  readonly #link: RoomLink | undefined
  readonly #ticker: Ticker
  readonly #members = new Set<Member>()
  readonly #lagWatch: LagWatch
  /** Who asked for everybody's presence since the last tick. */
  readonly #askers = new Set<Member>()
  #step1: Uint8Array | undefined

  /** @param read  what `stored` comes to
   * @throws Error when what is stored cannot be read */
  constructor(stored: StoredBoard, deps: RoomDeps, events: RoomEvents, read?: ReadDocument) {
    const { clock, log, nodes, limits, meters = new Meters() } = deps
    this.id = stored.record.id
    this.#deps = deps
    this.#events = events
    this.#meters = meters
    this.#presence = new Presence(nodes !== undefined)
    this.#ticker = new Ticker(clock, () => this.#tick())
    this.#changes = new Changes(
      stored,
      { store: deps.store, clock, log, meters, nodes, limits, members: this.#members },
      {
        due: () => this.#ticker.request(),
        changed: ({ frame }) => {
          this.#step1 = undefined
          this.#answers.advance(frame)
        },
        askForState: member => this.#askForState(member),
        saved: counts => this.#tellSaved(counts),
        failing: error => this.#saveFailing(error),
        recovered: () => this.#saveRecovered(),
      },
      read,
    )
    this.#answers = new StateAnswers(
      this.#changes.document,
      { clock, log, line: deps.sendLine ?? new SendLine(clock) },
      stored,
    )
    this.#lagWatch = new LagWatch({
      clock,
      members: this.#members,
      catchUp: stateVector => this.#answers.catchUp(stateVector),
      caughtUp: member => this.#sendEveryone(member),
    })
    this.#link =
      nodes &&
      new RoomLink(this.id, nodes, {
        changes: this.#changes,
        presence: this.#presence,
        live: this.#live,
        members: this.#members,
        attendees: () => this.roster,
        due: () => this.#ticker.request(),
      })
  }

  get facts(): BoardFacts {
    return this.#changes.facts
  }

  get memberCount(): number {
    return this.#members.size
  }

  /** Everybody on the board, those who are connected to other nodes included. */
  get participantCount(): number {
    return this.#members.size + (this.#link?.visitorCount ?? 0)
  }

  /** Members who read too slowly and are owed a difference. */
  get laggingCount(): number {
    return this.#lagWatch.laggingCount
  }

  /** Whether everything that came in is durable. */
  get isClean(): boolean {
    return this.#changes.isClean
  }

  /** @param hasSnapshot  whether it was sent the stored snapshot while the room opened
   * @returns `undefined` when the room is full; the connection is closed then */
  join(connection: Connection, admission: Admission, hasSnapshot = false): Seat | undefined {
    const { limits, clock, serverVersion, now = Date.now } = this.#deps
    const { maxParticipantsPerBoard, maxBoardBytes, maxMessageBytes } = limits
    if (maxParticipantsPerBoard > 0 && this.participantCount >= maxParticipantsPerBoard) {
      connection.close(CLOSE.overloaded, `this board has its ${maxParticipantsPerBoard} participants`)
      return undefined
    }
    const { role, by } = admission
    const member = new Member(connection, admission, clock, now(), hasSnapshot)
    this.#members.add(member)
    this.#link?.came(member)
    if (connection.speaksDrawbridge) {
      const limits = { maxMessageBytes, maxBoardBytes }
      const welcome = { participantId: connection.id, by, role, serverVersion, timeMs: now(), limits }
      member.outbox.control(encodeWelcome(welcome))
      if (this.#changes.isFailing) this.#changes.replies.refuse(member, 'not-saving', NOT_SAVING)
    }
    this.#askForState(member)
    this.#sendEveryone(member)
    return {
      receive: frame => this.#receive(member, decodeClientFrame(frame)),
      leave: isForGood => this.#leave(member, isForGood),
    }
  }

  /** `[W19]` Somebody's rights have changed: asks for everyone's anew. */
  recheck(roleOf: (connection: Connection) => Role | Closing): void {
    // What came in before is by the rights of before.
    this.#tick()
    for (const member of [...this.#members]) {
      const { connection } = member
      const answer = roleOf(connection)
      if (typeof answer !== 'string') {
        this.#changes.drop(member)
        connection.close(answer.code, answer.reason)
      } else if (answer !== member.role) {
        member.role = answer
        if (connection.speaksDrawbridge) member.outbox.control(encodeRole(answer))
        if (!may(answer, 'comment')) this.#changes.replies.dropWaiting(member)
      }
    }
  }

  /** Resolves when it is durable. */
  rename(name: string): Promise<void> {
    this.#changes.rename(name)
    return this.flush()
  }

  /** Who is on the board, those who are connected to other nodes included. */
  get roster(): Attendee[] {
    const here = [...this.#members].map(({ connection, by, claims }) => ({
      participantId: connection.id,
      by,
      clientId: this.#presence.primaryOf(connection),
      claims,
    }))
    return [...here, ...(this.#link?.visitors ?? [])]
  }

  /** Resolves when everything that has come in is durable; not before, however long the store fails. */
  async flush(): Promise<void> {
    this.#ticker.stop()
    this.#tick()
    // What is long goes on by the ticks, so that other boards get their turn.
    while (this.#changes.hasInbound) {
      await new Promise<void>(resolve => this.#deps.clock.after(TICK_MS, resolve))
    }
    return this.#changes.flush()
  }

  /** Reads what other nodes have appended, when the bus may not have told of it. Resolves when it was looked for. */
  freshen(): Promise<void> {
    return this.#link?.freshen() ?? Promise.resolve()
  }

  /** Before it is unloaded, when it is empty and clean. */
  settle(): Promise<void> {
    return this.#changes.settle()
  }

  /** Ends its timers. What is not durable is lost, so the registry calls it on clean rooms only. */
  discard(): void {
    this.#ticker.stop()
    this.#link?.close()
    this.#lagWatch.stop()
    this.#answers.stop()
    this.#changes.stop()
  }

  #receive(member: Member, frame: ClientFrame): void {
    if (!this.#members.has(member)) return
    switch (frame.type) {
      case 'step1':
        this.#answerStep1(member, frame.stateVector)
        return
      case 'update':
        this.#changes.receive(member, frame.update)
        return
      case 'awareness': {
        const answer = this.#presence.receive(member.connection, frame.body)
        if (answer) member.outbox.control(answer)
        if (this.#presence.hasNews) this.#ticker.request()
        return
      }
      case 'query-awareness':
        // Once a tick, however often it is asked: the answer is everybody's state.
        this.#askers.add(member)
        this.#ticker.request()
        return
      case 'live':
        this.#relayLive(member, frame.payload)
        return
      case 'check':
        this.#compare(member, frame.hash)
        return
      case 'view':
        member.look(frame.view)
        return
    }
  }

  #relayLive(member: Member, payload: Uint8Array): void {
    if (!member.connection.speaksDrawbridge) throw new ProtocolError('a live frame without drawbridge.v1')
    const kind = payload[0] ?? 0
    // An empty one ends what they showed while they might.
    if (payload.length > 1 && !may(member.role, liveAction(kind))) return
    if (!member.allowance.take(kind, payload.length)) return
    const clientId = this.#presence.primaryOf(member.connection)
    // `[L4]` Who has not announced itself is nobody yet.
    if (clientId !== undefined && this.#live.add(clientId, payload)) this.#ticker.request()
  }

  /** `[W17]` Two replicas at rest must hold the same. One that does not is told so, which makes it ask for what it lacks, and is
   * asked for what we lack. */
  #compare(member: Member, hash: Uint8Array): void {
    const { document, isAtRest } = this.#changes
    // Something is on its way to one of the two: to differ is in order.
    if (!isAtRest || member.outbox.isLagging || document.hasParked(member)) return
    const own = document.hash()
    if (own.length === hash.length && own.every((byte, i) => byte === hash[i])) return
    this.#deps.log.warn({ board: boardTag(this.id), connection: member.connection.id }, 'replica.differs')
    this.#meters.healCount++
    member.outbox.control(encodeCheck(own))
    this.#askForState(member)
  }

  /** `[W5]` Step2, and from the second time on our own Step1, so that a client's resync heals both ways. */
  #answerStep1(member: Member, stateVector: Uint8Array): void {
    const isFirst = member.outbox.isWaiting
    const isAhead = isFirst && member.hasSnapshot && isEmptyStateVector(stateVector)
    this.#answers.answer(member, isAhead ? this.#changes.document.snapshotVector : stateVector)
    if (!isFirst) this.#askForState(member)
    this.#lagWatch.watch()
  }

  #tick(): void {
    const { clock } = this.#deps
    const startMs = clock.nowMs()
    const changes = this.#changes.hasWork ? this.#changes.tick() : []
    const live = this.#live.take()
    sendTick(this.#members, { changes, live, presence: this.#presence.takeFrame() }, () =>
      this.#changes.document.stateVector(),
    )
    this.#link?.tick(live)
    for (const asker of this.#askers) this.#sendEveryone(asker)
    this.#askers.clear()
    this.#lagWatch.watch()
    if (this.#changes.hasWork) this.#ticker.request()
    this.#meters.tick.observe(clock.nowMs() - startMs)
  }

  #tellSaved(counts: ReadonlyMap<Member, number>): void {
    for (const [member, count] of counts) {
      member.savedCount = count
      if (this.#members.has(member)) member.outbox.saved(encodeSaved(count))
    }
  }

  #saveFailing(error: unknown): void {
    this.#deps.log.error({ board: boardTag(this.id), reason: errorText(error) }, 'store.failing')
    this.#events.saving(true)
    for (const member of this.#members)
      if (member.connection.speaksDrawbridge) this.#changes.replies.refuse(member, 'not-saving', NOT_SAVING)
  }

  /** `[W10]` The word goes to all, for who had nothing on the way gets no other. */
  #saveRecovered(): void {
    this.#deps.log.info({ board: boardTag(this.id) }, 'store.recovered')
    this.#events.saving(false)
    for (const { connection, outbox, savedCount } of this.#members)
      if (connection.speaksDrawbridge) outbox.saved(encodeSaved(savedCount))
  }

  /** `[W5]` Our SyncStep1: what the connection has and we lack comes back as SyncStep2. */
  #askForState(member: Member): void {
    this.#step1 ??= encodeSync(SYNC.step1, this.#changes.document.stateVector())
    member.outbox.control(this.#step1)
  }

  #sendEveryone(member: Member): void {
    const frame = this.#presence.everyone()
    if (frame) member.outbox.presence(frame)
  }

  #leave(member: Member, isForGood = false): void {
    if (!this.#members.delete(member)) return
    this.#askers.delete(member)
    this.#answers.forget(member)
    member.askAgain?.cancel()
    this.#changes.document.forget(member)
    const clientId = this.#presence.primaryOf(member.connection)
    if (clientId !== undefined) this.#live.forget(clientId)
    this.#presence.leave(member.connection, isForGood)
    this.#link?.left(member, isForGood)
    if (this.#presence.hasNews) this.#ticker.request()
    if (this.#members.size === 0) this.#events.emptied()
  }
}
