/** How many changes nodes take, when people draw as fast as what they drew is saved. They send real changes of a document and do not read
 * those of the others, so that this process is no slower than what it measures. */
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { SUBPROTOCOL, SYNC, TAG } from '#shared/protocol.ts'
import { Peer } from '../../../server/testing/peer.ts'
import { Fleet } from '../../nodes/fleet.ts'
import { toldOf, watchCpu } from './cpu.ts'

const PEOPLE = 24
/** Of many boards, each of which is on one node. */
const BOARDS = 12
/** Changes of one person that are on their way. */
const WINDOW = 48
const WARM_UP_MS = 2000
const RUN_MS = 7000
/** Keys that one person writes again and again, so that documents stay small. */
const KEYS = 50

export const THROUGHPUT_HEADER = [
  '| nodes | boards | changes saved a second | and sent on to others | until saved, median · p95 | CPU, cores: nodes · PostgreSQL · Redis · load |',
  '| --- | --- | --- | --- | --- | --- |',
]

export async function measureThroughput(nodeCount: number): Promise<string[]> {
  const fleet = await Fleet.start(nodeCount, {
    isDirect: true,
    hasOwnPostgres: true,
    env: { MESSAGES_PER_SECOND: '0' },
  })
  try {
    const rows: string[] = []
    for (const boardCount of [BOARDS, 1]) rows.push(await measure(fleet, boardCount))
    return rows
  } finally {
    await fleet.dispose()
  }
}

async function measure(fleet: Fleet, boardCount: number): Promise<string> {
  const { nodes } = fleet
  const serverOf = (i: number) => (nodes[i % nodes.length] as (typeof nodes)[number]).server
  const boards = await Promise.all(
    Array.from({ length: boardCount }, async () => (await serverOf(0).createBoard()).id),
  )
  const people = Array.from({ length: PEOPLE }, (_, i) => {
    const node = boardCount === 1 ? i : i % boardCount
    return new Drawer(serverOf(node).url, boards[i % boardCount] as string)
  })
  await Promise.all(people.map(({ isIn }) => isIn))
  for (const person of people) person.draw()
  await sleep(WARM_UP_MS)
  const before = people.map(({ savedCount }) => savedCount)
  for (const person of people) person.delays.length = 0
  const cpu = watchCpu(fleet)
  const startMs = performance.now()
  await sleep(RUN_MS)
  const seconds = (performance.now() - startMs) / 1000
  const shares = cpu()
  const saved = people.reduce((sum, { savedCount }, i) => sum + savedCount - (before[i] ?? 0), 0)
  const delays = people.flatMap(person => person.delays).sort((a, b) => a - b)
  for (const person of people) person.leave()
  const at = (share: number): string => (delays[Math.floor(delays.length * share)] ?? Number.NaN).toFixed(0)
  const rate = saved / seconds
  return [
    '',
    nodes.length,
    boardCount,
    Math.round(rate),
    Math.round(rate * (PEOPLE / boardCount - 1)),
    `${at(0.5)} · ${at(0.95)} ms`,
    toldOf(shares),
    '',
  ]
    .join(' | ')
    .trim()
}

class Drawer {
  readonly isIn: Promise<void>
  /** From each change until it was said to be saved, ms. */
  readonly delays: number[] = []
  readonly #peer = new Peer()
  readonly #socket: WebSocket
  readonly #sentAtMs: number[] = []
  #savedBefore = 0
  #count = 0
  #isDrawing = false

  constructor(url: string, boardId: string) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live/${boardId}`, [SUBPROTOCOL])
    this.#socket = socket
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.isIn = promise
    socket.on('open', () => this.#peer.connect(frame => socket.send(frame)))
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      // What the others drew.
      if (data[0] === TAG.sync && data[1] === SYNC.update) return
      this.#peer.receive(new Uint8Array(data))
      if (this.#peer.isSynced) resolve()
      if (this.#isDrawing) this.#goOn()
    })
  }

  get savedCount(): number {
    return this.#peer.savedCount
  }

  draw(): void {
    this.#isDrawing = true
    this.#savedBefore = this.#peer.savedCount
    this.#goOn()
  }

  leave(): void {
    this.#isDrawing = false
    this.#socket.terminate()
  }

  #goOn(): void {
    const nowMs = performance.now()
    for (; this.#savedBefore < this.#peer.savedCount; this.#savedBefore++) {
      const sentAtMs = this.#sentAtMs.shift()
      if (sentAtMs !== undefined) this.delays.push(nowMs - sentAtMs)
    }
    while (this.#peer.sentCount - this.#peer.savedCount < WINDOW) {
      this.#sentAtMs.push(performance.now())
      this.#peer.doc.getMap('marks').set(`${this.#peer.doc.clientID}-${this.#count++ % KEYS}`, nowMs)
    }
  }
}
