/** Several nodes over one store and one bus, in one process, with a clock that stands still until a test moves it. */
import * as Y from 'yjs'
import { encodeAwareness, encodeLiveToServer } from '#shared/protocol.ts'
import { newBoard } from '../live/new-board.ts'
import { Nodes } from '../live/nodes.ts'
import { Registry } from '../live/registry.ts'
import type { Seat } from '../live/room.ts'
import type { BoardStore, StoreError } from '../store/store.ts'
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
    // What came before is read by who has somebody to answer.
    this.#read()
  }

  announce(name: string): void {
    const json = JSON.stringify({ name })
    this.receive(encodeAwareness([{ clientId: this.clientId, clock: ++this.#clock, json }]))
  }

  point(payload: Uint8Array): void {
    this.receive(encodeLiveToServer(payload))
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
    if (!this.seat) return
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
  /** What the store of this node fails with. */
  storeFailure: StoreError | undefined
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
    let isDead = false
    /** Of a node that is killed meanwhile the store does what it was asked for, and nobody hears of it. */
    const ask = async <T>(answer: () => Promise<T>): Promise<T> => {
      if (node.storeFailure) throw node.storeFailure
      const value = isDead ? undefined : await answer()
      return isDead || value === undefined ? new Promise<T>(() => {}) : value
    }
    const never = <T>(): Promise<T> => new Promise<T>(() => {})
    const ownStore: BoardStore = {
      createBoard: made => ask(() => store.createBoard(made)),
      readBoard: id => store.readBoard(id),
      load: id => store.load(id),
      readSince: (id, afterSeq) => (isDead ? never() : ask(() => store.readSince(id, afterSeq))),
      watermarks: ids => ask(() => store.watermarks(ids)),
      append: (id, updates, facts) => ask(() => store.append(id, updates, facts)),
      compact: (id, snapshot, throughSeq) => ask(() => store.compact(id, snapshot, throughSeq)),
      readAccess: id => store.readAccess(id),
      changeAccess: (id, changes, version) => ask(() => store.changeAccess(id, changes, version)),
      addAsset: (id, asset, maxBytes) => ask(() => store.addAsset(id, asset, maxBytes)),
      readAsset: (id, assetId) => store.readAsset(id, assetId),
      close: async () => {},
    }
    const nodes = new Nodes({ bus, store: ownStore, clock, log })
    const registry = new Registry({
      store: ownStore,
      nodes,
      clock,
      log,
      limits: { ...NO_LIMITS, ...limits },
      serverVersion: 'test',
      now: () => clock.nowMs(),
    })
    const node: OpenNode = {
      registry,
      nodes,
      bus,
      log,
      storeFailure: undefined,
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
    return node
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
