/** The canvases the size of the screen, by how often they change. The only file that knows Konva: a layer here is one Konva
 * shape that paints all there is on it, because culling, order and hits are ours and Konva's per-node work is not needed.
 * Below them lie elements that the browser composites: the grid and the tiles of settled pixels. */
import { Konva } from 'konva/lib/Global.js'
import { Layer } from 'konva/lib/Layer.js'
import { Shape } from 'konva/lib/Shape.js'
import { Stage } from 'konva/lib/Stage.js'
import type { Screen } from './camera.ts'

export const LAYER_NAMES = ['draft', 'overlay'] as const
export type LayerName = (typeof LAYER_NAMES)[number]
/** Paints a layer. `ctx` is cleared and takes device px. */
export type LayerPainter = (ctx: CanvasRenderingContext2D) => void

export class Layers {
  readonly #stage: Stage
  readonly #layers: Readonly<Record<LayerName, Layer>>
  /** Lie under the drafts, the grid below the tiles. */
  readonly grid = document.createElement('div')
  readonly tiles = document.createElement('div')
  /** Over the tiles: what is moved as one. */
  readonly moved = document.createElement('div')

  constructor(container: HTMLDivElement, painters: Readonly<Record<LayerName, LayerPainter>>) {
    // Every draw is asked for by the renderer's frame.
    Konva.autoDrawEnabled = false
    this.#stage = new Stage({ container, width: 1, height: 1, listening: false })
    // Input belongs to the container, not to Konva.
    this.#stage.content.style.pointerEvents = 'none'
    const create = (name: LayerName): Layer => {
      const layer = new Layer({ listening: false })
      layer.add(
        new Shape({ listening: false, sceneFunc: context => painted(context._context, painters[name]) }),
      )
      this.#stage.add(layer)
      return layer
    }
    this.#layers = {
      draft: create('draft'),
      overlay: create('overlay'),
    }
    for (const element of [this.moved, this.tiles, this.grid]) {
      Object.assign(element.style, { position: 'absolute', inset: '0', overflow: 'hidden' })
      this.#stage.content.prepend(element)
    }
  }

  /** A canvas with nothing on it is taken off the page: every canvas on it costs in every frame. */
  show(name: LayerName, isShown: boolean): void {
    this.#layers[name].getNativeCanvasElement().style.display = isShown ? 'block' : 'none'
  }

  /** Clears every layer: draw them all afterwards. */
  resize({ widthPx, heightPx, ratio }: Screen): void {
    for (const name of LAYER_NAMES) {
      const canvas = this.#layers[name].getCanvas()
      if (canvas.pixelRatio !== ratio) canvas.setPixelRatio(ratio)
    }
    // Konva truncates to whole device pixels: a hair more keeps 99.999… from losing one.
    const hair = 0.01 / ratio
    this.#stage.size({ width: widthPx + hair, height: heightPx + hair })
  }

  draw(name: LayerName): void {
    this.#layers[name].drawScene()
  }

  destroy(): void {
    this.#stage.destroy()
  }
}

function painted(ctx: CanvasRenderingContext2D, paint: LayerPainter): void {
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  paint(ctx)
  ctx.restore()
}
