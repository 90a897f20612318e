/** The editor of one board: wires board, tools, camera, renderer and session, and answers the app's `EditorView`. The work is in
 * the parts; here is only who hears of what. */
import type { Theme } from '#shared/board/palette.ts'
import type { Point, ShapeStyle } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Role } from '#shared/roles.ts'
import type { Board } from '../board/board.ts'
import type { Standing } from '../board/board-rights.ts'
import type { Renderer } from '../render/renderer.ts'
import { measureText } from '../render/text-layout.ts'
import { loadPart } from '../sync/load-part.ts'
import type { SaveState, Session } from '../sync/session.ts'
import type { ToolContext } from '../tools/tool.ts'
import type { ToolId } from '../tools/tool-table.ts'
import type { ActionId } from './action-table.ts'
import { type AppActionId, createActions } from './actions.ts'
import type { Arrange } from './arrange.ts'
import { Attendance } from './attendance.ts'
import { CameraControl } from './camera.ts'
import { Cell, type ReadonlyCell } from './cell.ts'
import type { Clipboard } from './clipboard.ts'
import type { Company } from './company/company.ts'
import { createDraftSink } from './draft-sink.ts'
import { InTurn } from './in-turn.ts'
import { Input } from './input.ts'
import { Keyboard } from './keyboard.ts'
import { LatePart } from './late-part.ts'
import type { LatePictures } from './late-pictures.ts'
import type { LiveOut } from './live-out.ts'
import type { Others } from './others.ts'
import { OutlineState } from './outline-state.ts'
import { OverlayState } from './overlay-state.ts'
import type { PasteDeps } from './pasting.ts'
import { PointerLook } from './pointer-look.ts'
import { mayUse, RoleChanges } from './role-changes.ts'
import type { SafeStorage } from './safe-storage.ts'
import { Selection } from './selection.ts'
import { Styling } from './styling.ts'
import { startTextEditing, type TextEditing } from './text-editing.ts'
import { ToolHost } from './tool-host.ts'
import type { EditorView, HistoryState, Notice, OutlineItem, Person, Profile, StyleView } from './view.ts'
import { Whereabouts } from './whereabouts.ts'

export interface EditorDeps {
  readonly boardId: string
  readonly container: HTMLElement
  readonly board: Board
  readonly renderer: Renderer
  readonly session: Session
  readonly others: Others
  readonly pictures: LatePictures
  /** Whether a text that is typed has not its size yet. */
  readonly isFitting: Cell<boolean>
  readonly live: (camera: CameraControl) => LiveOut
  readonly storage: SafeStorage
  readonly theme: () => Theme
  readonly app: (action: AppActionId) => void
}

/** These know how to come after what the board does not show yet. */
const IN_TURN = /^(undo|redo|nudge-.*)$/

export class Editor implements EditorView {
  readonly camera: ReadonlyCell<CameraControl['value']>
  readonly tool: ReadonlyCell<ToolId>
  readonly isToolLocked: ReadonlyCell<boolean>
  readonly isGesturing: ReadonlyCell<boolean>
  readonly selection: ReadonlyCell<readonly ShapeId[]>
  readonly style: ReadonlyCell<StyleView>
  readonly history: Cell<HistoryState>
  readonly boardName: Cell<string>
  readonly people: ReadonlyCell<readonly Person[]>
  readonly profile: ReadonlyCell<Profile>
  readonly saveState: Cell<SaveState>
  readonly role: ReadonlyCell<Role | undefined>
  readonly isReady = new Cell(false)
  readonly isShown = new Cell(false)
  readonly isEmpty: Cell<boolean>
  readonly outline: ReadonlyCell<readonly OutlineItem[]>
  readonly announcement = new Cell('')
  readonly notice = new Cell<Notice | undefined>(undefined)
  readonly textEditing = new Cell<TextEditing | undefined>(undefined)
  readonly company = new Cell<Company | undefined>(undefined)

  readonly cameraControl = new CameraControl()
  readonly #deps: EditorDeps
  readonly #host: ToolHost
  readonly #selection: Selection
  readonly #styling: Styling
  readonly #roles: RoleChanges
  readonly #inTurn = new InTurn()
  readonly #arrange: LatePart<Arrange>
  readonly #overlay: OverlayState
  readonly #live: LiveOut
  readonly #attendance: Attendance
  readonly #whereabouts: Whereabouts
  readonly #look: PointerLook
  readonly #outline: OutlineState
  readonly #paste: PasteDeps
  #clipboard: Clipboard | undefined
  readonly #cancelGesture: () => boolean
  readonly #actions: Readonly<Record<ActionId, () => void>>
  readonly #stops: (() => void)[] = []
  readonly #pointer = new Cell<Point | undefined>(undefined)
  #announcedCount = 0
  /** The board has changed in pieces that were not answered one by one. */
  #hasPieces = false
  #isClosed = false

  constructor(deps: EditorDeps) {
    this.#deps = deps
    const { board, session, renderer, container } = deps
    this.#live = deps.live(this.cameraControl)
    this.#selection = new Selection(board, () => this.#host.active.value === 'select')
    this.#overlay = new OverlayState({
      board,
      selected: () => this.#selection.ids,
      theme: deps.theme,
      show: overlay => renderer.setOverlay(overlay),
      emphasize: emphasis => renderer.setEmphasis(emphasis),
      inTurn: this.#inTurn,
    })
    this.#host = new ToolHost(this.#toolContext(), tool => mayUse(board, tool))
    this.#look = new PointerLook(container, () => this.#host.cursor)
    this.#arrange = new LatePart(
      async () => {
        const [{ Arrange }, { StyleStep }] = await loadPart(() =>
          Promise.all([import('./arrange.ts'), import('./style-step.ts')]),
        )
        this.#styling.takeStep(new StyleStep(board))
        return new Arrange(board, this.#selection, measure)
      },
      () => this.#selection.ids,
    )
    this.#styling = new Styling({
      selection: this.#selection,
      arrange: this.#arrange,
      tool: () => this.tool.value,
      isTyping: () => this.textEditing.value !== undefined,
      inTurn: this.#inTurn,
    })
    this.#outline = new OutlineState(board, this.cameraControl, () => this.#selection.ids)
    this.outline = this.#outline.cell
    this.#whereabouts = new Whereabouts(session.presence)
    this.#attendance = new Attendance({
      presence: session.presence,
      storage: deps.storage,
      theme: deps.theme,
      changed: participants => {
        deps.others.setParticipants(participants)
        this.#overlay.participants = participants
      },
      announce: text => this.announcement.set(text),
    })
    this.people = this.#attendance.people
    this.profile = this.#attendance.profile
    this.isEmpty = new Cell(board.shapeCount === 0)
    this.camera = this.cameraControl.cell
    this.tool = this.#host.active
    this.isToolLocked = this.#host.isLocked
    this.isGesturing = this.#host.isGesturing
    this.selection = this.#selection.cell
    this.style = this.#styling.cell
    this.history = new Cell<HistoryState>({ canUndo: false, canRedo: false })
    this.boardName = new Cell(board.name)
    this.saveState = new Cell(session.saveState)
    this.#paste = {
      boardId: deps.boardId,
      board,
      selection: this.#selection,
      target: () => this.#pointer.value ?? this.cameraControl.centre,
      textStyle: () => this.#styling.styleFor('text'),
      measureText: measure,
      by: () => this.#by(),
      announce: text => this.announcement.set(text),
      begun: () => this.#styling.endStep(),
      pictures: deps.pictures,
    }
    deps.pictures.start({
      ...this.#paste,
      renderer,
      camera: this.cameraControl,
      storage: deps.storage,
      notify: notice => this.notice.set(notice),
    })
    const input = new Input({
      container,
      camera: this.cameraControl,
      host: this.#host,
      pointed: at => this.#pointed(at),
      cursor: cursor => {
        this.#look.ofInput = cursor
      },
    })
    this.#cancelGesture = () => input.cancel()
    this.#roles = new RoleChanges({
      board,
      host: this.#host,
      selection: this.#selection,
      textEditing: this.textEditing,
      cancelGesture: this.#cancelGesture,
      endStep: () => this.#styling.endStep(),
      notify: message => this.notice.set({ message }),
      announce: text => this.announcement.set(text),
      isTold: () => this.isReady.value,
    })
    this.role = this.#roles.cell
    this.#actions = createActions({
      board,
      camera: this.cameraControl,
      selection: this.#selection,
      arrange: this.#arrange,
      clipboard: () => this.#clipboard,
      addPicture: () => deps.pictures.use(pictures => pictures.choose()),
      host: this.#host,
      cancelGesture: this.#cancelGesture,
      editText: id => this.#editText(id, false),
      reveal: id => this.reveal(id),
      app: deps.app,
      company: action => this.company.value?.run(action),
      leaveCompany: () => this.company.value?.leave() ?? false,
    })
    const keyboard = new Keyboard({
      run: action => this.run(action),
      useTool: tool => this.setTool(tool),
      space: held => {
        input.isSpaceHeld = held
      },
      ownsTab: () => document.activeElement === container && this.#selection.ids.length > 0,
    })
    this.#stops.push(
      () => input.close(),
      () => keyboard.close(),
    )
    this.#wire()
    this.#takeIn().catch(reportError)
  }

  setTool(tool: ToolId): void {
    this.#host.use(tool)
  }
  select(ids: readonly ShapeId[]): void {
    this.setTool('select')
    this.#selection.set(ids)
  }
  focus(): void {
    this.#deps.container.focus({ preventScroll: true })
  }
  reveal(id: ShapeId): void {
    const box = this.#deps.board.boundsOf(id)
    if (box) this.cameraControl.reveal(box)
  }
  setStyle(patch: Partial<ShapeStyle>): void {
    this.#styling.set(patch)
  }
  rename(name: string): void {
    this.#deps.board.rename(name)
  }
  setProfile(name: string, color: string): void {
    this.#attendance.setProfile(name, color)
  }
  run(action: ActionId): void {
    this.#styling.endStep()
    if (!IN_TURN.test(action)) this.#deps.board.work.show()
    this.#actions[action]()
  }

  /** The board is on the screen. */
  ready(): void {
    this.isReady.set(true)
  }

  /** What the board does not need to be drawn on comes. */
  async shown(): Promise<void> {
    if (this.#isClosed) return
    this.isShown.set(true)
    const arriving = loadPart(() => import('./company/company.ts'))
    const [{ Company }] = await Promise.all([arriving, this.#arrange.come()])
    if (this.#isClosed) return
    const { boardId, container, board, renderer, session, others, storage, theme } = this.#deps
    const company = new Company({
      boardId,
      container,
      board,
      renderer,
      session,
      others,
      storage,
      theme,
      role: this.role,
      attendance: this.#attendance,
      camera: this.cameraControl,
      selection: this.#selection,
      host: this.#host,
      pointer: this.#pointer,
      textEditing: this.textEditing,
      announce: text => this.announcement.set(text),
      notify: notice => this.notice.set(notice),
    })
    this.#stops.push(() => company.close())
    this.company.set(company)
  }

  async #takeIn(): Promise<void> {
    const { FromOutside } = await loadPart(() => import('./from-outside.ts'))
    if (this.#isClosed) return
    const outside = new FromOutside(this.#deps.container, this.cameraControl, this.#paste)
    this.#clipboard = outside.clipboard
    this.#stops.push(() => outside.close())
  }

  /** A session tells of saves, of the others and of its end through these. */
  saveStateChanged(state: SaveState): void {
    this.saveState.set(state)
  }
  standingChanged(standing: Standing): void {
    this.#roles.changed(standing)
    this.#overlay.update()
  }

  themeChanged(): void {
    this.#deps.others.themeChanged()
    this.#overlay.update()
    this.#attendance.themeChanged()
  }

  close(): void {
    this.#isClosed = true
    this.#inTurn.close()
    this.textEditing.value?.finish()
    this.#styling.endStep()
    this.#outline.close()
    this.#whereabouts.close()
    this.#attendance.close()
    for (const stop of this.#stops) stop()
    this.#live.close()
  }

  #toolContext(): ToolContext {
    const { board } = this.#deps
    const overlay = this.#overlay
    return {
      board,
      draft: createDraftSink(this.#live, draft => {
        this.#deps.renderer.setDraft('local', draft)
        overlay.draft = draft
      }),
      chrome: {
        brush: box => {
          overlay.brush = box
        },
        trail: points => {
          overlay.trail = points
        },
        target: id => {
          overlay.target = id
        },
        faded: ids => {
          overlay.faded = ids
        },
        cursor: cursor => {
          this.#look.ofChrome = cursor
        },
      },
      selection: this.#selection,
      zoom: () => this.cameraControl.value.zoom,
      pixel: () => 1 / (this.cameraControl.value.zoom * (window.devicePixelRatio || 1)),
      styleFor: tool => this.#styling.styleFor(tool),
      by: () => this.#by(),
      measureText: measure,
      notYours: () => this.#roles.notYours(),
      done: made => {
        if (this.#host.isLocked.value) return
        this.setTool('select')
        this.#selection.set(made)
      },
      editText: (id, isNew) => this.#editText(id, isNew),
      panBy: byPx => this.cameraControl.panBy(byPx),
    }
  }

  #wire(): void {
    const { board, renderer } = this.#deps
    this.#stops.push(
      this.camera.subscribe(camera => {
        renderer.setCamera(camera)
        this.#outline.cameraMoved()
      }),
      board.subscribe(({ isPiece, updated, removed }) => {
        this.isEmpty.set(board.shapeCount === 0)
        if (isPiece) this.#hasPieces = true
        else this.#boardChanged([updated, removed])
      }),
      board.work.subscribe(() => {
        this.#tellBusy()
        if (this.#hasPieces && board.work.isShown) this.#boardChanged()
      }),
      board.history.subscribe(() => {
        const { canUndo, canRedo } = board.history
        const shown = this.history.value
        if (canUndo !== shown.canUndo || canRedo !== shown.canRedo) this.history.set({ canUndo, canRedo })
      }),
      board.subscribeName(name => this.boardName.set(name)),
      board.subscribeHeld(ids => this.#heldChanged(ids)),
      this.isGesturing.subscribe(() => {
        this.#tellBusy()
        this.#styling.endStep()
        this.#tellSelection()
        this.#announceSelection()
      }),
      this.tool.subscribe(() => {
        this.#styling.endStep()
        this.#look.ofChrome = undefined
        this.#styling.update()
        if (this.tool.value !== 'select') this.#selection.set([])
      }),
      this.selection.subscribe(ids => {
        this.#styling.endStep()
        this.#overlay.update()
        this.#outline.boardChanged()
        this.#tellSelection()
        // Pasted, or walked to by Tab: what is selected can be moved and sized at once.
        if (ids.length > 0 && this.tool.value !== 'select') this.setTool('select')
        this.#announceSelection()
      }),
    )
    this.#look.update()
    this.#outline.boardChanged()
  }

  /** @param changed  `undefined` for whatever has come in pieces */
  #boardChanged(changed?: readonly (readonly ShapeId[])[]): void {
    if (!changed) this.#hasPieces = false
    this.#outline.boardChanged()
    // Of thousands that are selected, asking each how it looks takes a frame.
    if (!changed || changed.some(ids => ids.some(id => this.#selection.has(id)))) this.#selectedChanged()
  }

  #tellBusy(): void {
    const { board, renderer } = this.#deps
    // The hand's gesture shows what is not in view yet.
    renderer.setBusy(board.work.isBusy || (this.isGesturing.value && this.tool.value !== 'hand'))
  }

  /** Said once: a box that is dragged changes the selection with every move. */
  #announceSelection(): void {
    const count = this.selection.value.length
    if (this.isGesturing.value || count === this.#announcedCount) return
    this.#announcedCount = count
    if (count > 1) this.announcement.set(`${count} shapes selected`)
  }

  #tellSelection(): void {
    this.#whereabouts.selected(this.selection.value, this.isGesturing.value, () => this.#styling.update())
  }

  /** The selected shapes may look different. */
  #selectedChanged(): void {
    this.#overlay.update()
    if (this.#selection.ids.length > 0) this.#styling.update()
  }

  #editText(id: ShapeId, isNew: boolean): void {
    this.#styling.endStep()
    this.textEditing.value?.finish()
    const { board, theme, isFitting } = this.#deps
    const finished = () => this.#textFinished()
    const editing = startTextEditing(
      { board, camera: this.cameraControl, theme, isFitting, finished },
      id,
      isNew,
    )
    if (!editing) return
    this.#overlay.editing = id
    this.textEditing.set(editing)
  }

  #textFinished(): void {
    this.#overlay.editing = undefined
    this.textEditing.set(undefined)
    this.focus()
  }

  #heldChanged(ids: readonly ShapeId[]): void {
    const hasGrown = this.#roles.heldChanged(ids)
    this.#overlay.update()
    if (hasGrown) this.#deps.session.rightsGrew()
  }

  #pointed(at: Point | undefined): void {
    this.#pointer.set(at)
    this.#live.cursor(at)
    this.#whereabouts.pointed(at)
  }

  #by(): string {
    return this.#deps.board.rights.standing?.by || String(this.#deps.session.presence.clientId)
  }
}

function measure(text: string, { font, fontSize }: ShapeStyle, width?: number): Point {
  const size = measureText(text, { font, fontSize, ...(width !== undefined && { width }) })
  return [width ?? size.width, size.height]
}
