/** Registers `public/sw.js`, so that a board that was open before opens without a network. */
import { reportError } from './report-error.ts'

export function startOfflineWorker(): void {
  // Only `https:` and localhost have service workers; elsewhere pages simply need the network.
  if (!('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
      // The network went before the script came (the platform's word for that is TypeError): the next visit registers it.
      if (!(error instanceof TypeError)) reportError(error)
    })
    navigator.serviceWorker.ready
      .then(({ active }) => active?.postMessage({ keep: loadedAssets() }))
      .catch(reportError)
  })
}

/** What this page loaded before the worker could see it. */
function loadedAssets(): string[] {
  const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
  return paths.filter(path => path.startsWith('/assets/'))
}
