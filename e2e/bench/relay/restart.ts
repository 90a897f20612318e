/** The server is restarted while people draw: how long until the last stock client is back, and whether all have the same. */
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { addTextShape } from './board.ts'
import type { OurServer } from './contestants.ts'
import { percentile } from './measure.ts'

export interface RestartOptions {
  readonly participants: number
  readonly drawers: number
}

export interface RestartResult {
  /** From the signal until the old process is gone. */
  readonly drainMs: number
  /** From the signal until everybody is synced again. */
  readonly lastBackMs: number
  readonly backP50Ms: number
  /** Participants whose board is not the same as everybody's, two seconds after the last stroke. */
  readonly different: number
  /** Of what was drawn before, during and after, what everybody has. */
  readonly isComplete: boolean
}

const DRAW_EVERY_MS = 100
const GIVE_UP_MS = 40_000

export async function measureRestart(server: OurServer, options: RestartOptions): Promise<RestartResult> {
  const board = await server.createBoard()
  const url = server.urlOf(board)
  const base = url.slice(0, url.lastIndexOf('/'))
  // Every provider listens for the end of its process.
  process.setMaxListeners(0)
  const pages = Array.from({ length: options.participants }, () => new Page(base, board))
  await Promise.all(pages.map(page => page.synced()))
  const texts = pages.slice(0, options.drawers).map((page, i) => {
    const text = addTextShape(page.doc.getMap('shapes'), `text-${i}`)
    return { text, drawing: setInterval(() => text.insert(text.length, 'x'), DRAW_EVERY_MS) }
  })
  await sleep(1500)

  const startMs = performance.now()
  const back = pages.map(page => page.backAfterMs(startMs))
  await server.process.stop('SIGTERM')
  const drainMs = performance.now() - startMs
  await server.process.start()
  const timesMs = await Promise.all(back)
  for (const { drawing } of texts) clearInterval(drawing)
  await sleep(2000)
  const lengths = texts.map(({ text }) => text.length)
  const reference = fingerprint(pages[0]?.doc)
  const different = pages.filter(({ doc }) => fingerprint(doc) !== reference).length
  const seen = texts.map((_, i) => textLength(pages.at(-1)?.doc, `text-${i}`))
  for (const page of pages) page.close()
  return {
    drainMs,
    lastBackMs: Math.max(...timesMs),
    backP50Ms: percentile(timesMs, 0.5),
    different,
    isComplete: seen.every((length, i) => length === lengths[i]),
  }
}

/** The stock client as it comes, but for the tabs' channel, over which pages of one process would tell each other. */
class Page {
  readonly doc = new Y.Doc()
  readonly #provider: WebsocketProvider

  constructor(base: string, board: string) {
    this.#provider = new WebsocketProvider(base, board, this.doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    })
  }

  synced(): Promise<void> {
    return new Promise(resolve => {
      if (this.#provider.synced) resolve()
      else this.#provider.once('sync', () => resolve())
    })
  }

  /** @returns the time at which it was synced after it had lost its connection; `Infinity` when that took too long */
  backAfterMs(startMs: number): Promise<number> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, GIVE_UP_MS, Number.POSITIVE_INFINITY)
      let wasGone = false
      this.#provider.on('sync', isSynced => {
        if (!isSynced) wasGone = true
        if (!isSynced || !wasGone) return
        clearTimeout(timer)
        resolve(performance.now() - startMs)
      })
    })
  }

  close(): void {
    this.#provider.destroy()
  }
}

/** Equal for equal boards, whatever order their shapes came in. */
function fingerprint(doc: Y.Doc | undefined): string {
  const shapes: [string, unknown][] = Object.entries(doc?.getMap('shapes').toJSON() ?? {})
  return JSON.stringify(shapes.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function textLength(doc: Y.Doc | undefined, id: string): number {
  const entry = doc?.getMap('shapes').get(id)
  const text = entry instanceof Y.Map ? entry.get('text') : undefined
  return text instanceof Y.Text ? text.length : -1
}
