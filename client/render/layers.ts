/** The canvases over the settled pixels, by how often they change. The only file that knows Konva: a layer here is one Konva
 * shape that paints all there is on it, because culling, order and hits are ours and Konva's per-node work is not needed.
 * Below them lie elements that the browser composites: the grid and the tiles of settled pixels. */
import { Konva } from 'konva/lib/Global.js'
import { Layer } from 'konva/lib/Layer.js'
import { Shape } from 'konva/lib/Shape.js'
import { Stage } from 'konva/lib/Stage.js'
import type { Point } from '#shared/board/shape.ts'
import type { Screen } from './camera.ts'
import { layerArea } from './layer-area.ts'
import type { PixelRect } from './tile-grid.ts'

export const LAYER_NAMES = ['draft', 'overlay'] as const
export type LayerName = (typeof LAYER_NAMES)[number]
/** Paints a layer. `ctx` is cleared and takes device px of the screen; its canvas covers `area` of them. */
export type LayerPainter = (ctx: CanvasRenderingContext2D, area: PixelRect) => void

export class Layers {
  readonly #stage: Stage
  readonly #layers: Readonly<Record<LayerName, Layer>>
  readonly #areas: Partial<Record<LayerName, PixelRect>> = {}
  /** Opaque. What lies below it waits to be seen: see `TileElements`. */
  readonly paper = document.createElement('div')
  readonly covered = document.createElement('div')
  /** Lie under the drafts, the grid below the tiles. */
  readonly grid = document.createElement('div')
  readonly tiles = document.createElement('div')
  /** Over the tiles: what is moved as one. */
  readonly moved = document.createElement('div')

  constructor(container: HTMLDivElement, painters: Readonly<Record<LayerName, LayerPainter>>) {
    // Every draw is asked for by the renderer's frame.
    Konva.autoDrawEnabled = false
    this.#stage = new Stage({ container, width: 1, height: 1, listening: false })
    // Input belongs to the container, not to Konva; and its layers are as large as what is on them, not as the stage.
    Object.assign(this.#stage.content.style, {
      position: 'absolute',
      inset: '0',
      width: 'auto',
      height: 'auto',
      pointerEvents: 'none',
    })
    const create = (name: LayerName): Layer => {
      const layer = new Layer({ listening: false })
      layer.add(
        new Shape({
          listening: false,
          sceneFunc: context => this.#paint(name, context._context, painters[name]),
        }),
      )
      this.#stage.add(layer)
      return layer
    }
    this.#layers = {
      draft: create('draft'),
      overlay: create('overlay'),
    }
    for (const element of [this.moved, this.tiles, this.grid, this.paper, this.covered]) {
      Object.assign(element.style, { position: 'absolute', inset: '0', overflow: 'hidden' })
      this.#stage.content.prepend(element)
    }
  }

  resize({ ratio }: Screen): void {
    for (const name of LAYER_NAMES) {
      const canvas = this.#layers[name].getCanvas()
      if (canvas.pixelRatio !== ratio) canvas.setPixelRatio(ratio)
      delete this.#areas[name]
    }
  }

  /** A canvas with nothing on it is taken off the page: every canvas on it costs in every frame. */
  hide(name: LayerName): void {
    this.#layers[name].getNativeCanvasElement().style.display = 'none'
  }

  /** @param needed  where something is to be painted */
  draw(name: LayerName, needed: PixelRect): void {
    const layer = this.#layers[name]
    const before = this.#areas[name]
    const area = layerArea(needed, before)
    this.#areas[name] = area
    const { style } = layer.getNativeCanvasElement()
    const { pixelRatio: ratio } = layer.getCanvas()
    if (area.w !== before?.w || area.h !== before.h) {
      // Konva truncates to whole device pixels: a hair more keeps 99.999… from losing one.
      const hair = 0.01 / ratio
      layer.getCanvas().setSize(area.w / ratio + hair, area.h / ratio + hair)
      style.width = `${area.w / ratio}px`
      style.height = `${area.h / ratio}px`
    }
    this.#place(name, area.x, area.y)
    style.display = 'block'
    layer.drawScene()
  }

  /** Moves what was drawn last. @param by  from where that was, device px */
  move(name: LayerName, [dx, dy]: Point): void {
    const area = this.#areas[name]
    if (area) this.#place(name, area.x + dx, area.y + dy)
  }

  #place(name: LayerName, x: number, y: number): void {
    const layer = this.#layers[name]
    const { pixelRatio: ratio } = layer.getCanvas()
    layer.getNativeCanvasElement().style.transform = `translate(${x / ratio}px, ${y / ratio}px)`
  }

  #paint(name: LayerName, ctx: CanvasRenderingContext2D, paint: LayerPainter): void {
    const area = this.#areas[name]
    if (!area) return
    ctx.save()
    ctx.setTransform(1, 0, 0, 1, -area.x, -area.y)
    paint(ctx, area)
    ctx.restore()
  }

  destroy(): void {
    this.#stage.destroy()
  }
}
