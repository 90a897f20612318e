/** Nodes behind a load balancer are restarted one after the other while people draw: how long until everybody is back, and whether anything
 * is lost. The people are stock clients, which come back by themselves; each board has one who draws without end. */
import { shapesOf, writeShape } from '#shared/board/layout.ts'
import { orderBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE } from '#shared/board/shape.ts'
import { createShapeId } from '#shared/ids.ts'
import { createBoard, type SecureSite } from '../server/testing/ask-securely.ts'
import { SecureStockClient } from '../server/testing/secure-clients.ts'
import type { ServerProcess } from './server-process.ts'

export interface RollingOptions {
  readonly nodes: readonly ServerProcess[]
  readonly balancer: SecureSite
  readonly participants: number
  readonly boards: number
}

export interface RollingResult {
  readonly restarts: readonly NodeRestart[]
  readonly drawnCount: number
  /** Of what was drawn, what somebody who comes when all is over does not find. */
  readonly lostCount: number
  /** Participants whose board in the end is not what that newcomer finds. */
  readonly differentCount: number
}

export interface NodeRestart {
  /** 0 if it had saved everything when it ended. */
  readonly exitCode: number | null
  /** Participants who were on the node. */
  readonly movedCount: number
  /** All times are from the signal on. The old process has ended: */
  readonly drainedMs: number
  /** The new one takes connections: */
  readonly upMs: number
  /** Those who were on it are synced again: */
  readonly backP50Ms: number
  readonly lastBackMs: number
}

const DRAW_EVERY_MS = 100
const GIVE_UP_MS = 60_000

export async function rollThrough(options: RollingOptions): Promise<RollingResult> {
  const { nodes, balancer } = options
  // Every provider listens for the end of its process.
  process.setMaxListeners(0)
  const boards: string[] = []
  for (let i = 0; i < options.boards; i++) boards.push(await createBoard(balancer))
  const people = Array.from(
    { length: options.participants },
    (_, i) => new Participant(balancer, boards[i % boards.length] ?? ''),
  )
  try {
    await Promise.all(people.map(person => person.synced()))
    const drawers = people.slice(0, boards.length)
    const drawing = setInterval(() => {
      for (const drawer of drawers) drawer.draw()
    }, DRAW_EVERY_MS)
    const restarts: NodeRestart[] = []
    for (const node of nodes) restarts.push(await restart(node, people))
    clearInterval(drawing)
    return { restarts, ...(await compare(balancer, drawers, people)) }
  } finally {
    for (const person of people) person.leave()
  }
}

async function restart(node: ServerProcess, people: readonly Participant[]): Promise<NodeRestart> {
  const startMs = performance.now()
  for (const person of people) person.backAtMs = undefined
  const exitCode = await node.stop('SIGTERM')
  const drainedMs = performance.now() - startMs
  await node.start()
  const upMs = performance.now() - startMs
  await Promise.all(people.map(person => person.synced()))
  const backMs = people
    .flatMap(({ backAtMs }) => (backAtMs === undefined ? [] : [backAtMs - startMs]))
    .sort((a, b) => a - b)
  const backP50Ms = backMs[Math.floor(backMs.length / 2)] ?? 0
  return { exitCode, movedCount: backMs.length, drainedMs, upMs, backP50Ms, lastBackMs: backMs.at(-1) ?? 0 }
}

/** By what a newcomer to each board is told, when that is all there is. */
async function compare(
  balancer: SecureSite,
  drawers: readonly Participant[],
  people: readonly Participant[],
): Promise<Omit<RollingResult, 'restarts'>> {
  let [drawnCount, lostCount, differentCount] = [0, 0, 0]
  for (const drawer of drawers) {
    const newcomer = new Participant(balancer, drawer.board)
    await newcomer.synced()
    const there = people.filter(({ board }) => board === drawer.board)
    // What is on its way when the drawing ends arrives soon, or never.
    await before(
      GIVE_UP_MS / 6,
      newcomer.until(() => newcomer.hasAll(drawer.drawn)),
    )
    for (const person of there)
      await before(
        GIVE_UP_MS / 6,
        person.until(() => person.hasAll(drawer.drawn)),
      )
    drawnCount += drawer.drawn.length
    lostCount += drawer.drawn.filter(id => !newcomer.has(id)).length
    differentCount += there.filter(person => person.fingerprint !== newcomer.fingerprint).length
    newcomer.leave()
  }
  return { drawnCount, lostCount, differentCount }
}

class Participant {
  readonly board: string
  readonly drawn: string[] = []
  /** When it was last synced anew after it had lost its connection. */
  backAtMs: number | undefined
  readonly #client: SecureStockClient
  #wasGone = false

  constructor(balancer: SecureSite, board: string) {
    this.board = board
    this.#client = new SecureStockClient(balancer, board)
    this.#client.provider.on('sync', isSynced => {
      if (isSynced && this.#wasGone) this.backAtMs = performance.now()
      this.#wasGone = !isSynced
    })
  }

  get #shapes() {
    return shapesOf(this.#client.doc)
  }

  /** Equal for equal boards, whatever order their shapes came in. */
  get fingerprint(): string {
    const shapes: [string, unknown][] = Object.entries(this.#shapes.toJSON())
    return JSON.stringify(shapes.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** @throws Error when that takes a minute */
  async synced(): Promise<void> {
    const { provider } = this.#client
    if (!(await before(GIVE_UP_MS, this.#client.synced()))) {
      throw new Error(
        `a participant is not back after ${GIVE_UP_MS} ms, ${provider.wsUnsuccessfulReconnects} tries`,
      )
    }
  }

  draw(): void {
    const id = createShapeId()
    this.drawn.push(id)
    writeShape(this.#shapes, {
      ...DEFAULT_STYLE,
      id,
      type: 'rectangle',
      order: orderBetween(null, null),
      locked: false,
      xy: [this.drawn.length * 10, 0],
      wh: [120, 80],
      angle: 0,
      text: '',
      wrap: false,
    })
  }

  has(id: string): boolean {
    return this.#shapes.has(id)
  }

  hasAll(ids: readonly string[]): boolean {
    return ids.every(id => this.#shapes.has(id))
  }

  /** Asked again after every change. */
  until(condition: () => boolean): Promise<void> {
    const { doc } = this.#client
    return new Promise(resolve => {
      const check = (): void => {
        if (!condition()) return
        doc.off('update', check)
        resolve()
      }
      doc.on('update', check)
      check()
    })
  }

  leave(): void {
    this.#client.provider.destroy()
  }
}

/** @returns whether it was in time */
async function before(limitMs: number, outcome: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, limitMs, false)
  })
  const isInTime = await Promise.race([outcome.then(() => true), late])
  clearTimeout(timer)
  return isInTime
}
