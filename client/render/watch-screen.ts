/** Watches an element's size and the device pixel ratio (browser zoom, another monitor). */
import type { Screen } from './camera.ts'

/** Calls `onChange` soon, and after every change. @returns the end of watching */
export function watchScreen(element: HTMLElement, onChange: (screen: Screen) => void): () => void {
  const stop = new AbortController()
  let sizePx = { widthPx: 1, heightPx: 1 }
  const tell = () => onChange({ ...sizePx, ratio: window.devicePixelRatio || 1 })
  const observer = new ResizeObserver(entries => {
    const entry = entries.at(-1)
    if (!entry) return
    const ratio = window.devicePixelRatio || 1
    const { width, height } = entry.contentRect
    // Where the browser tells them, whole device pixels: a canvas of another size would be resampled. Under an emulated
    // ratio browsers tell CSS px instead, which a comparison finds out.
    const device = entry.devicePixelContentBoxSize?.[0]
    const isDevice = device !== undefined && Math.abs(device.inlineSize - width * ratio) < 2
    sizePx = isDevice
      ? { widthPx: device.inlineSize / ratio, heightPx: device.blockSize / ratio }
      : { widthPx: width, heightPx: height }
    tell()
  })
  try {
    observer.observe(element, { box: 'device-pixel-content-box' })
  } catch {
    observer.observe(element) // a browser without that box (Safari)
  }
  // A media query matches one ratio, so after each change the next one is watched.
  const watchRatio = () => {
    if (stop.signal.aborted) return
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        tell()
        watchRatio()
      },
      { once: true, signal: stop.signal },
    )
  }
  watchRatio()
  return () => {
    stop.abort()
    observer.disconnect()
  }
}
