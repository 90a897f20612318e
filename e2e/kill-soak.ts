/** Kills the server at random moments while people draw, and looks for what it had called saved.
 *
 * Writers are new pages each time, so that nobody brings back what the server lost; a reader that has nothing checks each
 * board after each start, before anybody writes. `kill -9` leaves the system's own cache alone, so this shows that
 * `saved` is said after the write and never before, that writes are whole, and that a killed start or drain spoils nothing; that
 * the flush reaches the platter is up to the disk. The choices follow from the seed, the moments do not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { WebSocket } from 'ws'
import { shapesOf, writeShape } from '#shared/board/layout.ts'
import { orderBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE } from '#shared/board/shape.ts'
import { createShapeId, type ShapeId } from '#shared/ids.ts'
import { SUBPROTOCOL } from '#shared/protocol.ts'
import { seeded } from '../server/shared/testing/seeded.ts'
import { DATABASE_FILE } from '../server/store/sqlite/sqlite-store.ts'
import { Peer } from '../server/testing/peer.ts'
import { ServerProcess } from './server-process.ts'

export interface SoakOptions {
  readonly kills: number
  readonly seed: number
  /** Told now and then how far it is. */
  readonly report?: (result: SoakResult) => void
}

export interface SoakResult {
  killCount: number
  /** Starts and drains that were killed, too; part of `killCount`. */
  startsKilled: number
  drainsKilled: number
  boardCount: number
  editCount: number
  savedCount: number
  snapshotCount: number
  /** What was said to be saved and is not there; what a restart had shown and a later one had not. */
  readonly lost: string[]
  /** Lines the server logged as errors. */
  readonly errors: string[]
  /** SQLite's own word after the last kill. */
  integrity: string
}

const BOARDS_AT_ONCE = 3
const WRITERS_PER_BOARD = 2
/** Boards are changed for new ones, so that the last ones are not much slower to load than the first. */
const KILLS_PER_BOARD = 40
/** Joining takes some 100 ms, so about one kill in five comes before anybody has drawn. */
const MAX_DRAWING_MS = 500
const MAX_START_MS = 400
const MAX_DRAIN_MS = 300
const EDIT_EVERY_MS = 3
const PASTED_SHAPES = 200
/** pino's number of the level. */
const LOG_LEVEL_ERROR = 50

export async function runKillSoak({ kills, seed, report }: SoakOptions): Promise<SoakResult> {
  const random = seeded(seed)
  // Half of a start is compiling; what is killed never gets to keep what it compiled.
  const compileCache = mkdtempSync(join(tmpdir(), 'drawbridge-compiled-'))
  const server = new ServerProcess({ NODE_COMPILE_CACHE: compileCache })
  const result: SoakResult = {
    killCount: 0,
    startsKilled: 0,
    drainsKilled: 0,
    boardCount: 0,
    editCount: 0,
    savedCount: 0,
    snapshotCount: 0,
    lost: [],
    errors: [],
    integrity: '',
  }
  const boards: SoakBoard[] = []
  try {
    await server.start()
    await server.stop()
    await server.start()
    while (result.killCount < kills) {
      if (result.killCount % KILLS_PER_BOARD === 0 || boards.length === 0) {
        for (let i = 0; i < BOARDS_AT_ONCE; i++) {
          boards.push(new SoakBoard((await server.createBoard()).id, result))
        }
        result.boardCount = boards.length
      }
      await drawUntilKilled(server, boards.slice(-BOARDS_AT_ONCE), random, result)
      await startThroughKills(server, random, result)
      await Promise.all(boards.slice(-BOARDS_AT_ONCE).map(board => board.check(server)))
      report?.(result)
    }
    for (const board of boards) await board.check(server)
    await server.stop()
    readDatabase(server, result)
    result.errors.push(...server.log.filter(isErrorLine))
    return result
  } finally {
    await server.dispose()
    rmSync(compileCache, { recursive: true, force: true })
  }
}

/** One round: everybody joins and draws until the server is gone. */
async function drawUntilKilled(
  server: ServerProcess,
  boards: readonly SoakBoard[],
  random: () => number,
  result: SoakResult,
): Promise<void> {
  const writers = boards.flatMap(board =>
    Array.from({ length: WRITERS_PER_BOARD }, () => new Writer(board, server, random)),
  )
  const drawing = setInterval(() => {
    writers[Math.floor(random() * writers.length)]?.edit()
  }, EDIT_EVERY_MS)
  await sleep(random() * MAX_DRAWING_MS)
  if (random() < 0.15) {
    result.drainsKilled++
    const drained = server.stop('SIGTERM')
    await sleep(random() * MAX_DRAIN_MS)
    await server.stop('SIGKILL')
    await drained
  } else {
    await server.stop('SIGKILL')
  }
  result.killCount++
  clearInterval(drawing)
  // What the server still said may lie in the sockets: it counts, so it is read to the end.
  await Promise.all(writers.map(writer => writer.closed))
}

async function startThroughKills(
  server: ServerProcess,
  random: () => number,
  result: SoakResult,
): Promise<void> {
  while (random() < 0.1) {
    const started = server.start().catch(() => {}) // it is killed before it has said that it started
    await sleep(random() * MAX_START_MS)
    await server.stop('SIGKILL')
    await started
    result.startsKilled++
    result.killCount++
  }
  await server.start()
}

function readDatabase(server: ServerProcess, result: SoakResult): void {
  const database = new Database(join(server.dataDir, DATABASE_FILE), { readonly: true })
  try {
    result.integrity = String(database.pragma('integrity_check', { simple: true }))
    result.snapshotCount = Number(database.prepare('SELECT count(*) FROM snapshots').pluck().get())
  } finally {
    database.close()
  }
}

function isErrorLine(line: string): boolean {
  try {
    return (JSON.parse(line) as { level?: number }).level === LOG_LEVEL_ERROR
  } catch {
    return true // a stack trace
  }
}

/** `unsure`: sent, and the server may or may not have it. */
type Expected = 'there' | 'gone' | 'unsure'

class SoakBoard {
  readonly id: string
  readonly #result: SoakResult
  readonly #shapes = new Map<ShapeId, Expected>()

  constructor(id: string, result: SoakResult) {
    this.id = id
    this.#result = result
  }

  sent(ids: readonly ShapeId[]): void {
    this.#result.editCount++
    for (const id of ids) this.#shapes.set(id, 'unsure')
  }

  saved(ids: readonly ShapeId[], state: 'there' | 'gone'): void {
    this.#result.savedCount++
    for (const id of ids) this.#shapes.set(id, state)
  }

  isThere(id: ShapeId): boolean {
    return this.#shapes.get(id) === 'there'
  }

  /** Reads the board as a new page does, and holds it against what was promised. */
  async check(server: ServerProcess): Promise<void> {
    const shapes = await readShapes(server, this.id)
    for (const [id, expected] of this.#shapes) {
      const actual = shapes.has(id) ? 'there' : 'gone'
      if (expected !== 'unsure' && expected !== actual) {
        this.#result.lost.push(
          `board ${this.id}: shape ${id} should be ${expected} after kill ${this.#result.killCount}`,
        )
      }
      // It was read from the disk: from now on it is to stay so.
      this.#shapes.set(id, actual)
    }
  }
}

async function readShapes(server: ServerProcess, boardId: string): Promise<ReadonlySet<ShapeId>> {
  const reader = new Page(server, boardId)
  await reader.synced
  const ids = new Set(reader.peer.shapes.keys())
  reader.close()
  return ids
}

/** A page without a browser: a participant's document on a socket. */
class Page {
  readonly peer = new Peer()
  /** Rejects when the socket closes first. */
  readonly synced: Promise<void>
  readonly closed: Promise<void>
  readonly #socket: WebSocket

  constructor(server: ServerProcess, boardId: string) {
    const url = `${server.url.replace('http', 'ws')}/live/${boardId}`
    this.#socket = new WebSocket(url, [SUBPROTOCOL], { perMessageDeflate: false })
    const { promise: synced, resolve: isSynced, reject } = Promise.withResolvers<void>()
    const { promise: closed, resolve: isClosed } = Promise.withResolvers<void>()
    this.synced = synced
    this.closed = closed
    synced.catch(() => {}) // a writer that does not get there has nothing to say
    this.#socket.on('open', () =>
      this.peer.connect(frame => {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame)
      }),
    )
    this.#socket.on('message', (frame: Buffer) => {
      this.peer.receive(frame)
      if (this.peer.isSynced) isSynced()
    })
    this.#socket.on('error', () => {}) // its close comes next
    this.#socket.on('close', code => {
      this.peer.disconnect()
      reject(new Error(`board ${boardId} closed with ${code} before it was synced`))
      isClosed()
    })
  }

  onFrame(run: () => void): void {
    this.#socket.on('message', run)
  }

  close(): void {
    this.#socket.close()
  }
}

interface SentEdit {
  /** Its number among the connection's document messages. */
  readonly message: number
  readonly ids: readonly ShapeId[]
  readonly becomes: 'there' | 'gone'
}

/** A page that draws: mostly one shape, now and then a paste of many, now and then it deletes what is saved. */
class Writer {
  readonly closed: Promise<void>
  readonly #page: Page
  readonly #board: SoakBoard
  readonly #random: () => number
  #sent: SentEdit[] = []

  constructor(board: SoakBoard, server: ServerProcess, random: () => number) {
    this.#board = board
    this.#random = random
    this.#page = new Page(server, board.id)
    this.closed = this.#page.closed
    this.#page.onFrame(() => this.#settle())
  }

  edit(): void {
    const { peer } = this.#page
    if (!peer.isSynced) return
    const kind = this.#random()
    const doomed =
      kind < 0.1 ? [...peer.shapes.keys()].filter(id => this.#board.isThere(id)).at(-1) : undefined
    if (doomed !== undefined) {
      peer.doc.transact(() => peer.shapes.delete(doomed))
      this.#note([doomed], 'gone')
      return
    }
    const ids = Array.from({ length: kind > 0.98 ? PASTED_SHAPES : 1 }, createShapeId)
    peer.doc.transact(() => {
      for (const id of ids) writeShape(shapesOf(peer.doc), rectangle(id, this.#random))
    })
    this.#note(ids, 'there')
  }

  /** The update went out as the document changed, so it is the last message sent. */
  #note(ids: readonly ShapeId[], becomes: 'there' | 'gone'): void {
    this.#board.sent(ids)
    this.#sent.push({ message: this.#page.peer.sentCount, ids, becomes })
  }

  #settle(): void {
    const { savedCount } = this.#page.peer
    while (this.#sent[0] && this.#sent[0].message <= savedCount) {
      const { ids, becomes } = this.#sent[0]
      this.#board.saved(ids, becomes)
      this.#sent.shift()
    }
  }
}

const rectangle = (id: ShapeId, random: () => number) => ({
  ...DEFAULT_STYLE,
  id,
  type: 'rectangle' as const,
  order: orderBetween(null, null, random),
  locked: false,
  xy: [Math.round(random() * 10_000), Math.round(random() * 10_000)] as const,
  wh: [120, 80] as const,
  angle: 0,
  text: '',
  wrap: false,
})
