/** Registers `public/sw.js`, so that a board that was open before opens without a network. */
import { reportError } from './report-error.ts'

let isStarted = false

/** Called when the page shows what it is for: the worker fetches and keeps the whole build, which is as much work as opening a board. */
export function startOfflineWorker(): void {
  // Only `https:` and localhost have service workers; elsewhere pages simply need the network.
  if (isStarted || !import.meta.env.PROD || !('serviceWorker' in navigator)) return
  isStarted = true
  navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
    // The network went before the script came (the platform's word for that is TypeError): the next visit registers it.
    if (error instanceof TypeError || isDenied(error)) return
    reportError(error)
  })
  navigator.serviceWorker.ready
    .then(({ active }) => active?.postMessage({ keep: loadedAssets() }))
    .catch(reportError)
}

/** In a frame of another site, many browsers give a page no storage, and so no worker: there it needs the network. */
const isDenied = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'NotSupportedError' || error.name === 'SecurityError')

/** What this page loaded before the worker could see it. */
function loadedAssets(): string[] {
  const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
  return paths.filter(path => path.startsWith('/assets/'))
}
