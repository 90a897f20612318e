/** The comments of one board as this person sees them: threads with what is unread in them, what is open, where the pins are, and what is
 * told of what comes in. Comes after the board, like the rest of the company. */
import type { CommentId, Pin } from '#shared/board/comments.ts'
import type { Point } from '#shared/board/shape.ts'
import { boxAround } from '#shared/geometry/box.ts'
import type { Role } from '#shared/roles.ts'
import type { Board } from '../../../board/board.ts'
import { Comments } from '../../../board/comments.ts'
import type { Renderer } from '../../../render/renderer.ts'
import type { Camera } from '../../../render/scene.ts'
import type { Attendance } from '../../attendance.ts'
import type { CameraControl } from '../../camera.ts'
import { Cell, type ReadonlyCell } from '../../cell.ts'
import { labelOf } from '../../outline.ts'
import type { SafeStorage } from '../../safe-storage.ts'
import type { Notice } from '../../view.ts'
import { addressOf, commentInHash, leaveAddress } from './comment-address.ts'
import type { CommentsView, Opened, ThreadFilter, ThreadView, Unread } from './comments-view.ts'
import { PinPlaces, pinOn } from './pin-places.ts'
import { ReadMarks } from './read-marks.ts'
import { listThreads } from './thread-list.ts'
import { newsOf, threadViews } from './thread-views.ts'

export interface CommentsDeps {
  readonly boardId: string
  readonly container: HTMLElement
  readonly board: Board
  readonly renderer: Pick<Renderer, 'camera' | 'shapeAsShown' | 'watchFrames'>
  readonly attendance: Attendance
  readonly camera: CameraControl
  readonly storage: SafeStorage
  readonly role: ReadonlyCell<Role | undefined>
  readonly nowMs: () => number
  readonly announce: (text: string) => void
  /** `undefined` takes it away. */
  readonly notify: (notice: Notice | undefined) => void
}

/** Screen px kept free beside a pin that is gone to, for what opens there. */
const CARD_PX: Point = [380, 240]
/** The list, with its distance from the edge. */
const LIST_PX = 312
/** On a phone the thread lies over the lower part of the screen. */
const PHONE_PX = 640
const PHONE_SHEET_SHARE = 0.6
/** The pin itself, below the islands. */
const PHONE_ABOVE_PX = 40
/** Pins closer than this, screen px, are shown as one. */
export const CLUSTER_PX = 30
const MAX_SPREAD_ZOOM = 8

export class CommentsState implements CommentsView {
  readonly threads = new Cell<readonly ThreadView[]>([])
  readonly listed = new Cell<readonly ThreadView[]>([])
  readonly pinned = new Cell<readonly ThreadView[]>([])
  readonly filter = new Cell<ThreadFilter>('open')
  readonly search = new Cell('')
  readonly isListOpen = new Cell(false)
  readonly unread = new Cell<Unread>({ threadCount: 0, mentionCount: 0 })
  readonly mayWrite: Cell<boolean>
  readonly names = new Cell<readonly string[]>([])
  readonly ownNames = new Cell<readonly string[]>([])
  readonly opened = new Cell<Opened | undefined>(undefined)
  readonly container: HTMLElement

  readonly #deps: CommentsDeps
  readonly #comments: Comments
  readonly #marks: ReadMarks
  readonly #places: PinPlaces
  readonly #drafts = new Map<CommentId | 'new', string>()
  readonly #stops: (() => void)[]
  /** Of which this person has been told, or which were there from the start. */
  readonly #known = new Set<CommentId>()
  #isStarted = false
  /** The thread that a notice is about. */
  #noticed: CommentId | undefined
  /** A comment of the address that has not come in yet. */
  #awaited: CommentId | undefined

  constructor(deps: CommentsDeps) {
    this.#deps = deps
    this.container = deps.container
    const { board, renderer, storage, boardId, attendance, role } = deps
    this.#comments = new Comments(board, deps.nowMs)
    this.#marks = new ReadMarks(storage, boardId, window)
    this.#places = new PinPlaces(board, renderer.shapeAsShown)
    this.mayWrite = new Cell(this.#comments.mayWrite)
    const refresh = () => this.#refresh()
    const stopper = new AbortController()
    document.addEventListener('visibilitychange', refresh, { signal: stopper.signal })
    window.addEventListener('hashchange', () => this.#followAddress(), { signal: stopper.signal })
    this.#stops = [
      this.#comments.subscribe(refresh),
      this.#marks.subscribe(refresh),
      this.#places.subscribe(refresh),
      attendance.people.subscribe(refresh),
      attendance.profile.subscribe(refresh),
      role.subscribe(refresh),
      () => stopper.abort(),
      () => this.#comments.close(),
      () => this.#marks.close(),
      () => this.#places.close(),
    ]
    this.#refresh()
    this.#isStarted = true
    this.#followAddress()
  }

  list(filter: ThreadFilter, search: string): void {
    this.filter.set(filter)
    this.search.set(search)
    this.#show()
  }

  showList(isOpen: boolean): void {
    this.isListOpen.set(isOpen)
    this.#show()
  }

  markAllRead(): void {
    const all = this.threads.value.flatMap(({ first, replies }) => [first, ...replies])
    if (this.#marks.add(all.map(({ id }) => id))) this.#refresh()
  }

  /** Begins to write a comment at a point, on the shape that is meant by it. */
  begin(point: Point, shapeId: string | undefined): void {
    if (!this.mayWrite.value) return
    const { board } = this.#deps
    const shape = shapeId === undefined ? undefined : board.get(shapeId)
    this.#open({ kind: 'new', pin: pinOn(point, shape, id => board.get(id)) })
    this.#reveal(point, true)
  }

  openThread(id: CommentId, from: 'pin' | 'elsewhere'): void {
    if (!this.#comments.thread(id)) return
    this.#open({ kind: 'thread', id, from })
    const at = this.placeOf(id)
    if (at) this.#reveal(at, from === 'pin')
  }

  step(direction: 1 | -1): void {
    const ids = this.listed.value.map(({ id }) => id)
    const opened = this.opened.value
    const at = opened?.kind === 'thread' ? ids.indexOf(opened.id) : -1
    const next = at < 0 ? ids.at(direction > 0 ? 0 : -1) : ids.at((at + direction) % ids.length)
    if (next !== undefined) this.openThread(next, 'elsewhere')
  }

  close(): void {
    leaveAddress()
    this.#open(undefined)
  }

  /** @returns whether something was open */
  leave(): boolean {
    const wasOpen = this.opened.value !== undefined
    if (wasOpen) this.close()
    return wasOpen
  }

  draftOf(about: CommentId | 'new'): string {
    return this.#drafts.get(about) ?? ''
  }
  keepDraft(about: CommentId | 'new', text: string): void {
    if (text.trim() === '') this.#drafts.delete(about)
    else this.#drafts.set(about, text)
  }

  send(text: string): boolean {
    const opened = this.opened.value
    if (!opened) return false
    const author = this.#deps.attendance.profile.value
    const id =
      opened.kind === 'new'
        ? this.#comments.add(text, author, opened.pin)
        : this.#comments.reply(opened.id, text, author)
    if (id === undefined) return false
    this.#drafts.delete(opened.kind === 'new' ? 'new' : opened.id)
    // A thread that is answered is not done with.
    if (opened.kind === 'thread') this.#comments.resolve(opened.id, false, author)
    else this.#open({ kind: 'thread', id, from: 'pin' })
    return true
  }

  edit(id: CommentId, text: string): void {
    this.#comments.edit(id, text)
  }
  remove(id: CommentId): void {
    this.#comments.remove(id)
  }
  resolve(thread: CommentId, isResolved: boolean): void {
    const isDone = this.#comments.resolve(thread, isResolved, this.#deps.attendance.profile.value)
    if (isDone) this.#deps.announce(isResolved ? 'Comment resolved' : 'Comment open again')
  }
  linkTo(id: CommentId): string {
    return addressOf(id, location)
  }

  placeOf(id: CommentId): Point | undefined {
    return this.#places.placeOf(id)
  }
  get camera(): Camera {
    return this.#deps.renderer.camera
  }
  watchFrames(listener: (camera: Camera) => void): () => void {
    return this.#deps.renderer.watchFrames(listener)
  }
  spread(ids: readonly CommentId[]): boolean {
    const box = boxAround(ids.map(id => this.placeOf(id)).filter(at => at !== undefined))
    const { camera } = this.#deps
    if (Math.max(box.w, box.h) * MAX_SPREAD_ZOOM < CLUSTER_PX) return false
    camera.showAll(box, MAX_SPREAD_ZOOM)
    return true
  }

  /** The board is closed. */
  dispose(): void {
    for (const stop of this.#stops) stop()
  }

  #open(opened: Opened | undefined): void {
    this.opened.set(opened)
    this.#refresh()
  }

  /** Everything that is shown follows from the document, the marks and who one is. */
  #refresh(): void {
    const { board, attendance } = this.#deps
    const { threads } = this.#comments
    const by = board.rights.standing?.by
    const pins = new Map<CommentId, Pin>()
    for (const { id, first } of threads) if (first.pin) pins.set(id, first.pin)
    this.#places.set(pins)
    this.mayWrite.set(this.#comments.mayWrite)
    const authors = threads.flatMap(({ first, replies }) => [first, ...replies])
    const { name } = attendance.profile.value
    const own = authors.filter(author => author.by === by)
    setList(this.ownNames, [name, ...own.map(author => author.name)])
    const here = attendance.people.value.filter(({ isMe }) => !isMe)
    setList(this.names, [...here.map(person => person.name), ...authors.map(author => author.name), name])
    const views = threadViews(threads, {
      by,
      ownNames: this.ownNames.value,
      names: this.names.value,
      hasRead: ({ id }) => this.#marks.has(id),
      mayEdit: comment => this.#comments.mayEdit(comment),
      mayRemove: comment => this.#comments.mayRemove(comment),
      subjectOf: ({ id, pin }) => {
        const shape = this.#places.shapeOf(id)
        return shape ? labelOf(shape, board) : pin?.shape === undefined ? '' : undefined
      },
    })
    if (this.#readOpened(views)) {
      this.#refresh()
      return
    }
    this.threads.set(views)
    this.#closeWhatIsGone()
    this.#show()
    this.#tellNews(views)
    if (this.#awaited !== undefined) this.#openAwaited()
  }

  /** What is open before somebody's eyes is read. @returns whether anything was unread */
  #readOpened(views: readonly ThreadView[]): boolean {
    const opened = this.opened.value
    if (opened?.kind !== 'thread' || document.visibilityState !== 'visible') return false
    const thread = views.find(({ id }) => id === opened.id)
    if (!thread?.isUnread) return false
    const ids = [thread.first, ...thread.replies].map(({ id }) => id)
    for (const id of ids) this.#known.add(id)
    if (this.#noticed === thread.id) {
      this.#noticed = undefined
      this.#deps.notify(undefined)
    }
    return this.#marks.add(ids)
  }

  #closeWhatIsGone(): void {
    const opened = this.opened.value
    if (opened?.kind === 'thread' && !this.#comments.thread(opened.id)) {
      leaveAddress()
      this.opened.set(undefined)
    }
    if (opened?.kind === 'new' && !this.mayWrite.value) this.opened.set(undefined)
  }

  #show(): void {
    const threads = this.threads.value
    const opened = this.opened.value
    const filter = this.filter.value
    const listed = listThreads(threads, filter, this.search.value)
    this.listed.set(listed)
    const isPinned = (thread: ThreadView) =>
      !thread.resolved ||
      (filter === 'resolved' && this.isListOpen.value) ||
      (opened?.kind === 'thread' && opened.id === thread.id)
    // The oldest first: pins that were there stay where they are when others come.
    this.pinned.set(
      threads.filter(isPinned).sort((a, b) => a.first.at - b.first.at || (a.id < b.id ? -1 : 1)),
    )
    const open = threads.filter(thread => !thread.resolved)
    const threadCount = open.filter(({ isUnread }) => isUnread).length
    const mentionCount = open.filter(({ mentionsMe }) => mentionsMe).length
    const before = this.unread.value
    if (before.threadCount !== threadCount || before.mentionCount !== mentionCount)
      this.unread.set({ threadCount, mentionCount })
  }

  /** Says what came in; of what was there when the board was opened only that somebody was named. */
  #tellNews(threads: readonly ThreadView[]): void {
    const fresh = threads.flatMap(thread =>
      [thread.first, ...thread.replies]
        .filter(({ id, isUnread }) => isUnread && !this.#known.has(id))
        .map(comment => ({ thread, comment })),
    )
    for (const { first, replies } of threads) for (const { id } of [first, ...replies]) this.#known.add(id)
    const news = newsOf(fresh)
    if (!news) return
    if (!news.isMention) {
      if (this.#isStarted) this.#deps.announce(news.words)
      return
    }
    const { id } = news.thread
    this.#noticed = id
    this.#deps.notify({
      message: news.words,
      action: { label: 'Show', run: () => this.openThread(id, 'elsewhere') },
    })
  }

  /** `#comment=` of the address, at the start or when it is followed on an open board. */
  #followAddress(): void {
    this.#awaited = commentInHash(location.hash)
    if (this.#awaited !== undefined) this.#openAwaited()
  }

  #openAwaited(): void {
    const comment = this.#awaited === undefined ? undefined : this.#comments.get(this.#awaited)
    if (!comment) return
    this.#awaited = undefined
    this.openThread(comment.thread ?? comment.id, 'elsewhere')
  }

  /** @param isSeen  somebody has just clicked there: only a phone's sheet would lie over it */
  #reveal([x, y]: Point, isSeen: boolean): void {
    const { camera } = this.#deps
    const { zoom } = camera.value
    const [width, height] = camera.sizePx
    if (width <= PHONE_PX) {
      const above = PHONE_ABOVE_PX / zoom
      camera.reveal({ x, y: y - above, w: 0, h: above + (height * PHONE_SHEET_SHARE) / zoom })
    } else if (!isSeen) {
      const beside = CARD_PX[0] + (this.isListOpen.value ? LIST_PX : 0)
      const [w, h] = [Math.min(beside, width / 2), Math.min(CARD_PX[1], height / 3)]
      camera.reveal({ x, y, w: w / zoom, h: h / zoom })
    }
  }
}

/** Others hear of it only when it holds other names. */
function setList(cell: Cell<readonly string[]>, names: readonly string[]): void {
  const next = [...new Set(names)]
  const before = cell.value
  if (next.length !== before.length || next.some((name, i) => name !== before[i])) cell.set(next)
}
