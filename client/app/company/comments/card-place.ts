/** Keeps the card of a thread beside its pin while the camera, or what the pin is on, moves. */
import type { Point } from '#shared/board/shape.ts'
import type { CommentsView } from '../../../editor/company/comments/comments-view.ts'
import type { Camera } from '../../../render/scene.ts'

/** Between the pin's point and the card: the pin is there. */
const BESIDE_PX = 44
/** The pin stands on its point; the card begins at its top. */
const ABOVE_PX = 32
const EDGE_PX = 12
/** The list beside the board, with its distance from the edge. */
const LIST_PX = 312
/** The islands along the upper and the lower edge. */
const BAR_PX = 66

/** @param isSheet  then the style sheet says where it lies   @returns the end of it */
export function followPin(card: HTMLElement, comments: CommentsView, isSheet: () => boolean): () => void {
  let size: Point = [0, 0]
  let screen: Point = [comments.container.clientWidth, comments.container.clientHeight]
  let placedAt = ''
  const free = (): Point => [screen[0] - (comments.isListOpen.value ? LIST_PX : 0), screen[1]]
  const place = (camera: Camera) => {
    const now = comments.opened.value
    if (!now) return
    const at = now.kind === 'new' ? now.pin.xy : comments.placeOf(now.id)
    const transform = isSheet() ? 'none' : placeOfCard(at, camera, size, free())
    if (transform === placedAt) return
    placedAt = transform
    card.style.transform = transform
  }
  // Sizes are told, not asked for: in the middle of a frame that would lay the page out again.
  const observer = new ResizeObserver(entries => {
    for (const { target, borderBoxSize, contentRect } of entries) {
      const [box] = borderBoxSize
      if (target === card && box) size = [box.inlineSize, box.blockSize]
      else screen = [contentRect.width, contentRect.height]
    }
    place(comments.camera)
  })
  observer.observe(card)
  observer.observe(comments.container)
  const stop = comments.watchFrames(place)
  const stopOpened = comments.opened.subscribe(() => queueMicrotask(() => place(comments.camera)))
  return () => {
    observer.disconnect()
    stop()
    stopOpened()
  }
}

/** Right of the pin, or left of it where there is no room; always on the screen. A thread without a place has a corner. */
function placeOfCard(at: Point | undefined, { x, y, zoom }: Camera, size: Point, screen: Point): string {
  const [width, height] = size
  const [screenWidth, screenHeight] = screen
  const maxLeft = screenWidth - width - EDGE_PX
  const maxTop = Math.max(BAR_PX, screenHeight - height - BAR_PX)
  if (!at) return `translate(${maxLeft}px, ${BAR_PX}px)`
  const left = (at[0] - x) * zoom + BESIDE_PX
  const top = (at[1] - y) * zoom - ABOVE_PX
  const beside = left <= maxLeft ? left : left - 2 * BESIDE_PX - width + 36
  const px = (value: number, most: number, least: number) =>
    Math.round(Math.max(least, Math.min(value, most)))
  return `translate(${px(beside, maxLeft, EDGE_PX)}px, ${px(top, maxTop, BAR_PX)}px)`
}
