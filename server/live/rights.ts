/** Who is on which board by what right, and what happens to them when rights change or run out.
 *
 * The record of a board is in memory as long as somebody is on it or something is asked of it, so that everybody's rights can
 * be judged at once and without waiting: at the moment of being seated, and for a whole room whenever something changes. */
import type { BoardId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import { type Claims, judge, NO_CLAIMS, type OutReason, type Verdict } from '../access/judge.ts'
import { personMark } from '../access/keys.ts'
import { boardTag, errorText, type Log } from '../log.ts'
import type { AccessChange, AccessRecord } from '../store/access-record.ts'
import { type BoardStore, StoreError } from '../store/store.ts'
import type { Admission, Closing } from './admission.ts'
import type { Clock, Timer } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Nodes } from './nodes.ts'
import type { Registry } from './registry.ts'

export interface RightsDeps {
  readonly store: Pick<BoardStore, 'readAccess' | 'changeAccess'>
  readonly registry: Pick<Registry, 'peek' | 'rosterOf'>
  /** Other nodes, where the same boards may be open. */
  readonly nodes?: Pick<Nodes, 'tell' | 'watchRights'> | undefined
  readonly log: Log
  readonly clock: Clock
  /** Wall clock, ms: what links and tokens expire by. */
  readonly now: () => number
  /** What marks of persons are made with. */
  readonly secret: string
}

/** Somebody who has been on the board with a right of their own, or is on it. */
export interface Person {
  /** Their mark. */
  readonly id: string
  /** `undefined` for who cannot be told apart from others when they come again. */
  readonly identity: string | undefined
  /** What they have now; `undefined` for who may not come in. */
  readonly role: Role | undefined
  readonly isRemoved: boolean
  readonly linkIds: readonly string[]
  /** Their connections: public ids, and client ids under which their presence is. */
  readonly connections: readonly { participantId: string; clientId: number | undefined }[]
}

interface Visit {
  readonly entry: Entry
  readonly claims: Claims
  readonly by: string
  /** By hand, for who cannot be told apart when they come again. */
  isRemoved: boolean
}

interface Entry {
  readonly boardId: BoardId
  /** From the load on; `undefined` when there is no such board. */
  record: AccessRecord | undefined
  readonly loaded: Promise<unknown>
  readonly visits: Map<Connection, Visit>
  /** Who needs the record now. */
  holdCount: number
  /** Changes are made one after the other. */
  lastChange: Promise<unknown>
  /** When everybody was last held to their rights, wall clock. */
  checkedAtMs: number
  expiry: Timer | undefined
}

const CLOSINGS: Readonly<Record<OutReason, Closing>> = {
  'no-such-board': { code: CLOSE.noSuchBoard, reason: 'There is no board at this link.' },
  'wants-password': { code: CLOSE.unauthorized, reason: 'This link asks for a password.' },
  'link-revoked': {
    code: CLOSE.forbidden,
    reason: 'This link was revoked. Ask whoever sent it for a new one.',
  },
  'link-expired': {
    code: CLOSE.forbidden,
    reason: 'This link has expired. Ask whoever sent it for a new one.',
  },
  'sign-in-expired': { code: CLOSE.unauthorized, reason: 'Your sign-in has expired. Sign in again.' },
  removed: { code: CLOSE.forbidden, reason: 'You were removed from this board.' },
  ended: { code: CLOSE.forbidden, reason: 'The meeting has ended.' },
}
/** For who was here already, and so knows of the board. */
const NO_MORE: Closing = { code: CLOSE.forbidden, reason: 'You may not open this board any more.' }

/** Timers are 32 bit wide; what lasts longer is looked at again. */
const MAX_TIMER_MS = 24 * 3600 * 1000

export const closingOf = (reason: OutReason): Closing => CLOSINGS[reason]

export class Rights {
  readonly #deps: RightsDeps
  readonly #entries = new Map<BoardId, Entry>()
  readonly #visits = new Map<Connection, Visit>()

  constructor(deps: RightsDeps) {
    this.#deps = deps
    deps.nodes?.watchRights({
      accessChanged: id => void this.#refresh(id),
      accessVersion: (id, version) => {
        const record = this.#entries.get(id)?.record
        if (record && record.version !== version) void this.#refresh(id)
      },
      personRemoved: (id, by) => void this.#removeHere(id, by),
    })
  }

  /** Somebody comes. From here until `leave` their rights are watched.
   * @returns why they may not come in
   * @throws StoreError */
  async enter(boardId: BoardId, connection: Connection, claims: Claims): Promise<Closing | undefined> {
    const by = this.markOf(boardId, claims.identity) ?? this.#markOfPage(boardId, connection)
    const visit = { entry: this.#hold(boardId), claims, by, isRemoved: false }
    this.#visits.set(connection, visit)
    visit.entry.visits.set(connection, visit)
    try {
      await visit.entry.loaded
    } catch (error) {
      this.leave(connection)
      throw error
    }
    const verdict = this.#judge(visit, this.#deps.now())
    if (verdict.kind === 'in') {
      this.#watchExpiry(visit.entry)
      return undefined
    }
    this.leave(connection)
    return CLOSINGS[verdict.reason]
  }

  /** What somebody who has entered may do now. */
  admit(connection: Connection, nowMs = this.#deps.now()): Admission | Closing {
    const visit = this.#visits.get(connection)
    if (!visit || visit.isRemoved) return visit ? CLOSINGS.removed : NO_MORE
    const verdict = this.#judge(visit, nowMs)
    if (verdict.kind === 'in') return { role: verdict.role, by: visit.by, claims: visit.claims }
    return verdict.reason === 'no-such-board' ? NO_MORE : CLOSINGS[verdict.reason]
  }

  leave(connection: Connection): void {
    const visit = this.#visits.get(connection)
    if (!visit) return
    this.#visits.delete(connection)
    visit.entry.visits.delete(connection)
    this.#release(visit.entry)
  }

  /** @returns `undefined` when there is no such board
   * @throws StoreError */
  async read(boardId: BoardId): Promise<AccessRecord | undefined> {
    const entry = this.#hold(boardId)
    try {
      await entry.loaded
      return entry.record
    } finally {
      this.#release(entry)
    }
  }

  /** Makes changes, and holds everybody on the board to what comes of them.
   * @param decide  asked when it is its turn, with the record of then; again if another node was faster
   * @returns the new record; `undefined` when there is no such board
   * @throws StoreError */
  async change(
    boardId: BoardId,
    decide: (record: AccessRecord) => readonly AccessChange[],
  ): Promise<AccessRecord | undefined> {
    const entry = this.#hold(boardId)
    const before = entry.lastChange
    const { promise, resolve } = Promise.withResolvers<void>()
    entry.lastChange = promise
    try {
      await Promise.all([entry.loaded, before])
      if (!entry.record) return undefined
      return await this.#decide(entry, decide)
    } finally {
      resolve()
      this.#release(entry)
    }
  }

  /** Another node may change the record too: what was decided on an old one is decided again. */
  async #decide(
    entry: Entry,
    decide: (record: AccessRecord) => readonly AccessChange[],
  ): Promise<AccessRecord | undefined> {
    const { store } = this.#deps
    while (entry.record) {
      const changes = decide(entry.record)
      if (changes.length === 0) break
      try {
        entry.record = await store.changeAccess(entry.boardId, changes, entry.record.version)
        this.#deps.nodes?.tell(entry.boardId, { kind: 'access' })
        this.#recheck(entry)
        break
      } catch (error) {
        if (!(error instanceof StoreError) || error.kind !== 'changed') throw error
        entry.record = await store.readAccess(entry.boardId)
        this.#recheck(entry)
      }
    }
    return entry.record
  }

  /** Ends the connections of somebody who cannot be told apart when they come again.
   * @returns whether there were any */
  async removeUnknown(boardId: BoardId, by: string): Promise<boolean> {
    const roster = await this.#deps.registry.rosterOf(boardId)
    const isThere = roster.some(each => each.by === by && each.claims.identity === undefined)
    if (isThere) this.#deps.nodes?.tell(boardId, { kind: 'removed', by })
    return this.#removeHere(boardId, by) || isThere
  }

  #removeHere(boardId: BoardId, by: string): boolean {
    const entry = this.#entries.get(boardId)
    const visits = [...(entry?.visits.values() ?? [])].filter(
      visit => visit.by === by && visit.claims.identity === undefined,
    )
    for (const visit of visits) visit.isRemoved = true
    if (entry && visits.length > 0) this.#recheck(entry)
    return visits.length > 0
  }

  /** Another node has changed the record, or may have. */
  async #refresh(boardId: BoardId): Promise<void> {
    const entry = this.#entries.get(boardId)
    if (!entry) return
    const before = entry.lastChange
    const { promise, resolve } = Promise.withResolvers<void>()
    entry.lastChange = promise
    entry.holdCount++
    try {
      await Promise.all([entry.loaded, before])
      entry.record = await this.#deps.store.readAccess(boardId)
      this.#recheck(entry)
    } catch (error) {
      // The next look at what the store has finds it again.
      this.#deps.log.warn({ board: boardTag(boardId), reason: errorText(error) }, 'access.read_failed')
    } finally {
      resolve()
      this.#release(entry)
    }
  }

  markOf(boardId: BoardId, identity: string | undefined): string | undefined {
    return identity === undefined ? undefined : personMark(this.#deps.secret, boardId, identity)
  }

  /** Everybody of whom something is known: the owner, whom something was given or taken, who is here. */
  async people(boardId: BoardId, record: AccessRecord): Promise<Person[]> {
    const roster = await this.#deps.registry.rosterOf(boardId)
    const now = this.#deps.now()
    const people = new Map<string, Person>()
    const add = (id: string, claims: Claims): void => {
      const verdict = judge(record, claims, now)
      const known = record.persons.find(({ identity }) => identity === claims.identity)
      people.set(id, {
        id,
        identity: claims.identity,
        role: verdict.kind === 'in' ? verdict.role : undefined,
        isRemoved: known?.role === 'removed',
        linkIds: known?.linkIds ?? [],
        connections: roster
          .filter(({ by }) => by === id)
          .map(({ participantId, clientId }) => ({ participantId, clientId })),
      })
    }
    const identities = [record.owner, ...record.persons.map(({ identity }) => identity)]
    for (const identity of identities) {
      const id = this.markOf(boardId, identity)
      if (id !== undefined) add(id, { ...NO_CLAIMS, identity })
    }
    // What they have come with may give them more than what is kept.
    for (const { by, claims } of this.#entries.get(boardId)?.visits.values() ?? []) add(by, claims)
    for (const { by, claims } of roster) add(by, claims)
    return [...people.values()]
  }

  /** Who is named by a mark, if they can be told apart from others. */
  async identityOf(boardId: BoardId, record: AccessRecord, mark: string): Promise<string | undefined> {
    return (await this.people(boardId, record)).find(({ id }) => id === mark)?.identity
  }

  /** Who keeps no cookie is at least the same page when it reconnects. */
  #markOfPage(boardId: BoardId, { id, token }: Connection): string {
    return token === undefined ? id : personMark(this.#deps.secret, boardId, `page:${token}`)
  }

  #judge({ entry, claims }: Visit, nowMs: number): Verdict {
    if (!entry.record) return { kind: 'out', reason: 'no-such-board' }
    return judge(entry.record, claims, nowMs)
  }

  #recheck(entry: Entry): void {
    const now = this.#deps.now()
    entry.checkedAtMs = now
    this.#deps.registry.peek(entry.boardId)?.recheck(connection => {
      const answer = this.admit(connection, now)
      return 'role' in answer ? answer.role : answer
    })
    this.#watchExpiry(entry)
  }

  /** Looks again when the first right on the board runs out, or at once when it has since everybody was held to theirs: who is out by now was
   * not told yet. */
  #watchExpiry(entry: Entry): void {
    entry.expiry?.cancel()
    entry.expiry = undefined
    let untilMs = Number.POSITIVE_INFINITY
    for (const visit of entry.visits.values()) {
      const verdict = this.#judge(visit, entry.checkedAtMs)
      if (verdict.kind === 'in' && verdict.untilMs !== undefined) untilMs = Math.min(untilMs, verdict.untilMs)
    }
    if (untilMs === Number.POSITIVE_INFINITY) return
    const waitMs = Math.min(MAX_TIMER_MS, Math.max(1, untilMs - this.#deps.now()))
    entry.expiry = this.#deps.clock.after(waitMs, () => this.#recheck(entry))
  }

  #hold(boardId: BoardId): Entry {
    const entry = this.#entries.get(boardId) ?? this.#open(boardId)
    entry.holdCount++
    return entry
  }

  #open(boardId: BoardId): Entry {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const entry: Entry = {
      boardId,
      record: undefined,
      loaded: promise,
      visits: new Map(),
      holdCount: 0,
      lastChange: Promise.resolve(),
      checkedAtMs: this.#deps.now(),
      expiry: undefined,
    }
    this.#entries.set(boardId, entry)
    this.#deps.store.readAccess(boardId).then(
      record => {
        entry.record = record
        resolve()
      },
      (error: unknown) => {
        // Who comes next asks anew.
        if (this.#entries.get(boardId) === entry) this.#entries.delete(boardId)
        reject(error)
      },
    )
    return entry
  }

  #release(entry: Entry): void {
    entry.holdCount--
    // `enter` has taken a hold for each visit.
    if (entry.holdCount > 0) return
    entry.expiry?.cancel()
    if (this.#entries.get(entry.boardId) === entry) this.#entries.delete(entry.boardId)
  }
}
