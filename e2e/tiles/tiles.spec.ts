/** The board's pixels come in tiles, kept while the camera moves, painted again where something changed. After a walk of the camera
 * and changes by somebody else the picture must be the one that painting everything at once gives. */
import { once } from 'node:events'
import { join as joinPath } from 'node:path'
import type { Page, TestInfo } from '@playwright/test'
import { build } from 'vite'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { readShape, shapesOf, writePatch, writeShape } from '#shared/board/layout.ts'
import { compareOrder, isLine, type Shape } from '#shared/board/shape.ts'
import { seeded } from '../../server/shared/testing/seeded.ts'
import { expect, test } from '../fixtures.ts'
import { denseScene, pick, type Random } from './dense-scene.ts'
import type { Comparison, Difference, PlainShape } from './paint-whole.ts'

const SCREEN = { width: 900, height: 640 }
const SHAPES = 500
/** Board units. */
const SIZE = 3000
const STEPS = 30
/** Come at once: several on one tile. */
const CHANGES = 12
/** Of a million or two: where a thin curve is cut, antialiasing may do more. */
const MAY_BE_WRONG = 8
/** Everything but the tiles is out of the picture. The tiles say for themselves that they are visible. */
const ONLY_TILES = 'body, body * { visibility: hidden } html, body { background: #ffffff !important }'

/** Painting all of it whole and reading its pixels back is slow, on a busy machine very. */
test.setTimeout(150_000)

const REST = { x: 700, y: 640 }

for (const ratio of [1, 1.5, 2]) {
  test(`a board in tiles looks as if painted whole, at ${ratio} device pixels per pixel`, async ({
    join,
    server,
    boardId,
  }, info) => {
    const random = seeded(ratio * 1000)
    const doc = await drawn(`${server.url.replace('http', 'ws')}/live`, boardId, random)
    const ada = await join({ hash: '#view=600,600,0.5', viewport: SCREEN, deviceScaleFactor: ratio })
    await ada.page.evaluate(await wholePainter())
    const paintedBeside = await watchPaintingWorker(ada.page)
    for (const zoom of [0.31, 1, 1.7]) {
      await walk(ada.page, doc, random)
      // A small jump from where the walk ends, so that what it left is used.
      await ada.page.evaluate(hash => {
        location.hash = hash
      }, `#view=${REST.x},${REST.y},${zoom}`)
      changeSome(doc, random)
      let before = ''
      let last: Difference | undefined
      const faults = async () => {
        const shot = await ada.page.screenshot({ style: ONLY_TILES, animations: 'disabled' })
        const screenshot = shot.toString('base64')
        const isMoving = screenshot !== before
        before = screenshot
        // Comparing takes the page's time, which it needs for painting.
        if (isMoving) return 'moving'
        last = await difference(ada.page, doc, { ...REST, zoom }, ratio, screenshot)
        return last.wrongSquares + Math.max(0, last.wrongPixels - MAY_BE_WRONG)
      }
      await expect
        .poll(faults, { message: `what is wrong at zoom ${zoom}`, timeout: 20_000 })
        .toBe(0)
        .catch(async error => {
          await attach(info, last?.pictures ?? [])
          throw error
        })
      expect((last?.painted ?? 0) / (last?.total ?? 1)).toBeGreaterThan(0.05)
    }
    expect(await paintedBeside()).toBeGreaterThan(10)
  })
}

/** @returns how many tiles have come from the worker beside the page since */
async function watchPaintingWorker(page: Page): Promise<() => Promise<number>> {
  const find = () => page.workers().find(each => each.url().includes('tile-worker'))
  await expect.poll(() => find() !== undefined).toBe(true)
  const worker = find()
  if (!worker) throw new Error('no worker')
  await worker.evaluate(() => {
    const scope = self as unknown as { postMessage: (...args: unknown[]) => void; postedCount: number }
    const post = scope.postMessage.bind(self)
    scope.postedCount = 0
    scope.postMessage = (...args) => {
      scope.postedCount++
      post(...args)
    }
  })
  return () => worker.evaluate(() => (self as unknown as { postedCount: number }).postedCount)
}

async function attach(info: TestInfo, pictures: readonly string[]): Promise<void> {
  for (const [i, name] of ['whole', 'tiles', 'difference'].entries())
    await info.attach(name, { body: Buffer.from(pictures[i] ?? '', 'base64'), contentType: 'image/png' })
}

/** Somebody's document, connected to the board, with the scene drawn. */
async function drawn(url: string, boardId: string, random: Random): Promise<Y.Doc> {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(url, boardId, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  const synced = { addEventListener: (_: string, heard: () => void) => provider.once('sync', heard) }
  if (!provider.synced) await once(synced as unknown as EventTarget, 'sync')
  doc.transact(() => {
    for (const shape of denseScene(SHAPES, SIZE, random)) writeShape(shapesOf(doc), shape)
  })
  return doc
}

/** Wheels and zooms about, while the other one moves, restyles and deletes shapes and draws new ones. */
async function walk(page: Page, doc: Y.Doc, random: Random): Promise<void> {
  await page.mouse.move(SCREEN.width / 2, SCREEN.height / 2)
  for (let step = 0; step < STEPS; step++) {
    if (random() < 0.3) {
      await page.keyboard.down('Control')
      await page.mouse.wheel(0, (random() - 0.5) * 120)
      await page.keyboard.up('Control')
    } else await page.mouse.wheel((random() - 0.5) * 500, (random() - 0.5) * 400)
    if (random() < 0.2) changeSome(doc, random)
  }
}

const changeSome = (doc: Y.Doc, random: Random): void => {
  for (let i = 0; i < CHANGES; i++) change(doc, random)
}

function change(doc: Y.Doc, random: Random): void {
  const shapes = shapesOf(doc)
  const id = pick(random, [...shapes.keys()])
  const entry = shapes.get(id)
  const shape = readShape(id, entry)
  if (!shape || !(entry instanceof Y.Map)) return
  doc.transact(() => {
    const kind = random()
    if (kind < 0.2) shapes.delete(id)
    else if (kind < 0.4) writePatch(entry, { stroke: pick(random, ['red', 'blue']), opacity: 0.8 })
    else if (kind < 0.6) {
      const copy = { ...shape, id: `copy-${random()}`, order: `${shape.order}V` } as Shape
      writeShape(shapes, isLine(copy) ? copy : { ...copy, xy: [copy.xy[0] + 40, copy.xy[1] + 40] })
    } else if (!isLine(shape))
      writePatch(entry, { xy: [shape.xy[0] + 90 * random(), shape.xy[1] - 60 * random()] })
  })
}

async function difference(
  page: Page,
  doc: Y.Doc,
  camera: Comparison['camera'],
  ratio: number,
  screenshot: string,
): Promise<Difference> {
  const shapes = [...shapesOf(doc)]
    .flatMap(([id, entry]) => readShape(id, entry) ?? [])
    .sort(compareOrder)
    .map(plain)
  const screen = { widthPx: SCREEN.width, heightPx: SCREEN.height, ratio }
  const comparison: Comparison = { shapes, camera, screen, screenshot }
  return page.evaluate(each => (globalThis as unknown as Whole).whole.compareWithWhole(each), comparison)
}

interface Whole {
  whole: { compareWithWhole(comparison: Comparison): Promise<Difference> }
}

const plain = (shape: Shape): PlainShape =>
  (shape.type === 'stroke' ? { ...shape, points: [...shape.points] } : shape) as PlainShape

/** The script that paints boards whole, with the product's own painters. */
async function wholePainter(): Promise<string> {
  const built = await build({
    configFile: false,
    root: joinPath(import.meta.dirname, '../..'),
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: 'e2e/tiles/paint-whole.ts', formats: ['iife'], name: 'whole' },
    },
  })
  const [bundle] = [built].flat()
  if (!bundle || !('output' in bundle)) throw new Error('nothing was built')
  return `${bundle.output[0].code}\nglobalThis.whole = whole`
}
