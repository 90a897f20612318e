/* So that a board that was open before opens without a network.
 *
 * Pages (`/`, `/b/…`): the network first, else the last page seen; there is one page for all addresses.
 * `/assets/…`: their names carry a hash, so what is kept is right for ever. All of a build is kept, listed in
 * `/build.json`, because a dialog's code may be wanted first when the network is gone.
 * Everything else, the API and the sockets above all, is none of its business. */

const CACHE = 'drawbridge-1'
const SHELL = '/'
const BUILD_LIST = '/build.json'
const ROOT_FILES = ['/theme.js', '/favicon.svg', '/manifest.webmanifest']

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', event => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
      await self.clients.claim()
    })(),
  )
})

self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith('/assets/')) event.respondWith(fromCacheFirst(event))
  else if (ROOT_FILES.includes(pathname)) event.respondWith(fromNetworkFirst(event, pathname))
  else if (request.mode === 'navigate' && (pathname === '/' || pathname.startsWith('/b/'))) {
    event.respondWith(fromNetworkFirst(event, SHELL))
  }
})

/** A page says which assets it loaded before this worker was there: `{ keep: string[] }`. */
self.addEventListener('message', event => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keepBuild(event.data.keep))
})

async function fromCacheFirst(event) {
  const { request } = event
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) event.waitUntil(keep(cache, request, response.clone()))
  return response
}

async function fromNetworkFirst(event, key) {
  const cache = await caches.open(CACHE)
  try {
    const response = await fetch(event.request)
    if (response.ok && !response.redirected) event.waitUntil(keep(cache, key, response.clone()))
    return response
  } catch (error) {
    const kept = await cache.match(key)
    if (kept) return kept
    throw error
  }
}

/** The page has its answer whether it is kept or not. */
async function keep(cache, key, response) {
  try {
    await cache.put(key, response)
  } catch {
    // The browser's storage is full, or the answer broke off: the next time it is fetched again.
  }
}

/** Keeps the page and all assets of the build. Of older builds, the last one stays for the tabs that still run it. */
async function keepBuild(loaded) {
  const cache = await caches.open(CACHE)
  const before = await readBuild(await cache.match(BUILD_LIST))
  const response = await fetch(BUILD_LIST).catch(() => undefined)
  const now = await readBuild(response?.clone())
  // First what the page runs on: if the network goes now, that opens again.
  await addMissing(cache, [SHELL, ...ROOT_FILES, ...loaded, ...now])
  if (now.length === 0 || now.join() === before.join()) return
  await cache.put(BUILD_LIST, response)
  const wanted = new Set([...now, ...before, ...loaded])
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url)
    if (pathname.startsWith('/assets/') && !wanted.has(pathname)) await cache.delete(url)
  }
}

async function addMissing(cache, paths) {
  for (const path of new Set(paths)) {
    if (await cache.match(path)) continue
    const response = await fetch(path).catch(() => undefined)
    if (response?.ok) await cache.put(path, response)
  }
}

/** Vite's manifest: entries with `file`, `css` and `assets`. @returns paths, [] for what is no manifest */
async function readBuild(response) {
  const entries = response?.ok ? await response.json().catch(() => ({})) : {}
  const files = Object.values(entries).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets])
  return [...new Set(files)].filter(file => file && !file.endsWith('.woff')).map(file => `/${file}`)
}
