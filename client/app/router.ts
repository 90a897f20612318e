/** Which page the address shows. There are two, and links between them: what a router's library brings along for more is a thirtieth of the
 * first load. */
import { createSignal, onCleanup } from 'solid-js'

const [shown, setShown] = createSignal(location.pathname)
const leaves = new Set<() => void>()

/** The path of the page that is shown. */
export const path = shown

/** @returns the board that a path shows */
export const boardIdIn = (path: string): string | undefined => /^\/b\/([^/]+)\/?$/.exec(path)?.[1]

/** Follows the browser's back and forward, and clicks on links from page to page. */
export function followAddress(): void {
  addEventListener('popstate', show)
  addEventListener('click', follow)
  onCleanup(() => {
    removeEventListener('popstate', show)
    removeEventListener('click', follow)
  })
}

export function navigate(to: string): void {
  history.pushState(null, '', to)
  show()
  scrollTo(0, 0)
}

/** Calls back while the page is still there. */
export function beforeLeave(leave: () => void): void {
  leaves.add(leave)
  onCleanup(() => leaves.delete(leave))
}

function follow(event: MouseEvent): void {
  // A new tab or window is the browser's.
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || event.defaultPrevented || link.target !== '' || link.origin !== location.origin) return
  // So are files, and places within the page.
  const isPage = link.pathname === '/' || boardIdIn(link.pathname) !== undefined
  if (!isPage || link.pathname === shown()) return
  event.preventDefault()
  navigate(link.href)
}

function show(): void {
  const { pathname } = location
  // Only what stands behind the hash is another.
  if (pathname === shown()) return
  for (const leave of [...leaves]) leave()
  setShown(pathname)
}
