/** A few participants edit one board at random while connections are cut and the server is killed, every step of it driven by a
 * seed. It must end with equal documents everywhere, and at every kill nothing may be missing that anybody was told is saved.
 *
 * `FUZZ_ROUNDS=1000 npx vitest run --project server server/live/fuzz` runs more of it. */
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { seeded } from '../shared/testing/seeded.ts'
import { type BoardStore, StoreError } from '../store/store.ts'
import { asEditor } from '../testing/admit.ts'
import { FakeConnection } from '../testing/fake-connection.ts'
import { ManualClock, settle } from '../testing/manual-clock.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { NO_LIMITS } from '../testing/open-room.ts'
import { Peer } from '../testing/peer.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { newBoard } from './new-board.ts'
import { Registry } from './registry.ts'

const STEPS = 300
/** Seeds that once failed stay, with the reason. */
const KEPT_SEEDS: readonly number[] = []
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 25)

/** One life of the server's store: commits happen when the test says so, and what is not committed dies with it. */
class MortalStore implements BoardStore {
  readonly #disk: MemoryStore
  #pending: (() => Promise<void>)[] = []
  isFailing = false

  constructor(disk: MemoryStore) {
    this.#disk = disk
  }

  createBoard: BoardStore['createBoard'] = board => this.#disk.createBoard(board)
  readBoard: BoardStore['readBoard'] = id => this.#disk.readBoard(id)
  load: BoardStore['load'] = id => this.#disk.load(id)
  readSince: BoardStore['readSince'] = (...args) => this.#disk.readSince(...args)
  watermarks: BoardStore['watermarks'] = ids => this.#disk.watermarks(ids)
  compact: BoardStore['compact'] = (...args) => this.#later(() => this.#disk.compact(...args))
  append: BoardStore['append'] = (...args) => this.#later(() => this.#disk.append(...args))
  readAccess: BoardStore['readAccess'] = id => this.#disk.readAccess(id)
  changeAccess: BoardStore['changeAccess'] = (...args) => this.#disk.changeAccess(...args)
  addAsset: BoardStore['addAsset'] = (...args) => this.#disk.addAsset(...args)
  readAsset: BoardStore['readAsset'] = (...args) => this.#disk.readAsset(...args)
  close = async (): Promise<void> => undefined

  async commit(): Promise<void> {
    await this.#pending.shift()?.()
  }

  get pendingCount(): number {
    return this.#pending.length
  }

  #later<T>(write: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.push(async () => {
        if (this.isFailing) reject(new StoreError('full', 'no space left'))
        else resolve(await write())
      })
    })
  }
}

interface Line {
  readonly connection: FakeConnection
  readonly toServer: Uint8Array[]
}

/** A participant, and what it has been promised. */
class Participant {
  readonly peer = new Peer()
  readonly isOurs: boolean
  line: Line | undefined
  /** By number of document message on this connection: its own clock, and what it had deleted, when it was sent. */
  #sent: { clock: number; deleted: number }[] = []
  readonly deleted: string[] = []
  promised = { clock: 0, deleted: 0 }

  constructor(isOurs: boolean) {
    this.isOurs = isOurs
  }

  connect(line: Line): void {
    this.line = line
    this.#sent = []
    this.peer.connect(frame => {
      line.toServer.push(frame)
      while (this.#sent.length < this.peer.sentCount) {
        this.#sent.push({ clock: this.clock, deleted: this.deleted.length })
      }
    })
  }

  cut(): void {
    this.peer.disconnect()
    this.line?.connection.leave()
    this.line = undefined
  }

  receive(frame: Uint8Array): void {
    this.peer.receive(frame)
    const promise = this.#sent[this.peer.savedCount - 1]
    if (promise) this.promised = promise
  }

  get clock(): number {
    return Y.getState(this.peer.doc.store, this.peer.doc.clientID)
  }
}

async function run(seed: number): Promise<void> {
  const random = seeded(seed)
  const below = (n: number): number => Math.floor(random() * n)
  const pick = <T>(items: readonly T[]): T | undefined => items[below(items.length)]
  const disk = new MemoryStore()
  const board = newBoard('Fuzz')
  await disk.createBoard(board)
  const participants = Array.from({ length: 3 + below(3) }, (_, i) => new Participant(i % 3 < 2))
  let made = 0

  const boot = () => {
    const clock = new ManualClock()
    const store = new MortalStore(disk)
    const deps = { store, clock, log: recordLog(), limits: NO_LIMITS, serverVersion: 'fuzz', lingerMs: 100 }
    return { clock, store, registry: new Registry(deps) }
  }
  let server = boot()

  const connect = async (participant: Participant): Promise<void> => {
    if (participant.line) return
    const connection = new FakeConnection({ drawbridge: participant.isOurs })
    const seat = await server.registry.join(board.id, connection, asEditor)
    if (typeof seat === 'string') throw new Error(seat)
    connection.seat = seat
    participant.connect({ connection, toServer: [] })
  }
  const toServer = (participant: Participant): boolean => {
    const frame = participant.line?.toServer.shift()
    if (frame) participant.line?.connection.receive(frame)
    return frame !== undefined
  }
  const toClient = (participant: Participant): boolean => {
    const frame = participant.line?.connection.frames.shift()
    if (frame) participant.receive(frame)
    return frame !== undefined
  }
  const edit = (participant: Participant): void => {
    const { doc, shapes } = participant.peer
    const keys = [...shapes.keys()]
    const key = pick(keys)
    const kind = below(6)
    const entry = key === undefined ? undefined : shapes.get(key)
    if (kind < 2 || !(entry instanceof Y.Map)) {
      shapes.set(
        `${doc.clientID}-${made++}`,
        new Y.Map<unknown>([
          ['base', { made }],
          ['text', new Y.Text('ab')],
        ]),
      )
    } else if (kind === 2 && key !== undefined) {
      shapes.delete(key)
      participant.deleted.push(key)
    } else if (kind === 3) {
      const text = entry.get('text')
      if (text instanceof Y.Text) text.insert(below(text.length + 1), String(made++))
    } else if (kind === 4) {
      const text = entry.get('text')
      if (text instanceof Y.Text && text.length > 0) text.delete(below(text.length), 1)
    } else {
      doc.transact(() => {
        entry.set('xy', [made++, below(100)])
        entry.set('fill', 'red')
      })
    }
  }
  const onDisk = async (): Promise<Y.Doc> => {
    const doc = new Y.Doc()
    const stored = await disk.load(board.id)
    for (const update of [stored?.snapshot, ...(stored?.updates ?? [])])
      if (update) Y.applyUpdate(doc, update)
    return doc
  }
  const kill = async (): Promise<void> => {
    // The last commit may have reached the disk without anyone hearing of it.
    if (random() < 0.5) await server.store.commit()
    for (const participant of participants) participant.cut()
    server.registry.discard()
    server = boot()
    const doc = await onDisk()
    expect(doc.store.pendingStructs).toBeNull()
    for (const { promised, peer, deleted } of participants) {
      expect(Y.getState(doc.store, peer.doc.clientID)).toBeGreaterThanOrEqual(promised.clock)
      for (const key of deleted.slice(0, promised.deleted)) expect(doc.getMap('shapes').has(key)).toBe(false)
    }
  }

  for (let step = 0; step < STEPS; step++) {
    const participant = pick(participants)
    if (!participant) break
    const what = below(100)
    if (what < 30) edit(participant)
    else if (what < 50) toServer(participant)
    else if (what < 70) toClient(participant)
    else if (what < 80) server.clock.advance(below(60))
    else if (what < 88) await server.store.commit()
    else if (what < 93) await connect(participant)
    else if (what < 96) participant.cut()
    else if (what < 98) server.store.isFailing = !server.store.isFailing
    else await kill()
    await settle()
  }

  server.store.isFailing = false
  for (const participant of participants) await connect(participant)
  for (let isBusy = true; isBusy; ) {
    isBusy = false
    for (const participant of participants) {
      while (toServer(participant) || toClient(participant)) isBusy = true
    }
    if (server.store.pendingCount > 0 || server.registry.dirtyCount > 0) isBusy = true
    await server.store.commit()
    server.clock.advance(6000)
    await settle()
  }
  const doc = await onDisk()
  const shapes = doc.getMap('shapes').toJSON()
  for (const { peer, isOurs } of participants) {
    expect(peer.shapes.toJSON()).toEqual(shapes)
    expect(Y.encodeStateVector(peer.doc).length).toBe(Y.encodeStateVector(doc).length)
    if (isOurs) expect(peer.isSaved).toBe(true)
  }
}

const seeds = [...KEPT_SEEDS, ...Array.from({ length: ROUNDS }, (_, i) => i + 1)]

it.each(seeds)(
  '[W9] [W11] seed %i ends equal everywhere, and loses nothing that was said to be saved',
  seed => run(seed),
)
