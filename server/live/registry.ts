/** The rooms of this process, one for each open board.
 *
 *   (none) → loading → resident → (none)
 *
 * All who come while a board loads wait for the one load. A room leaves the map only at a moment when nobody is in it and
 * everything is durable, and until that moment a newcomer gets this very room, so a board never has two. */
import type { BoardId } from '#shared/ids.ts'
import { packedFrames, SYNC } from '#shared/protocol.ts'
import { boardTag, errorText } from '../log.ts'
import { type StoredBoard, StoreError } from '../store/store.ts'
import { type Admit, isClosing } from './admission.ts'
import type { Timer } from './clock.ts'
import type { Connection } from './connection.ts'
import { Meters } from './meters.ts'
import type { Attendee } from './questions.ts'
import { type ReadDocument, readDocument } from './read-document.ts'
import { Room, type RoomDeps, type Seat } from './room.ts'
import { SendLine } from './send-line.ts'
import { PACKED_BYTES } from './state-answers.ts'
import { isWorthPacking } from './state-frames.ts'

/** A reload or a short cut finds the room still open. */
export const LINGER_MS = 20_000
/** Boards that are read ahead of who will come, and how long they are kept: a page has its code by then. */
const MAX_READ_AHEAD = 4
const READ_AHEAD_MS = 5000

interface Loading {
  readonly kind: 'loading'
  readonly stored: Promise<StoredBoard | undefined>
  readonly room: Promise<Room | undefined>
}
type Entry = Loading | { kind: 'resident'; room: Room; linger: Timer | undefined; isSettling: boolean }

export interface RegistryDeps extends Omit<RoomDeps, 'meters' | 'sendLine'> {
  /** How long a room stays open when nobody is in it. */
  readonly lingerMs?: number
}

/** What is stored under a board's id cannot be read. It is left as it is, for a person to look at. */
export class UnreadableBoard extends Error {
  constructor(reason: string) {
    super(`the board cannot be read: ${reason}`)
    this.name = 'UnreadableBoard'
  }
}

export class Registry {
  /** Of all rooms and their connections, from the process's start. */
  readonly meters = new Meters()
  readonly #deps: RegistryDeps & { readonly meters: Meters; readonly sendLine: SendLine }
  readonly #entries = new Map<BoardId, Entry>()
  readonly #failing = new Set<BoardId>()
  /** Who has been sent the snapshot of the board that is being opened for them. */
  readonly #sentAhead = new WeakSet<Connection>()
  readonly #readAhead = new Map<BoardId, { stored: Promise<StoredBoard | undefined>; timer: Timer }>()
  #isDiscarded = false

  constructor(deps: RegistryDeps) {
    this.#deps = { ...deps, meters: this.meters, sendLine: new SendLine(deps.clock) }
  }

  /** Whether some room cannot save right now. */
  get isFailing(): boolean {
    return this.#failing.size > 0
  }

  get failingCount(): number {
    return this.#failing.size
  }

  get roomCount(): number {
    return this.#entries.size
  }

  /** How many are in all rooms, and how many of them lag. */
  census(): { participants: number; lagging: number } {
    let participants = 0
    let lagging = 0
    for (const room of this.#rooms()) {
      participants += room.memberCount
      lagging += room.laggingCount
    }
    return { participants, lagging }
  }

  /** The room of a board that is open, without opening it. */
  peek(id: BoardId): Room | undefined {
    const entry = this.#entries.get(id)
    return entry?.kind === 'resident' ? entry.room : undefined
  }

  /** How many are on a board, whichever nodes they are connected to; while the bus is down, only those of this node. */
  async countParticipants(id: BoardId): Promise<number> {
    const room = this.peek(id)
    if (room) return room.participantCount
    return (await this.#deps.nodes?.attendance(id, false))?.count ?? 0
  }

  /** Who these are. */
  async rosterOf(id: BoardId): Promise<readonly Attendee[]> {
    const room = this.peek(id)
    if (room) return room.roster
    return (await this.#deps.nodes?.attendance(id, true))?.people ?? []
  }

  /** Seats a connection, opening the board if it is not open.
   * @param admit  asked when the room is open: rights may change while it opens
   * @param asked  resolves when the connection has asked for all of the board
   * @returns `no-board` when there is none; the others when the connection was closed, because the room is full or by what
   * `admit` said
   * @throws UnreadableBoard, StoreError */
  async join(
    id: BoardId,
    connection: Connection,
    admit: Admit,
    asked?: Promise<void>,
  ): Promise<Seat | 'no-board' | 'full' | 'no-right'> {
    for (;;) {
      const entry = this.#entries.get(id) ?? this.#load(id)
      if (entry.kind === 'loading' && asked) void this.#sendAhead(id, connection, admit, asked)
      const room = await entry.room
      if (!room) return 'no-board'
      // What a newcomer knows from another node must not look like news of theirs.
      await room.freshen()
      // Between the load and this line the room may have been unloaded again.
      if (this.peek(id) !== room) continue
      const admission = admit()
      if (isClosing(admission)) {
        connection.close(admission.code, admission.reason)
        return 'no-right'
      }
      this.#stay(id)
      return room.join(connection, admission, this.#sentAhead.delete(connection)) ?? 'full'
    }
  }

  /** Gives a board another name, as if somebody on it did.
   * @returns whether there is such a board, once it is durable
   * @throws UnreadableBoard, StoreError */
  async rename(id: BoardId, name: string): Promise<boolean> {
    for (;;) {
      const room = await (this.#entries.get(id) ?? this.#load(id)).room
      if (!room) return false
      // Between the load and this line the room may have been unloaded again.
      if (this.peek(id) !== room) continue
      await room.rename(name)
      return true
    }
  }

  /** Reads a board for whoever is about to come, if not many are. No more than that: this thread has their page's code to send, and
   * the board's bytes are all that they need at first. */
  readAhead(id: BoardId): void {
    if (this.#isDiscarded || this.#entries.has(id) || this.#readAhead.has(id)) return
    if (this.#readAhead.size >= MAX_READ_AHEAD) return
    const { store, clock } = this.#deps
    const stored = store.load(id)
    this.#readAhead.set(id, { stored, timer: clock.after(READ_AHEAD_MS, () => this.#readAhead.delete(id)) })
    // Whoever comes later reads it anew, and is told.
    stored.catch(() => this.#forgetAhead(id))
  }

  #forgetAhead(id: BoardId): void {
    this.#readAhead.get(id)?.timer.cancel()
    this.#readAhead.delete(id)
  }

  /** Resolves when every room is clean. */
  async flush(): Promise<void> {
    await Promise.all(this.#rooms().map(room => room.flush()))
  }

  /** Rooms that hold what is not durable. */
  get dirtyCount(): number {
    return this.#rooms().filter(room => !room.isClean).length
  }

  /** Throws all rooms away, durable or not: the process ends. */
  discard(): void {
    this.#isDiscarded = true
    for (const id of [...this.#readAhead.keys()]) this.#forgetAhead(id)
    for (const entry of this.#entries.values()) {
      if (entry.kind !== 'resident') continue
      entry.linger?.cancel()
      entry.room.discard()
    }
    this.#entries.clear()
  }

  #rooms(): Room[] {
    return [...this.#entries.values()].flatMap(entry => (entry.kind === 'resident' ? [entry.room] : []))
  }

  #load(id: BoardId): Loading {
    const ahead = this.#readAhead.get(id)
    this.#forgetAhead(id)
    // What other nodes have changed since comes in when the room has joined them; nobody else changes boards.
    const stored = ahead?.stored ?? this.#deps.store.load(id)
    const entry: Loading = { kind: 'loading', stored, room: this.#open(id, stored) }
    this.#entries.set(id, entry)
    return entry
  }

  async #open(id: BoardId, loading: Promise<StoredBoard | undefined>): Promise<Room | undefined> {
    const { clock, log } = this.#deps
    const startMs = clock.nowMs()
    try {
      const stored = await loading
      const read = stored && (await this.#read(stored))
      if (!read || this.#isDiscarded) {
        this.#entries.delete(id)
        return undefined
      }
      const room = this.#createRoom(stored, read)
      this.#entries.set(id, { kind: 'resident', room, linger: undefined, isSettling: false })
      const ms = Math.round(clock.nowMs() - startMs)
      log.info(
        { board: boardTag(id), updates: stored.updates.length, bytes: stored.record.bytes, ms },
        'room.loaded',
      )
      // If everyone who asked for it has gone meanwhile, nobody leaves it and this is what unloads it.
      this.#linger(id)
      return room
    } catch (error) {
      this.#entries.delete(id)
      log.error({ board: boardTag(id), reason: errorText(error) }, 'room.load_failed')
      throw error instanceof StoreError && error.kind === 'corrupt'
        ? new UnreadableBoard(error.message)
        : error
    }
  }

  async #read(stored: StoredBoard): Promise<ReadDocument> {
    try {
      return await readDocument(stored, this.#deps.clock)
    } catch (error) {
      throw new UnreadableBoard(errorText(error))
    }
  }

  #createRoom(stored: StoredBoard, read: ReadDocument): Room {
    const { id } = stored.record
    const saving = (isFailing: boolean) => {
      if (isFailing) this.#failing.add(id)
      else this.#failing.delete(id)
    }
    return new Room(stored, this.#deps, { emptied: () => this.#linger(id), saving }, read)
  }

  /** `[W6]` The newcomer reads the stored board while it is opened. */
  async #sendAhead(id: BoardId, connection: Connection, admit: Admit, asked: Promise<void>): Promise<void> {
    if (!connection.speaksDrawbridge) return
    // First of all, so that nothing of the board is kept for who never asks.
    await asked
    const entry = this.#entries.get(id)
    if (entry?.kind !== 'loading') return
    // Why it cannot be loaded is told to whoever waits for the room.
    const { snapshot, deflated, updates = [] } = (await entry.stored.catch(() => undefined)) ?? {}
    if (!snapshot || !deflated || snapshot.length < PACKED_BYTES) return
    if (!isWorthPacking(deflated, snapshot.length)) return
    this.#deps.sendLine.add(connection, () => {
      if (this.#entries.get(id) !== entry || this.#sentAhead.has(connection) || isClosing(admit())) return
      this.#sentAhead.add(connection)
      // If nothing is in the log and nobody else can have changed it since, it is all there is.
      const isAll = updates.length === 0 && !this.#deps.nodes
      for (const frame of packedFrames(isAll ? SYNC.step2 : SYNC.update, deflated)) connection.send(frame)
    })
  }

  #stay(id: BoardId): void {
    const entry = this.#entries.get(id)
    if (entry?.kind !== 'resident') return
    entry.linger?.cancel()
    entry.linger = undefined
  }

  #linger(id: BoardId): void {
    const entry = this.#entries.get(id)
    if (entry?.kind !== 'resident') return
    entry.linger?.cancel()
    entry.linger = this.#deps.clock.after(this.#deps.lingerMs ?? LINGER_MS, () => {
      entry.linger = undefined
      void this.#unload(id, entry)
    })
  }

  async #unload(id: BoardId, entry: Extract<Entry, { kind: 'resident' }>): Promise<void> {
    const { room } = entry
    if (entry.isSettling || room.memberCount > 0) return
    entry.isSettling = true
    await room.flush()
    await room.settle()
    entry.isSettling = false
    // Somebody may have come, drawn and even left meanwhile; whoever left last has set the next linger.
    if (room.memberCount > 0 || entry.linger) return
    if (!room.isClean) {
      this.#linger(id)
      return
    }
    this.#entries.delete(id)
    room.discard()
    this.#deps.log.info({ board: boardTag(id) }, 'room.unloaded')
  }
}
