/** The pins of comments, as elements over the canvases: sharp, and buttons like any other. A pan moves the one element that holds them all; only
 * what is in view or near it is there at all, and what would lie over each other is one pin with a number.
 *
 * Nothing here asks the browser for a measure: places come from the camera. */
import type { Point } from '#shared/board/shape.ts'
import { type Box, containsBox, containsPoint, expandBox } from '#shared/geometry/box.ts'
import { type Cluster, clusterPlaces } from '../../../editor/company/comments/clusters.ts'
import type { CommentId, CommentsView, ThreadView } from '../../../editor/company/comments/comments-view.ts'
import type { Camera } from '../../../render/scene.ts'
import { clusterLabel, type PinFace, paintPin } from './pin-face.ts'

/** Pins closer than this, screen px, are shown as one. */
const REACH_PX = 30
/** So many screens around the one that is seen have their pins already. */
const MARGIN_SCREENS = 0.5

interface Shown {
  readonly element: HTMLElement
  face: PinFace
  placedAt: string
}

export interface PinLayerDeps {
  readonly comments: CommentsView
  /** CSS colour of a person. */
  readonly color: (name: string) => string
  /** Somebody points at a pin, or has come to it by Tab; `undefined` when not any more. */
  readonly pointed: (pin: { readonly thread: ThreadView; readonly element: HTMLElement } | undefined) => void
}

export class PinLayer {
  readonly #deps: PinLayerDeps
  readonly #root = document.createElement('div')
  readonly #shown = new Map<CommentId, Shown>()
  readonly #stops: (() => void)[]
  #size: Point = [0, 0]
  #threads: ReadonlyMap<CommentId, ThreadView> = new Map()
  #opened: CommentId | undefined
  #clusters: readonly Cluster[] = []
  /** The zoom that the clusters were made for. */
  #clusteredAt = 0
  #isStale = true
  #covered: Box | undefined
  /** Where the root's corner is, board units, and the zoom that its pins are placed by. */
  #origin: Camera = { x: 0, y: 0, zoom: 1 }
  #newAt: Point | undefined
  readonly #newPin: HTMLElement

  constructor(deps: PinLayerDeps) {
    this.#deps = deps
    const { comments } = deps
    const clip = document.createElement('div')
    clip.className = 'pins'
    clip.append(this.#root)
    comments.container.append(clip)
    this.#newPin = document.createElement('div')
    this.#newPin.className = 'pin is-new'
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return
      this.#size = [entry.contentRect.width, entry.contentRect.height]
      this.#covered = undefined
      this.#frame(comments.camera)
    })
    observer.observe(clip)
    this.#listen()
    this.#stops = [
      () => observer.disconnect(),
      comments.pinned.subscribe(() => this.update()),
      comments.opened.subscribe(() => this.update()),
      comments.watchFrames(camera => this.#frame(camera)),
      () => clip.remove(),
    ]
    this.update()
  }

  /** Threads, or what is open, or the theme, are other than before. */
  update(): void {
    const { comments } = this.#deps
    const opened = comments.opened.value
    this.#threads = new Map(comments.pinned.value.map(thread => [thread.id, thread]))
    this.#opened = opened?.kind === 'thread' ? opened.id : undefined
    this.#newAt = opened?.kind === 'new' ? opened.pin.xy : undefined
    this.#isStale = true
    this.#frame(comments.camera)
  }

  /** @returns whether it is there to have the focus */
  focus(id: CommentId): boolean {
    const shown = this.#shown.get(id)
    shown?.element.focus({ preventScroll: true })
    // Who comes back from a thread has just read it.
    this.#deps.pointed(undefined)
    return shown !== undefined
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #frame(camera: Camera): void {
    const [width, height] = this.#size
    const view = { x: camera.x, y: camera.y, w: width / camera.zoom, h: height / camera.zoom }
    const isMoved = this.#hasMoved()
    if (this.#isStale || isMoved || camera.zoom !== this.#origin.zoom || !this.#isCovered(view))
      this.#place(camera, view)
    const { x, y, zoom } = this.#origin
    // Whole device pixels, but for a sum's last digits.
    const px = (units: number) => Math.round(units * zoom * 1000) / 1000
    const transform = `translate(${px(x - camera.x)}px, ${px(y - camera.y)}px)`
    if (this.#root.style.transform !== transform) this.#root.style.transform = transform
  }

  #isCovered(view: Box): boolean {
    return this.#covered !== undefined && containsBox(this.#covered, view)
  }

  /** Whether a pin that is there is elsewhere now: its shape is being dragged. */
  #hasMoved(): boolean {
    for (const { at, ids } of this.#clusters) {
      const [id] = ids
      if (id === undefined || !this.#shown.has(id)) continue
      const now = this.#deps.comments.placeOf(id)
      if (now && (now[0] !== at[0] || now[1] !== at[1])) return true
    }
    return false
  }

  #place(camera: Camera, view: Box): void {
    // Halves of an octave: while one zooms, pins do not join and part in every frame.
    const level = 2 ** (Math.floor(Math.log2(camera.zoom) * 2) / 2)
    if (this.#isStale || level !== this.#clusteredAt || this.#hasMoved()) this.#cluster(level)
    this.#isStale = false
    this.#origin = camera
    this.#covered = expandBox(view, Math.max(view.w, view.h) * MARGIN_SCREENS)
    const gone = new Set(this.#shown.keys())
    for (const cluster of this.#clusters) {
      if (!containsPoint(this.#covered, cluster.at)) continue
      const id = this.#show(cluster, camera)
      if (id !== undefined) gone.delete(id)
    }
    for (const id of gone) this.#remove(id)
    if (this.#newAt) {
      move(this.#newPin, this.#newAt, camera)
      if (!this.#newPin.isConnected) this.#root.append(this.#newPin)
    } else this.#newPin.remove()
  }

  #cluster(level: number): void {
    const places = [...this.#threads.keys()].flatMap(id => {
      const at = this.#deps.comments.placeOf(id)
      return at ? [{ id, at }] : []
    })
    const opened = places.filter(({ id }) => id === this.#opened)
    const others = places.filter(({ id }) => id !== this.#opened)
    // The open one stands by itself: it is what is being talked about.
    this.#clusters = [
      ...clusterPlaces(others, REACH_PX / level),
      ...opened.map(({ id, at }) => ({ ids: [id], at })),
    ]
    this.#clusteredAt = level
  }

  #show({ ids, at }: Cluster, camera: Camera): CommentId | undefined {
    const threads = ids.flatMap(id => this.#threads.get(id) ?? [])
    const [first] = threads
    if (!first) return undefined
    const face: PinFace = {
      label: threads.length === 1 ? first.label : clusterLabel(threads),
      initial: first.first.name,
      color: this.#deps.color(first.first.color),
      count: threads.length,
      isUnread: threads.some(({ isUnread }) => isUnread),
      mentionsMe: threads.some(({ mentionsMe }) => mentionsMe),
      isResolved: threads.every(({ resolved }) => resolved !== undefined),
      isOpen: first.id === this.#opened,
    }
    let shown = this.#shown.get(first.id)
    if (!shown) {
      const element = document.createElement('button')
      element.type = 'button'
      element.dataset.thread = first.id
      shown = { element, face: {} as PinFace, placedAt: '' }
      this.#shown.set(first.id, shown)
      this.#root.append(element)
    }
    shown.face = paintPin(shown.element, shown.face, face)
    shown.placedAt = move(shown.element, at, camera, shown.placedAt)
    return first.id
  }

  #remove(id: CommentId): void {
    const element = this.#shown.get(id)?.element
    // Who came to it by Tab and looked away keeps the place.
    if (element && element === document.activeElement && this.#threads.has(id)) return
    element?.remove()
    this.#shown.delete(id)
  }

  #listen(): void {
    const pinOf = (event: Event): HTMLElement | undefined => {
      const pin = event.target instanceof Element ? event.target.closest('button.pin') : null
      return pin instanceof HTMLElement ? pin : undefined
    }
    const idsOf = (pin: HTMLElement): readonly CommentId[] =>
      this.#clusters.find(({ ids }) => ids[0] === pin.dataset.thread)?.ids ?? []
    // A press on a pin is none on the board.
    for (const type of ['pointerdown', 'pointerup', 'dblclick'] as const)
      this.#root.addEventListener(type, event => pinOf(event) && event.stopPropagation())
    this.#root.addEventListener('click', event => {
      const pin = pinOf(event)
      const ids = pin ? idsOf(pin) : []
      const { comments } = this.#deps
      if (ids.length > 1 && comments.spread(ids)) return
      // In one place: the one with news first.
      const id = ids.find(each => this.#threads.get(each)?.isUnread) ?? ids[0]
      if (id === undefined) return
      this.#deps.pointed(undefined)
      if (id === this.#opened) comments.close()
      else comments.openThread(id, 'pin')
    })
    const point = (event: Event) => {
      const element = pinOf(event)
      const ids = element ? idsOf(element) : []
      const thread = ids.length === 1 ? this.#threads.get(ids[0] ?? '') : undefined
      const isOther = thread !== undefined && thread.id !== this.#opened
      this.#deps.pointed(element && isOther ? { thread, element } : undefined)
    }
    this.#root.addEventListener('pointerover', event => event.pointerType === 'mouse' && point(event))
    this.#root.addEventListener('focusin', event => {
      if (pinOf(event)?.matches(':focus-visible')) point(event)
    })
    for (const type of ['pointerout', 'focusout'] as const)
      this.#root.addEventListener(type, () => this.#deps.pointed(undefined))
  }
}

/** @returns the transform it has now */
function move(element: HTMLElement, at: Point, { x, y, zoom }: Camera, before?: string): string {
  const left = Math.round((at[0] - x) * zoom)
  const top = Math.round((at[1] - y) * zoom)
  const transform = `translate(${left}px, ${top}px)`
  if (transform !== before) element.style.transform = transform
  return transform
}
