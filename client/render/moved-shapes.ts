/** Many shapes that are moved as one are painted once, in tiles of their own, and then those are moved: a frame of dragging a
 * thousand shapes costs the browser's compositor a transform and the page nothing. */
import type { Point, Shape } from '#shared/board/shape.ts'
import { type Box, intersects } from '#shared/geometry/box.ts'
import { type ShapeLookup, shapeBounds } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import { type Screen, snapCamera } from './camera.ts'
import { CommittedTiles } from './committed-tiles.ts'
import type { Move } from './drafts.ts'
import type { FrameBudget } from './frame-budget.ts'
import type { TileElements } from './level-view.ts'
import type { Camera } from './scene.ts'
import type { TileSource } from './tile-painter.ts'

export interface MovedShapesDeps {
  readonly paintContext: (lookup: ShapeLookup) => ReturnType<TileSource['paintContext']>
  readonly lookup: ShapeLookup
  readonly onShape: TileSource['onShape']
  readonly budget: FrameBudget
  /** Over the settled tiles. */
  readonly elements: TileElements
}

/** What everybody moves as one, a set of tiles for each. */
export class MovedShapes {
  readonly #deps: MovedShapesDeps
  readonly #groups = new Map<object, Group>()

  constructor(deps: MovedShapesDeps) {
    this.#deps = deps
  }

  /** Everything in view is painted. */
  get isFresh(): boolean {
    for (const { tiles } of this.#groups.values()) if (!tiles.isFresh) return false
    return true
  }

  get hasWork(): boolean {
    for (const { tiles } of this.#groups.values()) if (tiles.hasWork) return true
    return false
  }

  /** Paints for one frame's share of time and puts everything where it has been moved to. */
  frame(moves: Iterable<Move>, camera: Camera, screen: Screen, isZooming: boolean): void {
    const gone = new Set(this.#groups.keys())
    for (const { key, shapes, by } of moves) {
      gone.delete(key)
      let group = this.#groups.get(key)
      if (group && group.shapes !== shapes) {
        group.remove()
        group = undefined
      }
      if (!group) {
        group = new Group(this.#deps, shapes)
        this.#groups.set(key, group)
      }
      group.frame(by, camera, screen, isZooming)
    }
    for (const key of gone) {
      this.#groups.get(key)?.remove()
      this.#groups.delete(key)
    }
  }

  /** Everything looks different. @param keepPixels  show the old ones until there are new ones */
  invalidate(keepPixels: boolean): void {
    for (const { tiles } of this.#groups.values()) tiles.invalidate(keepPixels)
  }
}

class Group {
  readonly shapes: readonly Shape[]
  readonly tiles: CommittedTiles

  constructor(
    { paintContext, lookup, onShape, budget, elements }: MovedShapesDeps,
    shapes: readonly Shape[],
  ) {
    this.shapes = shapes
    // As they were when the move began: the board's own have moved when it is committed, and these are still shown for a while.
    const own = new Map<ShapeId, Shape>(shapes.map(shape => [shape.id, shape]))
    const ownLookup: ShapeLookup = id => own.get(id) ?? lookup(id)
    const boxes = shapes.map(shape => shapeBounds(shape, ownLookup))
    const touches = (box: Box | undefined, area: Box): boolean => box !== undefined && intersects(box, area)
    this.tiles = new CommittedTiles(
      {
        query: area => shapes.filter((_, i) => touches(boxes[i], area)),
        isHidden: () => false,
        paintContext: () => paintContext(ownLookup),
        onShape,
      },
      budget,
      () => performance.now(),
      elements,
      // Until they are painted they are seen where they were.
      0,
    )
  }

  frame([dx, dy]: Point, { x, y, zoom }: Camera, screen: Screen, isZooming: boolean): void {
    const camera = snapCamera({ x: x - dx, y: y - dy, zoom }, screen.ratio)
    this.tiles.aim(camera, screen, isZooming)
    this.tiles.work()
    this.tiles.place(camera, screen)
  }

  remove(): void {
    this.tiles.destroy()
  }
}
