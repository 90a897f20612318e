/** Files that are dropped on the page: pictures go where they were dropped. Without this the browser would leave the board for them. */
import type { Point } from '#shared/board/shape.ts'

/** @param container  of the board: its corner is the screen's origin
 * @param drop  gets the files and where on the screen they were dropped, CSS px
 * @returns the stop */
export function takeDrops(
  container: HTMLElement,
  drop: (files: readonly File[], atPx: Point) => void,
): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
  document.addEventListener(
    'dragover',
    event => {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    },
    options,
  )
  document.addEventListener(
    'drop',
    event => {
      if (!hasFiles(event)) return
      event.preventDefault()
      const { left, top } = container.getBoundingClientRect()
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) drop(files, [event.clientX - left, event.clientY - top])
    },
    options,
  )
  return () => stop.abort()
}
