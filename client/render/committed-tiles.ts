/** The board's settled pixels, in tiles. The level that is shown is at the camera's own scale at rest and while panning, and
 * is stretched while the camera zooms. A level of another scale is painted out of sight and takes over when it fills the
 * view; the one before is kept for a while. Missing and outdated tiles are painted in slices, what is in view first, then a ring around it so that panning finds
 * them ready. */
import type { Shape } from '#shared/board/shape.ts'
import { type Box, intersects } from '#shared/geometry/box.ts'
import type { AwayTiles } from './away-tiles.ts'
import { type Screen, viewportOf } from './camera.ts'
import type { FrameBudget } from './frame-budget.ts'
import { KeptLevels } from './kept-levels.ts'
import { LevelView, type TileElements } from './level-view.ts'
import type { Camera } from './scene.ts'
import {
  fromMiddle,
  growRange,
  isInRange,
  isSameRange,
  levelScale,
  TILE_PX,
  type TileRange,
  tileBox,
  tilesUnder,
} from './tile-grid.ts'
import { type Tile, TileLevel } from './tile-level.ts'
import { TilePainter, type TileSource } from './tile-painter.ts'

/** Tiles around the view that are painted ahead. */
const RING = 1
/** Tiles kept away from the view, times the view's own number. */
const KEPT_SHARE = 2
/** Tiles kept of other scales, times what the screen holds. */
const KEPT_SCREENS = 4
/** While the camera zooms, most of each frame is the browser's: the picture moves, and sharp it is at rest. */
const ZOOMING_SLICE_MS = 3
/** While the camera moves, what may take long by itself is not begun after so much else in a frame, but comes first in the next one. */
const AFTER_MS = 1
/** When nothing at all is in view yet, a longer first slice shows more than a flicker of tiles. */
const FIRST_SLICE_MS = 24

interface Shown {
  readonly level: TileLevel
  readonly view: LevelView
}

export class CommittedTiles {
  readonly #painter: TilePainter
  readonly #budget: FrameBudget
  readonly #clock: () => number
  readonly #elements: TileElements
  readonly #firstSliceMs: number
  readonly #kept = new KeptLevels()
  #shown: Shown | undefined
  /** Being painted to take over. */
  #next: Shown | undefined
  /** Tiles in view, of the level that is painted on. */
  #view: TileRange = { left: 0, top: 0, right: -1, bottom: -1 }
  #screen: Screen = { widthPx: 1, heightPx: 1, ratio: 1 }
  #isZooming = false
  /** What the last frame looked at. */
  #camera: Camera | undefined
  #isMoving = false
  #paintsAhead = true
  /** Camera and screen that tiles are placed for; `undefined` when tiles have changed since. */
  #placed: { readonly camera: Camera; readonly screen: Screen } | undefined
  /** Something may be missing or dirty: a scan of the view is worth it. */
  #hasWork = true

  /** @param firstSliceMs  of painting when nothing at all is in view yet */
  constructor(
    source: TileSource,
    budget: FrameBudget,
    clock: () => number,
    elements: TileElements,
    firstSliceMs = FIRST_SLICE_MS,
  ) {
    this.#painter = new TilePainter(source, clock)
    this.#budget = budget
    this.#clock = clock
    this.#elements = elements
    this.#firstSliceMs = firstSliceMs
  }

  /** From now on whole tiles are painted beside the page. @param onCome  hears when another frame would show more */
  paintBeside(away: AwayTiles, onCome: () => void): void {
    away.onCome = () => {
      this.#hasWork = true
      onCome()
    }
    this.#painter.giveTo(away)
  }

  /** Everything in view is painted, at the scale that was asked for last. */
  get isFresh(): boolean {
    return !this.#next && this.#shown !== undefined && this.#isFreshInView(this.#shown.level)
  }

  /** Whether a further frame would paint more, in view or ahead. */
  get hasWork(): boolean {
    return this.#hasWork
  }

  /** Whether tiles that are not in view yet are painted too. */
  set paintsAhead(paintsAhead: boolean) {
    if (paintsAhead && !this.#paintsAhead) this.#hasWork = true
    this.#paintsAhead = paintsAhead
  }

  /** Bytes of all tiles' pixels. */
  get pixelBytes(): number {
    let count = 0
    for (const level of [this.#shown?.level, this.#next?.level, ...this.#kept])
      for (const tile of level?.tiles ?? []) if (tile.canvas) count++
    return count * TILE_PX * TILE_PX * 4
  }

  /** Whether the pixels in view under `box` are up to date. */
  isFreshUnder(box: Box): boolean {
    const level = this.#shown?.level
    if (!level || this.#next) return this.#next === undefined
    for (const tile of level.in(this.#view)) {
      if (!intersects(tileBox(tile.col, tile.row, level.scale), box)) continue
      if (!tile.isPainted || this.#painter.isPainting(tile)) return false
      if (tile.dirty && intersects(tile.dirty, box)) return false
    }
    return true
  }

  /** Points at what is to be shown. @param isZooming  the zoom has just changed and may again */
  aim(camera: Camera, screen: Screen, isZooming: boolean): void {
    if (isZooming !== this.#isZooming) this.#hasWork = true
    this.#isZooming = isZooming
    this.#isMoving = this.#camera !== undefined && this.#camera !== camera
    this.#camera = camera
    const viewport = viewportOf(camera, screen)
    this.#screen = screen
    const scale = levelScale(camera.zoom * screen.ratio, this.#shown?.level.scale, isZooming)
    const { level } = this.#shown ?? {}
    if (level && level.scale !== scale && !level.hasPainted(viewport)) this.#drop('shown')
    if (this.#shown?.level.scale === scale) this.#retire('next')
    else if (this.#next?.level.scale !== scale) {
      this.#retire('next')
      const level = this.#kept.take(scale) ?? new TileLevel(scale)
      this.#next = { level, view: new LevelView(this.#elements) }
      this.#hasWork = true
    }
    if (!this.#shown && this.#next) {
      this.#shown = this.#next
      this.#next = undefined
    }
    const view = tilesUnder(viewport, scale)
    if (isSameRange(view, this.#view)) return
    this.#view = view
    this.#hasWork = true
  }

  /** Paints for one frame's share of time.
   * @param atLeastMs  a longer share, for when somebody waits for the picture and nothing on it moves
   * @returns whether anything that is shown has changed */
  work(atLeastMs = 0): boolean {
    const target = (this.#next ?? this.#shown)?.level
    if (!target || !this.#hasWork) return false
    let isChanged = false
    let isPutOff = false
    const startMs = this.#clock()
    const step = (): boolean => {
      // First what costs the page no painting.
      if (this.#painter.takeIn()) {
        isChanged = true
        return true
      }
      isPutOff = this.#isMoving && this.#painter.isLongNext && this.#clock() - startMs > AFTER_MS
      if (isPutOff) return false
      if (this.#painter.isBusy) {
        if (this.#painter.step()) isChanged = true
        return true
      }
      const tile = this.#nextTile(target)
      if (!tile || !this.#painter.start(target, tile, isEmpty)) return false
      if (tile.isPainted && !tile.isBegun) isChanged = true
      return true
    }
    const isEmpty =
      !this.#isZooming &&
      !this.#next &&
      !this.#painter.isBusy &&
      !target.in(this.#view).some(tile => tile.isPainted)
    const most = this.#isZooming ? ZOOMING_SLICE_MS : Infinity
    const ms = Math.max(atLeastMs, isEmpty ? this.#firstSliceMs : 0, Math.min(this.#budget.ms, most))
    // The browser takes each finished tile in, which costs as long as painting some.
    const isEnough = () => isChanged && atLeastMs === 0 && this.#budget.isTight
    this.#hasWork = this.#budget.spend(step, this.#clock, ms, isEnough) || isPutOff
    if (this.#next && this.#isFreshInView(target)) {
      this.#retire('shown')
      this.#shown = this.#next
      this.#next = undefined
      isChanged = true
    }
    if (!this.#hasWork) this.#dropFarTiles(target)
    if (isChanged) this.#placed = undefined
    return isChanged
  }

  /** Puts the tiles where the camera sees them. */
  place(camera: Camera, screen: Screen): void {
    if (this.#placed?.camera === camera && this.#placed.screen === screen) return
    this.#placed = { camera, screen }
    if (this.#shown) this.#shown.view.place(this.#shown.level, camera, screen)
    // Of the level to come, only what covers nothing of the level that is shown: no pixel is painted twice.
    if (this.#next) this.#next.view.place(this.#next.level, camera, screen, this.#shown?.level)
  }

  /** The pixels under `box` are out of date. */
  markDirty(box: Box): void {
    this.#shown?.level.markDirty(box)
    this.#next?.level.markDirty(box)
    this.#kept.markDirty(box)
    this.#hasWork = true
  }

  /** Shapes have come that lie in front of everything under them: they are painted over, nothing is painted again. */
  addInFront(shapes: readonly Shape[], bounds: Box): void {
    for (const each of [this.#shown, this.#next])
      for (const tile of each?.level.painted(bounds) ?? []) {
        if (tile.dirty || tile.isBegun || this.#painter.isBusy) each?.level.markDirtyTile(tile, bounds)
        else if (each) this.#painter.add(each.level, tile, shapes)
      }
    this.#kept.markDirty(bounds)
    this.#placed = undefined
    this.#hasWork = true
  }

  /** Everything looks different. @param keepPixels  show the old ones until there are new ones */
  invalidate(keepPixels: boolean): void {
    this.#hasWork = true
    this.#kept.clear()
    this.#drop('next')
    if (!keepPixels) this.#drop('shown')
    else this.#shown?.level.markAllDirty()
  }

  /** Takes it off the page for good. */
  destroy(): void {
    this.#drop('shown')
    this.#drop('next')
    this.#kept.clear()
  }

  /** Drops a level, but keeps what is painted of it. */
  #retire(which: 'shown' | 'next'): void {
    const level = (which === 'shown' ? this.#shown : this.#next)?.level
    this.#drop(which)
    const { widthPx, heightPx, ratio } = this.#screen
    const onScreen = Math.ceil((widthPx * ratio) / TILE_PX + 1) * Math.ceil((heightPx * ratio) / TILE_PX + 1)
    if (level) this.#kept.put(level, onScreen * KEPT_SCREENS)
  }

  #drop(which: 'shown' | 'next'): void {
    const dropped = which === 'shown' ? this.#shown : this.#next
    if (!dropped) return
    this.#painter.abandon(dropped.level)
    dropped.view.destroy()
    this.#placed = undefined
    if (which === 'shown') this.#shown = undefined
    else this.#next = undefined
    this.#hasWork = true
  }

  #isFreshInView(level: TileLevel): boolean {
    return level.isFresh(this.#view) && !level.in(this.#view).some(tile => this.#painter.isPainting(tile))
  }

  /** The unpainted or dirty tile to paint next: in view, then, unless the view is changing its scale, around it. */
  #nextTile(level: TileLevel): Tile | undefined {
    for (const ring of this.#isZooming || !this.#paintsAhead ? [0] : [0, RING]) {
      if (level.isFresh(growRange(this.#view, ring))) continue
      for (const [col, row] of fromMiddle(growRange(this.#view, ring))) {
        const tile = level.take(col, row)
        if ((!tile.isPainted || tile.dirty) && !this.#painter.isAway(tile)) return tile
      }
    }
    return undefined
  }

  /** Tiles with pixels away from the view go when there are many, those made first before the others. */
  #dropFarTiles(level: TileLevel): void {
    const { left, top, right, bottom } = this.#view
    const near = growRange(this.#view, RING)
    const far = [...level.tiles].filter(tile => tile.canvas && !isInRange(near, tile.col, tile.row))
    const most = (right - left + 1) * (bottom - top + 1) * KEPT_SHARE
    for (const tile of far.slice(0, Math.max(0, far.length - most))) level.drop(tile)
  }
}
