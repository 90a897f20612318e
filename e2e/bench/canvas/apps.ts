/** The whiteboards that are measured: how each comes to a board of a scene, and how it tells that they are on the screen. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { build, type PreviewServer, preview } from 'vite'
import { ServerProcess } from '../../server-process.ts'
import { type Others, othersOn } from './others.ts'
import { type Scene, sceneFile } from './scenes/scene.ts'

export interface Opened {
  /** From the navigation until two frames after the shapes were there, ms. */
  readonly shownAfterMs: number
}

export interface App {
  readonly name: string
  /** Beyond so many shapes it takes minutes or does not come back. */
  readonly mostShapes: number
  /** Makes a board of a scene's file that is at hand already.
   * @returns ms, `undefined` where that is the same as opening it */
  import(page: Page, scene: Scene): Promise<number | undefined>
  /** Goes to that board, at 10 % zoom. */
  open(page: Page, scene: Scene): Promise<Opened>
  /** What has become of the elements of the scene, where that is not a shape each. */
  readonly note?: string | undefined
  /** Shows the board from a point at the top left corner on. */
  look(page: Page, view: View): Promise<void>
  readonly keys: Readonly<Record<'select' | 'pen' | 'eraser', string>>
  /** Other people on the open board, where there can be some. */
  readonly others?: Others
  stop(): Promise<void>
}

/** Board units; zoom 1 is 100 %. */
export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

export type AppName = 'drawbridge' | 'excalidraw' | 'tldraw'

const NO_LIMITS = { MESSAGES_PER_SECOND: '0', BYTES_PER_SECOND: '0', MAX_PARTICIPANTS_PER_BOARD: '0' }
const PATIENCE_MS = 300_000

export async function startDrawbridge(): Promise<App> {
  const server = new ServerProcess(NO_LIMITS)
  await server.start()
  let boardId = ''
  let note: string | undefined
  return {
    name: 'Drawbridge',
    mostShapes: 200_000,
    async import(_page, scene) {
      const body = JSON.stringify(sceneFile(scene))
      const startMs = performance.now()
      const response = await fetch(`${server.url}/api/boards?format=excalidraw`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      if (!response.ok) throw new Error(`not imported: ${await response.text()}`)
      const board = (await response.json()) as { id: string; imported: number; skipped: object }
      boardId = board.id
      // Words in a box are a shape with it.
      note =
        board.imported === scene.count
          ? undefined
          : `${board.imported} shapes, left out: ${JSON.stringify(board.skipped)}`
      return performance.now() - startMs
    },
    async open(page) {
      await page.goto(`${server.url}/b/${boardId}#view=0,0,0.1`, { waitUntil: 'commit' })
      const shown = await page.waitForFunction(
        () => document.querySelector('main[aria-busy="false"]') && performance.now(),
        undefined,
        { timeout: PATIENCE_MS },
      )
      return { shownAfterMs: Number(await shown.jsonValue()) }
    },
    look: (page, { x, y, zoom }) =>
      page.evaluate(hash => {
        // The same hash again would change nothing.
        location.hash = ''
        location.hash = hash
      }, `#view=${x},${y},${zoom}`),
    keys: { select: 'v', pen: 'p', eraser: 'e' },
    get note() {
      return note
    },
    get others() {
      return othersOn(server.url, boardId)
    },
    stop: () => server.dispose(),
  }
}

/** What a rival's page answers to. */
interface Bench {
  shown(count: number): Promise<number>
  import(url: string, count: number): Promise<number>
  look(view: View): void
}
declare global {
  interface Window {
    bench?: Bench
  }
}

/** Serves the rivals' pages, built once, and the scenes. */
export class RivalPages {
  readonly #folder = join(import.meta.dirname, 'node_modules/.rivals')
  #server: PreviewServer | undefined

  /** @param builds  otherwise they are there already */
  async start(builds: boolean): Promise<void> {
    const configFile = join(import.meta.dirname, 'vite.config.ts')
    if (builds) await build({ configFile, logLevel: 'error' })
    this.#server = await preview({ configFile, logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
  }

  app(name: Exclude<AppName, 'drawbridge'>): App {
    const isExcalidraw = name === 'excalidraw'
    const go = async (page: Page, query: string) => {
      await page.goto(`${this.#url}/${name}.html${query}`, { waitUntil: 'commit' })
      await page.waitForFunction(() => window.bench, undefined, { timeout: PATIENCE_MS })
    }
    return {
      name: isExcalidraw ? 'Excalidraw 0.18.1' : 'tldraw 5.4.2',
      mostShapes: isExcalidraw ? 200_000 : 10_000,
      import: async (page, scene) => {
        const file = await this.#file(scene)
        if (!isExcalidraw) return undefined
        await go(page, '')
        return page.evaluate(([url, n]) => window.bench?.import(url, n), [file, scene.count] as const)
      },
      open: async (page, scene) => {
        await go(page, `?scene=${await this.#file(scene)}`)
        const shownAfterMs = await page.evaluate(n => window.bench?.shown(n), scene.count)
        return { shownAfterMs: Number(shownAfterMs) }
      },
      look: (page, view) => page.evaluate(each => window.bench?.look(each), view),
      keys: { select: 'v', pen: isExcalidraw ? 'p' : 'd', eraser: 'e' },
      stop: async () => {},
    }
  }

  async stop(): Promise<void> {
    await this.#server?.close()
  }

  get #url(): string {
    return this.#server?.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? ''
  }

  /** @returns its path on the server */
  async #file(scene: Scene): Promise<string> {
    const file = `${scene.name}-${scene.count}.json`
    const path = join(this.#folder, file)
    await mkdir(this.#folder, { recursive: true })
    if (!existsSync(path)) await writeFile(path, JSON.stringify(sceneFile(scene)))
    return `/${file}`
  }
}
