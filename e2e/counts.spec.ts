/** What a big board costs, in counts that are the same on a fast machine and a slow one: how much is painted for a gesture, how much is allocated for
 * a frame, and that nothing is left behind. How fast it is says the benchmark (bench/canvas). */
import type { CDPSession, Page } from '@playwright/test'
import { sceneFile } from './bench/canvas/scenes/scene.ts'
import { expect, test } from './fixtures.ts'
import type { ServerProcess } from './server-process.ts'

interface Painted {
  /** Bitmaps put on the screen. */
  readonly tiles: number
  /** Of all shapes on those tiles: lines and areas drawn by the page, and shapes that the worker was given. */
  readonly shapes: number
}

declare global {
  interface Window {
    painted?: { tiles: number; shapes: number }
  }
}

/** Counts from before the page's own code on. */
function countPainting(): void {
  const painted = { tiles: 0, shapes: 0 }
  window.painted = painted
  const screen = ImageBitmapRenderingContext.prototype
  const show = screen.transferFromImageBitmap
  screen.transferFromImageBitmap = function (bitmap) {
    painted.tiles++
    show.call(this, bitmap)
  }
  const canvas = OffscreenCanvasRenderingContext2D.prototype
  for (const name of ['fill', 'stroke', 'fillText'] as const) {
    const draw = canvas[name] as (...args: unknown[]) => void
    canvas[name] = function (this: OffscreenCanvasRenderingContext2D, ...args: unknown[]) {
      painted.shapes++
      draw.apply(this, args)
    }
  }
  const post = Worker.prototype.postMessage
  Worker.prototype.postMessage = function (message: unknown, transfer?: unknown) {
    if (message instanceof Object && 'shapes' in message)
      painted.shapes += (message.shapes as Float64Array).length
    post.call(this, message, transfer as StructuredSerializeOptions)
  }
}

const bigBoard = (server: ServerProcess, count: number) =>
  server.importBoard(sceneFile({ name: 'grid', count }))

const painted = (page: Page): Promise<Painted> =>
  page.evaluate(() => ({ tiles: 0, shapes: 0, ...window.painted }))

/** Waits until nothing more has been painted twice in a row. @returns what has been until then */
async function atRest(page: Page): Promise<Painted> {
  let last = await painted(page)
  let sameCount = 0
  const looks = async () => {
    const before = last
    last = await painted(page)
    sameCount = last.tiles === before.tiles && last.shapes === before.shapes ? sameCount + 1 : 0
    return sameCount
  }
  await expect.poll(looks, { intervals: [500] }).toBe(2)
  return last
}

/** @returns what `gesture` made to be painted, until all is */
async function paintedFor(page: Page, gesture: () => Promise<void>): Promise<Painted> {
  const before = await atRest(page)
  await gesture()
  const after = await atRest(page)
  return { tiles: after.tiles - before.tiles, shapes: after.shapes - before.shapes }
}

/** @returns bytes, without garbage */
async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}

/** @returns bytes that were allocated for each frame of `gesture`, kept or not */
async function allocatedAFrame(cdp: CDPSession, page: Page, gesture: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const frames = { count: 0 }
    Object.assign(window, { frames })
    const count = () => {
      frames.count++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  })
  await cdp.send('HeapProfiler.startSampling', {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  await gesture()
  const { profile } = await cdp.send('HeapProfiler.stopSampling')
  const bytes = profile.samples.reduce((sum, { size }) => sum + size, 0)
  return (
    bytes / (await page.evaluate(() => (window as unknown as { frames: { count: number } }).frames.count))
  )
}

async function pan(page: Page, dx: number, dy: number): Promise<void> {
  for (let i = 0; i < 20; i++) await page.mouse.wheel(dx, dy)
}

test('of 10,000 shapes a gesture paints what it changes or brings into view', async ({ person, server }) => {
  const { id } = await bigBoard(server, 10_000)
  const { page, board } = await person()
  await page.addInitScript(countPainting)
  await board.open(`${server.url}/b/${id}#view=0,0,0.1`)
  await page.mouse.move(640, 300)
  const opened = await atRest(page)
  // Six tiles are in view and fourteen around it. How often one is painted again while the board still comes in is up to the machine's speed.
  expect(opened.tiles).toBeLessThanOrEqual(3 * 20)
  expect(opened.shapes).toBeLessThanOrEqual(3 * 10_000)
  // 400 pixels to the right: a column of tiles comes near.
  const there = await paintedFor(page, () => pan(page, 20, 0))
  expect(there.tiles).toBeLessThanOrEqual(5)
  expect(there.shapes).toBeLessThanOrEqual(1000)
  expect(await paintedFor(page, () => pan(page, -20, 0))).toEqual({ tiles: 0, shapes: 0 })

  await page.evaluate(() => {
    location.hash = '#view=0,0,1'
  })
  await expect.poll(async () => (await painted(page)).tiles).toBeGreaterThan(opened.tiles + there.tiles)
  const stroke = await paintedFor(page, async () => {
    await board.tool('p')
    await board.drag([400, 300], [500, 350], [600, 300])
  })
  expect(stroke.tiles).toBeLessThanOrEqual(3)
  expect(stroke.shapes).toBeLessThanOrEqual(6)
  await board.tool('v')
  const dragged = await paintedFor(page, () => board.drag([450, 326], [480, 400], [500, 420]))
  expect(dragged.tiles).toBeGreaterThan(0)
  expect(dragged.tiles).toBeLessThanOrEqual(6)
  expect(dragged.shapes).toBeLessThanOrEqual(60)
  const hovered = await paintedFor(page, () =>
    board.drag([300, 700], [900, 720]).then(() => page.keyboard.press('Escape')),
  )
  expect(hovered).toEqual({ tiles: 0, shapes: 0 })
})

test('on 10,000 shapes gestures leave nothing behind, and frames allocate little', async ({
  person,
  server,
}) => {
  const { id } = await bigBoard(server, 10_000)
  const { page, board } = await person()
  await page.addInitScript(countPainting)
  await board.open(`${server.url}/b/${id}#view=0,0,1`)
  await page.mouse.move(640, 300)
  const cdp = await page.context().newCDPSession(page)
  const round = async () => {
    await pan(page, 10, 5)
    await pan(page, -10, -5)
    await board.tool('p')
    await board.drag([400, 300], [500, 350], [600, 300])
    await page.keyboard.press('Control+z')
    await board.tool('v')
    await board.drag([300, 120], [900, 500])
    await page.keyboard.press('Escape')
    await atRest(page)
    const bytes = await heapBytes(cdp)
    return { bytes, listeners: (await cdp.send('Memory.getDOMCounters')).jsEventListeners }
  }
  // The first brings parts of the page that come when they are wanted.
  await round()
  const second = await round()
  for (let i = 0; i < 3; i++) await round()
  const last = await round()
  expect(last.listeners).toBeLessThanOrEqual(second.listeners + 5)
  expect(last.bytes).toBeLessThan(second.bytes + 1_500_000)
  const bytes = await allocatedAFrame(cdp, page, async () => {
    await pan(page, 10, 5)
    await pan(page, -10, -5)
  })
  expect(bytes).toBeLessThan(40_000)
})

test('50,000 shapes take less than 150 MB', async ({ person, server }) => {
  const { id } = await bigBoard(server, 50_000)
  const { page, board } = await person()
  await page.addInitScript(countPainting)
  await board.open(`${server.url}/b/${id}#view=0,0,0.1`)
  await atRest(page)
  const cdp = await page.context().newCDPSession(page)
  expect(await heapBytes(cdp)).toBeLessThan(150_000_000)
})
