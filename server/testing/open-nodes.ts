/** Several nodes over one store and one bus, in one process, with a clock that stands still until a test moves it. */
import * as Y from 'yjs'
import type { BoardId } from '#shared/ids.ts'
import { encodeAwareness } from '#shared/protocol.ts'
import { newBoard } from '../live/new-board.ts'
import { Nodes } from '../live/nodes.ts'
import { Registry } from '../live/registry.ts'
import type { Seat } from '../live/room.ts'
import { asEditor } from './admit.ts'
import { FakeConnection, readServerFrame } from './fake-connection.ts'
import { ManualClock, settle } from './manual-clock.ts'
import { MemoryBus, MemoryHub } from './memory-bus.ts'
import { MemoryStore } from './memory-store.ts'
import { NO_LIMITS } from './open-room.ts'
import { Peer } from './peer.ts'
import { recordLog } from './quiet-log.ts'

/** Somebody on a board by way of one of the nodes: what they are sent reaches them at once. */
export class Somebody extends FakeConnection {
  readonly peer: Peer
  /** Everybody's presence, as they see it. */
  readonly states = new Map<number, string>()
  readonly live: { clientId: number; payload: Uint8Array }[] = []
  #clock = 0

  constructor(peer = new Peer(), token?: string) {
    super(token === undefined ? {} : { token })
    this.peer = peer
  }

  override send(message: Parameters<FakeConnection['send']>[0]): void {
    super.send(message)
    this.#read()
  }

  override sendAll(frames: readonly Uint8Array[]): void {
    super.sendAll(frames)
    this.#read()
  }

  get clientId(): number {
    return this.peer.doc.clientID
  }

  sit(seat: Seat): void {
    this.seat = seat
    this.peer.connect(frame => this.receive(frame))
  }

  announce(name: string): void {
    const json = JSON.stringify({ name })
    this.receive(encodeAwareness([{ clientId: this.clientId, clock: ++this.#clock, json }]))
  }

  draw(key: string): void {
    this.peer.shapes.set(key, key)
  }

  get drawn(): string[] {
    return [...this.peer.shapes.keys()].sort()
  }

  override leave(): void {
    this.peer.disconnect()
    super.leave()
  }

  /** Names of all they see, without those who have left. */
  get sees(): string[] {
    return [...this.states.values()]
      .filter(json => json !== 'null')
      .map(json => (JSON.parse(json) as { name: string }).name)
      .sort()
  }

  #read(): void {
    for (const frame of this.takeFrames()) {
      const received = readServerFrame(frame)
      if (received.type === 'awareness') {
        for (const [id, json] of Object.entries(received.states)) this.states.set(Number(id), json)
      } else if (received.type === 'live') {
        for (const { clientId, payload } of received.messages) {
          this.live.push({ clientId, payload: payload.slice() })
        }
      } else this.peer.receive(frame)
    }
  }
}

export interface OpenNode {
  readonly registry: Registry
  readonly nodes: Nodes
  readonly bus: MemoryBus
  readonly log: ReturnType<typeof recordLog>
  join(who?: Somebody): Promise<Somebody>
  /** As by `kill -9`: nothing is said, nothing is done any more. */
  kill(): void
}

interface Several {
  1: [OpenNode]
  2: [OpenNode, OpenNode]
  3: [OpenNode, OpenNode, OpenNode]
}

export async function openNodes<Count extends keyof Several>(
  count: Count,
  limits: Partial<typeof NO_LIMITS> = {},
) {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const hub = new MemoryHub()
  const board = newBoard('Test')
  await store.createBoard(board)
  const openNode = (): OpenNode => {
    const log = recordLog()
    const bus = new MemoryBus(hub, clock)
    const nodes = new Nodes({ bus, store, clock, log })
    let isDead = false
    const orNever = <T>(answer: Promise<T>): Promise<T> =>
      answer.then(value => (isDead ? new Promise<T>(() => {}) : value))
    const ownStore = {
      createBoard: store.createBoard.bind(store),
      readBoard: store.readBoard.bind(store),
      watermarks: store.watermarks.bind(store),
      readAccess: store.readAccess.bind(store),
      changeAccess: store.changeAccess.bind(store),
      close: async () => {},
      load: (id: BoardId) => orNever(store.load(id)),
      readSince: (id: BoardId, after: number) => orNever(store.readSince(id, after)),
      compact: (id: BoardId, snapshot: Uint8Array, seq: number) => orNever(store.compact(id, snapshot, seq)),
      append: ((id, updates, facts) =>
        isDead ? new Promise(() => {}) : orNever(store.append(id, updates, facts))) as MemoryStore['append'],
    }
    const registry = new Registry({
      store: ownStore,
      nodes,
      clock,
      log,
      limits: { ...NO_LIMITS, ...limits },
      serverVersion: 'test',
    })
    return {
      registry,
      nodes,
      bus,
      log,
      async join(who = new Somebody()) {
        const seat = await registry.join(board.id, who, asEditor)
        if (typeof seat === 'string') throw new Error(seat)
        who.sit(seat)
        return who
      },
      kill() {
        isDead = true
        bus.cut()
        hub.buses.delete(bus)
        registry.discard()
      },
    }
  }
  const all = Array.from({ length: count }, openNode) as unknown as Several[Count]
  /** Lets time pass in small steps, and everything that is ready happen in each. */
  const pass = async (ms: number, stepMs = 1): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs)
      await settle()
    }
  }
  /** What the log comes to, as a node that starts now would read it. */
  const stored = async (): Promise<{ doc: Y.Doc; drawn: string[]; hasGap: boolean }> => {
    const log = await store.load(board.id)
    if (!log) throw new Error('the board is gone')
    const doc = new Y.Doc()
    for (const update of [log.snapshot, ...log.updates]) Y.applyUpdate(doc, update)
    const hasGap = doc.store.pendingStructs !== null || doc.store.pendingDs !== null
    return { doc, drawn: [...doc.getMap('shapes').keys()].sort(), hasGap }
  }
  return { id: board.id, clock, store, hub, nodes: all, openNode, pass, stored }
}
