/** One board, everybody moving a pointer, a few of them drawing: what reaches the others, when, and what it costs.
 *
 * The load is open-loop: it goes on at its pace however slow the server gets, as people do. Times are carried in what is sent and
 * read by a few; the rest only count bytes. Drawing is typing into a text at stroke rate: small document changes that
 * can be told apart at the other end. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as Y from 'yjs'
import { decodeLivePayload, encodeCursor } from '../../../server/shared/live.ts'
import { SYNC } from '../../../server/shared/protocol.ts'
import { addTextShape } from './board.ts'
import { Connection, clientIdOf, openAll } from './connection.ts'
import type { Contestant } from './contestants.ts'
import { CpuMeter, percentile, rssMb } from './measure.ts'

export interface FanOutOptions {
  readonly participants: number
  readonly seconds: number
  readonly cursorHz: number
  readonly drawers: number
  readonly drawHz: number
  /** Over how many places of the board they are spread, each seeing one; nobody says what they see when there is none. */
  readonly screens?: number
}

export interface FanOutResult {
  readonly serverCores: number
  /** Of the proxy before it, if there is one. */
  readonly proxyCores: number
  /** Near 1 the load itself is late, and the times say little about the server. */
  readonly loadCores: number
  readonly cursorMs: { p50: number; p95: number }
  readonly drawMs: { p50: number; p95: number }
  /** Of the cursor positions that were sent, those that arrived while it was measured; the newest of a tick counts for all. */
  readonly cursorsArrived: number
  /** Of what was drawn, what the observers had a second after the end. */
  readonly drawingComplete: number
  readonly bytesPerParticipantPerSecond: number
  readonly rssMb: number
  readonly disconnects: number
}

/** How many read everybody's cursors. */
const READERS = 8
const OBSERVERS = 2
const WARM_UP_MS = 1500
const SETTLE_MS = 1000
const SLICE_MS = 4
const KEYS_PER_SHAPE = 120
/** Board units. The x of a cursor is a time, so places lie below each other. */
const SCREEN = { x: 0, w: 1e9, h: 800, apart: 4000 }
const isRemote = Symbol('remote')

export async function measureFanOut(contestant: Contestant, options: FanOutOptions): Promise<FanOutResult> {
  const { participants, seconds, cursorHz, drawers, drawHz, screens } = options
  const board = await contestant.createBoard()
  const run = new Run(contestant, board, participants, drawers, screens ?? 1)
  await openAll(run.connections)
  for (const connection of run.connections) connection.announce(state(connection, ''))
  if (screens !== undefined) run.look()
  await sleep(500)
  const stop = run.move(cursorHz, drawHz)
  await sleep(WARM_UP_MS)

  run.isMeasuring = true
  const meters = [new CpuMeter(contestant.pid), new CpuMeter(process.pid)]
  const proxyMeters = (contestant.proxyPids ?? []).map(pid => new CpuMeter(pid))
  const bytesBefore = run.receivedBytes
  const startMs = performance.now()
  await sleep(seconds * 1000)
  run.isMeasuring = false
  const elapsed = (performance.now() - startMs) / 1000
  const [serverCores = 0, loadCores = 0] = meters.map(meter => meter.cores)
  const proxyCores = proxyMeters.reduce((sum, meter) => sum + meter.cores, 0)
  const bytes = run.receivedBytes - bytesBefore
  stop()
  const disconnects = run.connections.filter(({ closeCode }) => closeCode !== undefined).length
  await sleep(SETTLE_MS)
  const expected = run.seenByReaders() * cursorHz * elapsed
  const result = {
    serverCores,
    proxyCores,
    loadCores,
    cursorMs: { p50: percentile(run.cursorMs, 0.5), p95: percentile(run.cursorMs, 0.95) },
    drawMs: { p50: percentile(run.drawMs, 0.5), p95: percentile(run.drawMs, 0.95) },
    cursorsArrived: run.cursorMs.length / expected,
    drawingComplete: run.drawnShare(),
    bytesPerParticipantPerSecond: bytes / participants / elapsed,
    rssMb: rssMb(contestant.pid),
    disconnects,
  }
  for (const connection of run.connections) connection.close()
  return result
}

const state = ({ clientId }: Connection, rest: string): string =>
  `{"user":{"name":"User ${clientId}","color":"#4477aa"}${rest}}`

class Run {
  readonly connections: Connection[] = []
  readonly cursorMs: number[] = []
  readonly drawMs: number[] = []
  readonly readerCount: number
  isMeasuring = false
  readonly #isDrawbridge: boolean
  readonly #screens: number
  readonly #drawers: Drawer[] = []
  readonly #observers: Y.Doc[] = []

  constructor(contestant: Contestant, board: string, participants: number, drawers: number, screens: number) {
    this.#screens = screens
    this.#isDrawbridge = contestant.dialect === 'drawbridge'
    this.readerCount = Math.min(READERS, participants)
    for (let i = 0; i < participants; i++) {
      const isObserver = i >= participants - OBSERVERS
      const clientId = clientIdOf(i)
      const reader = isObserver
        ? this.#observe()
        : i < this.readerCount
          ? this.#readCursors(clientId)
          : undefined
      const connection = new Connection(contestant, board, clientId, reader)
      this.connections.push(connection)
      if (i < drawers) this.#drawers.push(new Drawer(connection))
    }
  }

  get receivedBytes(): number {
    return this.connections.reduce((sum, connection) => sum + connection.receivedBytes, 0)
  }

  /** Everybody says what they see. */
  look(): void {
    const { x, w, h } = SCREEN
    this.connections.forEach((connection, i) => {
      connection.view({ x, y: this.#topOf(i), w, h })
    })
  }

  /** How many cursors all readers together see. */
  seenByReaders(): number {
    const count = this.connections.length
    let seen = 0
    for (let reader = 0; reader < this.readerCount; reader++) {
      seen += Math.ceil((count - (reader % this.#screens)) / this.#screens) - 1
    }
    return seen
  }

  #topOf(i: number): number {
    return (i % this.#screens) * SCREEN.apart
  }

  /** Each participant moves at its own phase.
   * @returns how to stop */
  move(cursorHz: number, drawHz: number): () => void {
    const pace = <T>(actors: readonly T[], hz: number, act: (actor: T) => void) => {
      const periodMs = 1000 / hz
      const due = actors.map((_, i) => performance.now() + (i / actors.length) * periodMs)
      return () => {
        const nowMs = performance.now()
        actors.forEach((actor, i) => {
          const dueMs = due[i] ?? 0
          if (dueMs > nowMs) return
          act(actor)
          // What was missed is made up for, but not more than a second of it.
          due[i] = Math.max(dueMs + periodMs, nowMs - 1000)
        })
      }
    }
    const moveCursors = pace([...this.connections.keys()], cursorHz, i => this.#moveCursor(i))
    const draw = pace(this.#drawers, drawHz, drawer => drawer.draw())
    const timer = setInterval(() => {
      moveCursors()
      draw()
    }, SLICE_MS)
    return () => clearInterval(timer)
  }

  /** The share of what was drawn that the slower observer has. */
  drawnShare(): number {
    const drawn = this.#drawers.reduce((sum, { doc }) => sum + textLength(doc), 0)
    return drawn === 0 ? 1 : Math.min(...this.#observers.map(doc => textLength(doc) / drawn))
  }

  #moveCursor(i: number): void {
    const connection = this.connections[i]
    if (!connection) return
    const nowMs = performance.now()
    const y = this.#topOf(i) + Math.random() * SCREEN.h
    // The time is the x: as much on the wire as a position, and readable at the other end.
    if (this.#isDrawbridge) connection.live(encodeCursor([nowMs, y]))
    else connection.announce(state(connection, `,"cursor":{"x":${nowMs.toFixed(1)},"y":${y.toFixed(1)}}`))
  }

  #readCursors(ownId: number) {
    const arrived = (clientId: number, sentAtMs: number): void => {
      if (this.isMeasuring && clientId !== ownId && !Number.isNaN(sentAtMs)) {
        this.cursorMs.push(performance.now() - sentAtMs)
      }
    }
    return {
      awareness: (clientId: number, json: string) =>
        arrived(clientId, Number(/"x":([\d.]+)/.exec(json)?.[1] ?? Number.NaN)),
      live: (clientId: number, payload: Uint8Array) => {
        const message = decodeLivePayload(payload)
        if (message?.kind === 'cursor') arrived(clientId, message.at?.[0] ?? Number.NaN)
      },
    }
  }

  #observe() {
    const doc = new Y.Doc()
    this.#observers.push(doc)
    doc.getMap('shapes').observeDeep(events => {
      if (!this.isMeasuring) return
      const nowMs = performance.now()
      for (const event of events) {
        if (!(event instanceof Y.YTextEvent)) continue
        for (const { insert } of event.delta) {
          if (typeof insert !== 'string') continue
          for (const time of insert.split(' ')) if (time !== '') this.drawMs.push(nowMs - Number(time))
        }
      }
    })
    return {
      sync: (step: number, bytes: Uint8Array) => {
        if (step !== SYNC.step1) Y.applyUpdate(doc, bytes, isRemote)
      },
    }
  }
}

/** Types times into one text shape after the other. */
class Drawer {
  readonly doc = new Y.Doc()
  readonly #id: number
  #text: Y.Text | undefined
  #keyCount = 0

  constructor(connection: Connection) {
    this.#id = connection.clientId
    this.doc.clientID = this.#id
    this.doc.on('update', (update: Uint8Array) => connection.update(update))
  }

  draw(): void {
    if (!this.#text || this.#keyCount % KEYS_PER_SHAPE === 0) {
      this.#text = addTextShape(this.doc.getMap('shapes'), `${this.#id}-${this.#keyCount}`)
    }
    this.#keyCount++
    this.#text.insert(this.#text.length, `${performance.now().toFixed(1)} `)
  }
}

function textLength(doc: Y.Doc): number {
  let length = 0
  for (const entry of doc.getMap('shapes').values()) {
    const text = entry instanceof Y.Map ? entry.get('text') : undefined
    if (text instanceof Y.Text) length += text.length
  }
  return length
}
