/** Shows a board: a grid, settled pixels in tiles, drafts over them, chrome over those, other people's cursors on top. It hears of the
 * board's changes itself; everything else is told through setters. Setters only note what is out of date: one animation
 * frame paints it, layer by layer, and at rest no frame is asked for. Nobody reads anything back from here. */
import type { Theme } from '#shared/board/palette.ts'
import { paperColor } from '#shared/board/palette.ts'
import type { Shape } from '#shared/board/shape.ts'
import { type Box, unionBoxes } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardChange, BoardReader } from '../board/board.ts'
import type { AwayTiles } from './away-tiles.ts'
import { BrushBox } from './brush-box.ts'
import { type Screen, snapCamera, viewportOf } from './camera.ts'
import { CommittedTiles } from './committed-tiles.ts'
import { Cursors } from './cursors.ts'
import { DraftInks } from './draft-ink.ts'
import { Drafts } from './drafts.ts'
import { isFontComing, onFont, useFont } from './fonts.ts'
import { FrameBudget } from './frame-budget.ts'
import { GatheredBoxes } from './gathered-boxes.ts'
import { Grid } from './grid.ts'
import { screenArea, wholeArea } from './layer-area.ts'
import { LAYER_NAMES, type LayerName, Layers } from './layers.ts'
import { MovedShapes } from './moved-shapes.ts'
import { isSamePicture, overlayOffset, type PaintedOverlay } from './overlay-place.ts'
import type { PaintContext, PaintPicture } from './paint-context.ts'
import { draftBounds, paintDrafts } from './paint-draft.ts'
import { OVERLAY_MARGIN_PX, type OverlayContext, overlayBounds, paintOverlay } from './paint-overlay.ts'
import { type Camera, type Cursor, type Draft, EMPTY_OVERLAY, type Emphasis, type Overlay } from './scene.ts'
import type { PixelRect } from './tile-grid.ts'
import { watchScreen } from './watch-screen.ts'

/** The camera is at rest when its zoom has not changed for this long. */
const REST_MS = 120
/** A zoom by more than this at once is a jump, not a movement: nothing is stretched for it. */
const JUMP = 2.5
/** While somebody waits for the first picture, painting takes most of each frame. */
const OPENING_SLICE_MS = 30
/** Where nothing moves, late frames are not seen, but that the picture is not sharp yet is. */
const STILL_SLICE_MS = 12
/** After the last change of anything that is shown, or the last try at one. */
const STILL_AFTER_MS = 200
/** What is about to be erased fades this often: each time costs whole tiles, however few shapes are on them. */
const EMPHASIS_MS = 60
/** More new shapes at once are painted with everything around them, in slices. */
const MAX_ADDED_AT_ONCE = 32

const NO_SCREEN: Screen = { widthPx: 1, heightPx: 1, ratio: 1 }

export interface RendererStats {
  /** Frames in which anything was painted. */
  framesPainted: number
  /** Shapes painted into settled pixels, a shape once a tile. */
  shapesPainted: number
  /** Shapes that could not be painted: malformed by some peer. */
  shapesSkipped: number
  /** Paints of each layer; empty layers are not painted. */
  readonly layersPainted: Record<LayerName, number>
}

export class Renderer {
  readonly stats: RendererStats = {
    framesPainted: 0,
    shapesPainted: 0,
    shapesSkipped: 0,
    layersPainted: { draft: 0, overlay: 0 },
  }
  readonly #container: HTMLElement
  readonly #board: BoardReader
  readonly #layers: Layers
  readonly #grid: Grid
  readonly #tiles: CommittedTiles
  readonly #moved: MovedShapes
  readonly #drafts: Drafts
  readonly #inks = new DraftInks()
  readonly #brush: BrushBox
  readonly #cursors: Cursors
  readonly #budget = new FrameBudget()
  readonly #cleanups: (() => void)[] = []
  readonly #frameWatchers = new Set<(camera: Camera) => void>()

  #screen: Screen = NO_SCREEN
  #asked: Camera = { x: 0, y: 0, zoom: 1 }
  #camera: Camera = this.#asked
  #theme: Theme = 'light'
  #overlay: Overlay = EMPTY_OVERLAY
  #painted: PaintedOverlay | undefined
  #emphasis: Emphasis = { faded: new Set() }
  /** Emphasized otherwise than they are painted. */
  readonly #toEmphasize = new Set<ShapeId>()
  #emphasizedAtMs = -Infinity
  readonly #pieces = new GatheredBoxes()

  #stale = new Set<LayerName>(LAYER_NAMES)
  #isZooming = false
  #isBusy = false
  #changedAtMs = -Infinity
  #isHeld = false
  #restTimer: number | undefined
  #frameRequest: number | undefined
  #isDestroyed = false
  #waiting: (() => void)[] = []

  #picture: PaintPicture

  /** @param wantPictures  called when a picture is to be painted and there is no `setPictures` yet */
  constructor({
    container,
    board,
    wantPictures = () => {},
  }: {
    container: HTMLElement
    board: BoardReader
    wantPictures?: () => void
  }) {
    this.#picture = () => {
      wantPictures()
      return false
    }
    this.#container = container
    this.#board = board
    if (getComputedStyle(container).position === 'static') container.style.position = 'relative'
    const canvases = document.createElement('div')
    Object.assign(canvases.style, { position: 'absolute', inset: '0', overflow: 'hidden' })
    container.append(canvases)
    this.#drafts = new Drafts(board)
    this.#layers = new Layers(canvases, {
      draft: (ctx, area) => this.#paintDrafts(ctx, area),
      overlay: ctx => paintOverlay({ ...this.#overlayPlace(), ctx }, this.#overlay),
    })
    this.#grid = new Grid(this.#layers.grid)
    const onShape = (isPainted: boolean) => {
      if (isPainted) this.stats.shapesPainted++
      else this.stats.shapesSkipped++
    }
    this.#tiles = new CommittedTiles(
      {
        query: box => board.query(box),
        isHidden: id => this.#drafts.isHidden(id),
        paintContext: () => this.#paintContext(id => board.get(id)),
        onShape,
      },
      this.#budget,
      () => performance.now(),
      { seen: this.#layers.tiles, covered: this.#layers.covered },
    )
    this.#moved = new MovedShapes({
      paintContext: lookup => this.#paintContext(lookup),
      lookup: id => board.get(id),
      onShape,
      budget: this.#budget,
      elements: { seen: this.#layers.moved, covered: this.#layers.covered },
    })
    this.#brush = new BrushBox(canvases)
    this.#cursors = new Cursors(container)
    this.#cleanups.push(
      board.subscribe(change => this.#apply(change)),
      onFont(() => this.#repaintAll(true)),
      watchScreen(container, screen => this.#setScreen(screen)),
      () => canvases.remove(),
    )
    this.setTheme('light')
    // Without a size `whenPainted` would be true of nothing.
    this.resize()
  }

  setCamera(camera: Camera): void {
    const before = this.#asked
    // Who turns the wheel at the end of the zoom's range goes on moving in a moment.
    this.#changedAtMs = performance.now()
    if (before.x === camera.x && before.y === camera.y && before.zoom === camera.zoom) return
    this.#asked = camera
    this.#camera = snapCamera(camera, this.#screen.ratio)
    const zoomBy = camera.zoom / before.zoom
    if (zoomBy > JUMP || zoomBy < 1 / JUMP) this.#rest()
    else if (zoomBy !== 1) {
      this.#isZooming = true
      clearTimeout(this.#restTimer)
      this.#restTimer = window.setTimeout(() => this.#rest(), REST_MS)
    }
    this.#invalidate('draft')
  }

  /** Measures the container again. It is watched anyway; call it when that would be too late. */
  resize(): void {
    this.#setScreen(this.#measure())
  }

  setTheme(theme: Theme): void {
    this.#theme = theme
    this.#container.style.backgroundColor = paperColor(theme)
    this.#layers.paper.style.backgroundColor = paperColor(theme)
    this.#repaintAll(false)
    this.#invalidate(...LAYER_NAMES)
  }

  /** Shows somebody's draft in place of the shapes of the board with the same ids, until it is set again or ends.
   * A stroke grows by being set again with the same, longer `points`.
   * @param owner  'local', or anything that names a remote participant   @param draft  `undefined` when the gesture has ended */
  setDraft(owner: string, draft: Draft | undefined): void {
    this.#markDirty(this.#drafts.set(owner, draft))
    this.#invalidate('draft')
    // Outlines follow the drafts of their shapes, but for those that are told where these were.
    const { shift, others } = this.#overlay
    if (shift === undefined || others.length > 0) this.#invalidate('overlay')
  }

  setOverlay(overlay: Overlay): void {
    if (!isSamePicture(overlay, this.#overlay)) this.#stale.add('overlay')
    this.#overlay = overlay
    this.#changed()
  }

  setEmphasis(emphasis: Emphasis): void {
    const before = this.#emphasis
    this.#emphasis = emphasis
    for (const [a, b] of [[emphasis.faded, before.faded] as const, [before.faded, emphasis.faded] as const])
      for (const id of a) if (!b.has(id)) this.#toEmphasize.add(id)
    const texts = emphasis.textHidden === before.textHidden ? [] : [emphasis.textHidden, before.textHidden]
    for (const id of texts) if (id !== undefined) this.#toEmphasize.add(id)
    if (this.#toEmphasize.size > 0) this.#changed()
  }

  /** From now on pictures are painted so: their code comes when there are any. */
  setPictures(paint: PaintPicture): void {
    this.#picture = paint
    this.#repaintAll(true)
  }

  /** These shapes look different now, though they have not changed. */
  repaint(ids: readonly ShapeId[]): void {
    this.#markDirty(ids)
    if (ids.some(id => this.#drafts.isHidden(id))) this.#invalidate('draft')
  }

  /** While somebody drags or draws, or thousands of shapes go into the document, the frames are for that: what is not in view yet is not painted. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy
    this.#changed()
  }

  /** From now on a worker paints what is in view and around it. */
  paintBeside(away: AwayTiles): void {
    if (this.#isDestroyed) away.close()
    else this.#cleanups.push(() => away.close())
    this.#tiles.paintBeside(away, () => this.#requestFrame())
  }

  setCursors(cursors: readonly Cursor[]): void {
    this.#cursors.set(cursors)
    this.#changed()
  }

  /** What the screen shows, on whole device pixels. */
  get camera(): Camera {
    return this.#camera
  }
  /** A shape as it shows now, in a gesture of anybody's too. */
  readonly shapeAsShown = (id: ShapeId): Shape | undefined => this.#drafts.lookup(id)
  /** For elements over the board: calls `listener` in every frame, with what it shows. */
  watchFrames(listener: (camera: Camera) => void): () => void {
    this.#frameWatchers.add(listener)
    this.#requestFrame()
    return () => this.#frameWatchers.delete(listener)
  }

  get isHeld(): boolean {
    return this.#isHeld
  }
  /** Shapes are not painted until it is known what to look at: while a board comes in whose camera will be set to show all of it. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#requestFrame()
  }

  /** Nobody draws or drags, and nothing has moved for a moment. */
  get isStill(): boolean {
    return this.#isStillAt(performance.now())
  }

  /** Everything in view is painted, sharp and up to date. */
  get isSettled(): boolean {
    return (
      !this.#isHeld &&
      !this.#isZooming &&
      this.#stale.size === 0 &&
      this.#toEmphasize.size === 0 &&
      this.#pieces.isEmpty &&
      this.#tiles.isFresh &&
      !isFontComing()
    )
  }

  /** Resolves after the next frame that leaves everything in view painted, sharp and up to date. */
  whenPainted(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#requestFrame()
    })
  }

  destroy(): void {
    this.#isDestroyed = true
    clearTimeout(this.#restTimer)
    if (this.#frameRequest !== undefined) cancelAnimationFrame(this.#frameRequest)
    for (const cleanup of this.#cleanups) cleanup()
    this.#cursors.destroy()
    this.#layers.destroy()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #apply(change: BoardChange): void {
    const { added, updated, removed } = change
    if (change.isPiece) {
      this.#pieces.add(change.dirty)
      this.#changed()
      return
    }
    const isOnlyNew = updated.length === 0 && removed.length === 0
    if (!isOnlyNew || added.length > MAX_ADDED_AT_ONCE || !this.#addInFront(added))
      for (const box of change.dirty) this.#tiles.markDirty(box)
    this.#markDirty(this.#drafts.refresh(change))
    this.#invalidate('draft', 'overlay')
  }

  /** Paints new shapes over what is there. @returns false when something lies in front of them */
  #addInFront(ids: readonly ShapeId[]): boolean {
    const bounds = unionBoxes(ids.flatMap(id => this.#board.boundsOf(id) ?? []))
    if (!bounds) return false
    const shapes: Shape[] = []
    for (const shape of this.#board.query(bounds).slice(-ids.length)) {
      if (!ids.includes(shape.id)) return false
      shapes.push(shape)
    }
    this.#tiles.addInFront(shapes, bounds)
    return shapes.length === ids.length
  }

  /** These shapes of the board look different now, though the board has not changed. */
  #markDirty(ids: readonly ShapeId[]): void {
    for (const id of ids) {
      const bounds = this.#board.boundsOf(id)
      if (bounds) this.#tiles.markDirty(bounds)
    }
    if (ids.length > 0) this.#requestFrame()
  }

  #repaintAll(keepPixels: boolean): void {
    this.#tiles.invalidate(keepPixels)
    this.#moved.invalidate(keepPixels)
    this.#invalidate('draft')
  }

  #rest(): void {
    clearTimeout(this.#restTimer)
    this.#isZooming = false
    this.#requestFrame()
  }

  #measure(): Screen {
    const { clientWidth, clientHeight } = this.#container
    return { widthPx: clientWidth, heightPx: clientHeight, ratio: window.devicePixelRatio || 1 }
  }

  #setScreen(screen: Screen): void {
    const before = this.#screen
    if (
      screen.widthPx === before.widthPx &&
      screen.heightPx === before.heightPx &&
      screen.ratio === before.ratio
    )
      return
    this.#screen = screen
    this.#camera = snapCamera(this.#asked, screen.ratio)
    this.#layers.resize(screen)
    if (screen.ratio !== before.ratio) this.#repaintAll(false)
    this.#invalidate(...LAYER_NAMES)
    // The canvases are empty now: painted at once, a resize does not flicker. At first there is nothing that could.
    if (before !== NO_SCREEN) this.#frame(performance.now())
  }

  #invalidate(...names: LayerName[]): void {
    for (const name of names) this.#stale.add(name)
    this.#changed()
  }

  #changed(): void {
    this.#changedAtMs = performance.now()
    this.#requestFrame()
  }

  #requestFrame(): void {
    if (this.#frameRequest !== undefined || this.#isDestroyed) return
    this.#frameRequest = requestAnimationFrame(now => this.#frame(now))
  }

  #frame(nowMs: number): void {
    if (this.#frameRequest !== undefined) cancelAnimationFrame(this.#frameRequest)
    this.#frameRequest = undefined
    this.#budget.frame(nowMs)
    this.#emphasizeInTime(nowMs)
    this.#showPieces(nowMs)
    if (!this.#isHeld) this.#tiles.aim(this.#camera, this.#screen, this.#isZooming)
    this.#moved.frame(this.#drafts.moves(), this.#camera, this.#screen, this.#isZooming)
    // What moves is taken off the settled tiles when its own are there.
    const isPainted = !this.#isHeld && this.#moved.isFresh && this.#tiles.work(this.#leastSliceMs(nowMs))
    this.#grid.place(this.#camera, this.#screen, this.#theme, this.#isZooming)
    this.#tiles.place(this.#camera, this.#screen)
    if (this.#drafts.dropShown((box: Box) => this.#tiles.isFreshUnder(box))) this.#stale.add('draft')
    if (this.#stale.size > 0 || isPainted) this.stats.framesPainted++
    this.#brush.show(this.#overlay.brush, this.#camera, this.#screen, this.#theme)
    if (!this.#stale.has('overlay')) this.#moveOverlay()
    for (const name of this.#stale) this.#draw(name)
    this.#stale.clear()
    for (const watch of this.#frameWatchers) watch(this.#camera)
    const isGliding = this.#cursors.frame(nowMs, this.#camera, this.#screen)
    const hasWork =
      this.#moved.hasWork ||
      this.#toEmphasize.size > 0 ||
      !this.#pieces.isEmpty ||
      (this.#tiles.hasWork && !this.#isHeld)
    if (isGliding || hasWork) this.#requestFrame()
    if (this.#waiting.length > 0 && this.isSettled) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #leastSliceMs(nowMs: number): number {
    if (this.#waiting.length > 0) return OPENING_SLICE_MS
    return this.#isStillAt(nowMs) ? STILL_SLICE_MS : 0
  }

  #isStillAt(nowMs: number): boolean {
    return !this.#isBusy && nowMs >= this.#changedAtMs + STILL_AFTER_MS
  }

  #emphasizeInTime(nowMs: number): void {
    if (this.#toEmphasize.size === 0 || nowMs < this.#emphasizedAtMs + EMPHASIS_MS) return
    this.#emphasizedAtMs = nowMs
    this.#markDirty([...this.#toEmphasize])
    this.#toEmphasize.clear()
    this.#stale.add('draft')
  }

  /** As long as pieces come, only what is in view is painted. */
  #showPieces(nowMs: number): void {
    this.#tiles.paintsAhead = !this.#isBusy && this.#pieces.isOver(nowMs)
    const boxes = this.#pieces.take(nowMs)
    if (boxes.length === 0) return
    for (const box of boxes) this.#tiles.markDirty(box)
    this.#markDirty(this.#drafts.refreshAll())
    this.#stale.add('draft').add('overlay')
  }

  #draw(name: LayerName): void {
    const [camera, screen] = [this.#camera, this.#screen]
    const isOverlay = name === 'overlay'
    const bounds = isOverlay
      ? overlayBounds(this.#overlayPlace(), this.#overlay)
      : draftBounds(this.#drafts, this.#inks, viewportOf(camera, screen))
    const whole = isOverlay && bounds ? wholeArea(bounds, OVERLAY_MARGIN_PX, camera, screen) : undefined
    const area = whole ?? (bounds && screenArea(bounds, isOverlay ? OVERLAY_MARGIN_PX : 1, camera, screen))
    if (isOverlay)
      this.#painted = area && { overlay: this.#overlay, camera, screen, isWhole: whole !== undefined }
    if (!area) {
      this.#layers.hide(name)
      return
    }
    this.#layers.draw(name, area)
    this.stats.layersPainted[name]++
  }

  /** Puts the chrome where it belongs now; what cannot be put there is painted again. */
  #moveOverlay(): void {
    const painted = this.#painted
    if (painted?.camera === this.#camera && painted.overlay === this.#overlay) return
    const offset = painted && overlayOffset(painted, this.#overlay, this.#camera, this.#screen)
    if (offset) this.#layers.move('overlay', offset)
    else this.#stale.add('overlay')
  }

  #overlayPlace(): Omit<OverlayContext, 'ctx'> {
    const { lookup } = this.#drafts
    const [theme, camera, { ratio }] = [this.#theme, this.#camera, this.#screen]
    return { theme, camera, ratio, lookup, lookupAtRest: id => this.#board.get(id) }
  }

  #paintContext(lookup: PaintContext['lookup']): Omit<PaintContext, 'ctx' | 'scale' | 'originX' | 'originY'> {
    const { faded, textHidden } = this.#emphasis
    return {
      theme: this.#theme,
      lookup,
      faded,
      useFont,
      picture: this.#picture,
      ...(textHidden !== undefined && { textHidden }),
    }
  }

  #paintDrafts(ctx: CanvasRenderingContext2D, area: PixelRect): void {
    const scale = this.#camera.zoom * this.#screen.ratio
    const paint: PaintContext = {
      ...this.#paintContext(this.#drafts.lookup),
      ctx,
      scale,
      originX: Math.round(-this.#camera.x * scale) - area.x,
      originY: Math.round(-this.#camera.y * scale) - area.y,
    }
    paintDrafts(paint, this.#drafts, this.#inks, viewportOf(this.#camera, this.#screen))
  }
}
