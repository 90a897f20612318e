/** Opening and importing big boards: how long until the shapes are on the screen, for how long the page answers nobody meanwhile, and what
 * it holds of memory. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import type { App } from './apps.ts'
import type { Scene } from './scenes/scene.ts'

export interface Loading {
  readonly shownMs: number
  /** The longest task of the main thread until then; 0 when none took 50 ms. */
  readonly blockMs: number
  /** After a garbage collection. */
  readonly heapMb: number
  readonly importMs: number | undefined
}

export interface LoadingOptions {
  readonly scene: Scene
  /** The page's CPU is slowed so many times. */
  readonly throttle: number
}

/** What is on its way when the shapes are there (an outline, a cache) may block, too. */
const SETTLE_MS = 1500

/** One run in a browser context of its own, so that nothing is cached. */
export async function measureLoading(
  app: App,
  browser: Browser,
  { scene, throttle }: LoadingOptions,
): Promise<Loading> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    const importMs = await app.import(page, scene)
    const opened = await context.newPage()
    await page.close()
    await watchTasks(opened)
    const session = await context.newCDPSession(opened)
    if (throttle > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: throttle })
    const { shownAfterMs } = await app.open(opened, scene)
    await sleep(SETTLE_MS)
    const blockMs = await opened.evaluate(() => Math.max(0, ...(window.longTasksMs ?? [])))
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return { shownMs: shownAfterMs, blockMs, heapMb: usedSize / 1e6, importMs }
  } finally {
    await context.close()
  }
}

declare global {
  interface Window {
    longTasksMs?: number[]
  }
}

async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = []
    window.longTasksMs = tasks
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) tasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })
  })
}
