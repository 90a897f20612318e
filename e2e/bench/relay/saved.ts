/** How long it takes from a change until its author is told that it is on disk, with many boards being drawn on. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as Y from 'yjs'
import { addShape } from './board.ts'
import { Connection, clientIdOf, openAll } from './connection.ts'
import type { Contestant } from './contestants.ts'
import { CpuMeter, percentile } from './measure.ts'

export interface SavedOptions {
  readonly boards: number
  /** Shapes a second on each board. */
  readonly shapesHz: number
  readonly seconds: number
}

export interface SavedResult {
  readonly savedMs: { p50: number; p95: number; p99: number }
  readonly serverCores: number
  /** Changes that nobody was told of a second after the end. */
  readonly unsaved: number
}

const SETTLE_MS = 1000

export async function measureSaved(contestant: Contestant, options: SavedOptions): Promise<SavedResult> {
  const authors: Author[] = []
  for (let i = 0; i < options.boards; i++) {
    authors.push(new Author(contestant, await contestant.createBoard(), clientIdOf(i)))
  }
  await openAll(authors.map(({ connection }) => connection))
  const meter = new CpuMeter(contestant.pid)
  const periodMs = 1000 / options.shapesHz
  const timers: NodeJS.Timeout[] = []
  for (const author of authors) {
    timers.push(setInterval(() => author.draw(), periodMs))
    // Each at its own phase: a thousand people do not lift their pens at once.
    await sleep(periodMs / authors.length)
  }
  await sleep(options.seconds * 1000)
  for (const timer of timers) clearInterval(timer)
  const serverCores = meter.cores
  await sleep(SETTLE_MS)
  const times = authors.flatMap(author => author.savedMs)
  for (const { connection } of authors) connection.close()
  return {
    savedMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) },
    serverCores,
    unsaved: authors.reduce((sum, { waiting }) => sum + waiting.length, 0),
  }
}

class Author {
  readonly connection: Connection
  readonly savedMs: number[] = []
  readonly waiting: { message: number; atMs: number }[] = []
  readonly #shapes: Y.Map<unknown>
  readonly #id: number

  constructor(contestant: Contestant, board: string, clientId: number) {
    this.#id = clientId
    const doc = new Y.Doc()
    this.#shapes = doc.getMap('shapes')
    this.connection = new Connection(contestant, board, clientId, { saved: count => this.#saved(count) })
    doc.on('update', (update: Uint8Array) => {
      this.connection.update(update)
      this.waiting.push({ message: this.connection.sentDocumentCount, atMs: performance.now() })
    })
  }

  draw(): void {
    this.#shapes.doc?.transact(() =>
      addShape(this.#shapes, `${this.#id}-${this.connection.sentDocumentCount}`, {
        type: 'ellipse',
        order: 'a0',
        xy: [0, 0],
        wh: [120, 80],
      }),
    )
  }

  #saved(count: number): void {
    while (this.waiting[0] && this.waiting[0].message <= count) {
      this.savedMs.push(performance.now() - this.waiting[0].atMs)
      this.waiting.shift()
    }
  }
}
