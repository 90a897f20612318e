import { expect, type Page } from '@playwright/test'

/** The service worker has what a reload needs. Polled from here: `waitForFunction` takes any promise for a yes. */
export async function keptOffline(page: Page): Promise<void> {
  const isKept = () =>
    page.evaluate(async () => {
      if (!navigator.serviceWorker.controller) return false
      // Kept last, when everything in it is.
      return (await caches.match('/build.json')) !== undefined
    })
  await expect.poll(isKept).toBe(true)
}
