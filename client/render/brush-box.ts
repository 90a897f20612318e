/** The selection box while it is dragged: five elements of one colour each, which the browser stretches. As large as the screen, on a
 * canvas it would be painted and copied in every frame; as one element with a border it would be rastered anew. */
import { accentColor, type Theme } from '#shared/board/palette.ts'
import type { Box } from '#shared/geometry/box.ts'
import { type Screen, toScreen } from './camera.ts'
import type { Camera } from './scene.ts'

const INSIDE_OPACITY = '0.08'

export class BrushBox {
  readonly #root = document.createElement('div')
  /** The inside, then the edges: top, bottom, left, right. */
  readonly #parts = Array.from({ length: 5 }, () => document.createElement('div'))
  /** Set last. */
  #color = ''

  constructor(parent: HTMLElement) {
    Object.assign(this.#root.style, { position: 'absolute', inset: '0', display: 'none' })
    for (const part of this.#parts)
      Object.assign(part.style, {
        position: 'absolute',
        left: '0',
        top: '0',
        width: '1px',
        height: '1px',
        transformOrigin: '0 0',
        willChange: 'transform',
        background: 'var(--accent)',
      })
    const [inside] = this.#parts
    if (inside) inside.style.opacity = INSIDE_OPACITY
    this.#root.append(...this.#parts)
    parent.append(this.#root)
  }

  show(brush: Box | undefined, camera: Camera, { ratio }: Screen, theme: Theme): void {
    const { style } = this.#root
    const display = brush ? 'block' : 'none'
    if (style.display !== display) style.display = display
    if (!brush) return
    // Setting it again would have the browser look for what depends on it, in every frame.
    const color = accentColor(theme)
    if (color !== this.#color) style.setProperty('--accent', color)
    this.#color = color
    // Edges lie on whole device pixels.
    const whole = (value: number) => Math.round(value * ratio) / ratio
    const [left, top] = toScreen(camera, [brush.x, brush.y]).map(whole)
    const [right, bottom] = toScreen(camera, [brush.x + brush.w, brush.y + brush.h]).map(whole)
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) return
    const line = Math.max(1, Math.round(ratio)) / ratio
    const [w, h] = [right - left + line, bottom - top + line]
    const boxes = [
      [left, top, w, h],
      [left, top, w, line],
      [left, bottom, w, line],
      [left, top, line, h],
      [right, top, line, h],
    ]
    for (const [i, [x = 0, y = 0, width = 0, height = 0]] of boxes.entries()) {
      const part = this.#parts[i]
      if (part) part.style.transform = `translate(${x}px, ${y}px) scale(${width}, ${height})`
    }
  }
}
