import { expect, type Page } from '@playwright/test'

/** The service worker has what a reload needs. Polled from here: `waitForFunction` takes any promise for a yes. */
export async function keptOffline(page: Page): Promise<void> {
  const isKept = () =>
    page.evaluate(async () => {
      if (!navigator.serviceWorker.controller) return false
      // The page itself, which is kept apart from its assets.
      if (!(await caches.match('/'))) return false
      const names = await caches.keys()
      const counts = await Promise.all(
        names.map(async name => (await (await caches.open(name)).keys()).length),
      )
      return counts.reduce((sum, count) => sum + count, 0) > 10
    })
  await expect.poll(isKept).toBe(true)
}
