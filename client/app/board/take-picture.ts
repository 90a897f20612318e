/** A small picture of what a board's canvases show, for the home page. */

const WIDTH_PX = 312
const HEIGHT_PX = 180
const QUALITY = 0.7

/** @param paper  CSS colour behind the canvases  @returns a `data:` URL, or `undefined` where nothing can be taken */
export function takePicture(container: HTMLElement, paper: string): string | undefined {
  const canvases = container.querySelectorAll('canvas')
  const { width, height, left, top } = container.getBoundingClientRect()
  const small = document.createElement('canvas')
  small.width = WIDTH_PX
  small.height = HEIGHT_PX
  const ctx = small.getContext('2d')
  if (!ctx || canvases.length === 0 || width === 0 || height === 0) return undefined
  ctx.imageSmoothingQuality = 'high'
  ctx.fillStyle = paper
  ctx.fillRect(0, 0, WIDTH_PX, HEIGHT_PX)
  // As with `object-fit: cover`: the middle of the board fills the picture.
  const scale = Math.max(WIDTH_PX / width, HEIGHT_PX / height)
  ctx.setTransform(scale, 0, 0, scale, (WIDTH_PX - width * scale) / 2, (HEIGHT_PX - height * scale) / 2)
  for (const canvas of canvases) {
    const at = canvas.getBoundingClientRect()
    if (canvas.width > 0 && canvas.height > 0) {
      ctx.drawImage(canvas, at.left - left, at.top - top, at.width, at.height)
    }
  }
  return small.toDataURL('image/webp', QUALITY)
}
