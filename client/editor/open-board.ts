/** Opens a board in a page: makes the document, its cache, its connection, its picture and its editor, and takes them down again.
 * The only place that knows all of them. */
import type { Theme } from '#shared/board/palette.ts'
import { CLOSE } from '#shared/protocol.ts'
import { BoardRights } from '../board/board-rights.ts'
import { createDocument, YjsBoard } from '../board/yjs-board.ts'
import { Renderer } from '../render/renderer.ts'
import { DocumentFeed } from '../sync/document-feed.ts'
import { LastWords } from '../sync/last-words.ts'
import { loadPart } from '../sync/load-part.ts'
import { openLocalCache } from '../sync/local-cache.ts'
import { framePainted } from '../sync/next-task.ts'
import { Session } from '../sync/session.ts'
import { takeShortTextsFast } from '../sync/short-texts.ts'
import { UpdateIntake } from '../sync/update-intake.ts'
import type { AppActionId } from './actions.ts'
import { type CameraControl, formatViewHash, parseViewHash } from './camera.ts'
import { Cell, type ReadonlyCell } from './cell.ts'
import { Editor } from './editor.ts'
import { keepStanding, keptStanding } from './kept-standing.ts'
import { LatePictures } from './late-pictures.ts'
import { LiveOut } from './live-out.ts'
import { Others } from './others.ts'
import { safeStorage } from './safe-storage.ts'
import type { TextEditing } from './text-editing.ts'
import { unfinished } from './unfinished.ts'
import type { EditorView } from './view.ts'
import { ViewOut } from './view-out.ts'

/** Closes after which there is no board for this person. */
const SHUT_OUT: readonly number[] = [CLOSE.forbidden, CLOSE.noSuchBoard]

export interface OpenBoardOptions {
  readonly boardId: string
  /** Fills the page; gets the canvases and the pointer. */
  readonly container: HTMLElement
  readonly theme: Theme
  /** Keys for what the page around the editor does. */
  readonly onAppAction: (action: AppActionId) => void
}

export interface OpenBoard {
  readonly view: EditorView
  readonly textEditing: ReadonlyCell<TextEditing | undefined>
  setTheme(theme: Theme): void
  /** Forgets what this browser kept of the board, changes that the server did not take included, and closes it. */
  discard(): Promise<void>
  close(): void
}

export function openBoard({
  boardId,
  container,
  theme: firstTheme,
  onAppAction,
}: OpenBoardOptions): OpenBoard {
  let theme = firstTheme
  let isShutOut = false
  takeShortTextsFast()
  const doc = createDocument()
  const feed = new DocumentFeed(doc)
  const intake = new UpdateIntake(feed)
  const storage = safeStorage()
  const board = new YjsBoard(doc, new BoardRights(keptStanding(storage, boardId)))
  const cache = openLocalCache({ boardId, feed, intake, storage })
  const lastWords = new LastWords(doc, boardId, storage)
  const pictures = new LatePictures(boardId, storage)
  const isFitting = new Cell(false)
  const renderer = new Renderer({ container, board, wantPictures: () => pictures.use() })
  const others = new Others({
    board,
    theme: () => theme,
    setDraft: (owner, draft) => renderer.setDraft(owner, draft),
    setCursors: cursors => renderer.setCursors(cursors),
  })
  // The editor needs the session and the session tells the editor: it is told only after both are there.
  let editor: Editor | undefined
  const opening = new Opening(() => {
    // Without the company's code one can draw: that it did not come is told to whoever reads errors.
    if (editor) showFirstPicture(editor, renderer, board).catch(reportError)
  })
  const session = new Session({
    serverUrl: `${location.origin.replace(/^http/, 'ws')}/live`,
    boardId,
    params: rightsIn(location.search),
    feed,
    intake,
    ownStep: origin => board.ownStep(origin),
    work: unfinished(board.work, pictures.waiting, isFitting),
    storage,
    listener: {
      saveStateChanged: state => {
        // First: the page closes the board as soon as it hears of its end.
        isShutOut = state.kind === 'refused' && SHUT_OUT.includes(state.code)
        editor?.saveStateChanged(state)
        if (state.kind === 'saved') lastWords.allKept()
        if (state.kind === 'refused') opening.refused()
      },
      synced: () => opening.synced(),
      disconnected: () => opening.disconnected(),
      welcomed: () => {
        viewOut.tell()
        pictures.connected()
      },
      standingChanged: ({ role, by }) => {
        keepStanding(storage, boardId, { role, by })
        editor?.standingChanged({ role, by })
      },
      live: messages => others.receive(messages, doc.clientID),
      refused: message => editor?.notice.set({ message }),
    },
  })
  editor = new Editor({
    boardId,
    container,
    board,
    renderer,
    session,
    others,
    pictures,
    isFitting,
    live: camera =>
      new LiveOut(
        board,
        () => camera.value.zoom,
        payload => session.sendLive(payload),
        () => session.presence.count,
      ),
    storage,
    theme: () => theme,
    app: onAppAction,
  })
  const opened = editor
  const viewOut = new ViewOut(opened.cameraControl, view => session.sendView(view))
  let isClosed = false
  const connect = () => {
    if (!isClosed) session.connect()
  }
  renderer.setTheme(theme)
  const stopCamera = followCamera(opened.cameraControl, container, boardId, renderer)
  board.subscribe(({ origin }) => {
    if (origin === 'local') renderer.hold(false)
  })
  // Nothing kept: without the server there is no board to show yet, only a promise of one.
  void cache.loaded.then(hadAny => {
    if (hadAny) opening.cacheLoaded()
    if (session.waitingCount === 0) lastWords.allKept()
    connect()
  })
  // After the cache, so that the server sends what is missing and not the whole board again.
  if (!cache.isExpected) connect()
  const askBeforeLeaving = (event: BeforeUnloadEvent) => {
    if (session.waitingCount > 0) event.preventDefault()
  }
  const layDown = () => {
    board.work.finish()
    opened.textEditing.value?.fit()
    cache.hurry()
    if (session.waitingCount > 0) lastWords.layDown()
  }
  window.addEventListener('beforeunload', askBeforeLeaving)
  window.addEventListener('pagehide', layDown)
  const takeDown = (leaveCache: () => void) => {
    if (isClosed) return
    board.work.finish()
    viewOut.close()
    window.removeEventListener('beforeunload', askBeforeLeaving)
    window.removeEventListener('pagehide', layDown)
    isClosed = true
    stopCamera()
    opened.close()
    pictures.close()
    session.close()
    intake.close()
    leaveCache()
    renderer.destroy()
    feed.close()
    doc.destroy()
  }
  return {
    view: opened,
    textEditing: opened.textEditing,
    setTheme: next => {
      theme = next
      renderer.setTheme(next)
      opened.themeChanged()
    },
    discard: async () => {
      let discarded: Promise<void> | undefined
      takeDown(() => {
        discarded = cache.discard()
      })
      lastWords.allKept()
      session.forget()
      await discarded
    },
    close: () => {
      if (!isClosed) layDown()
      // Who may not see the board any more has no copy of it either, unless it is the only place of something of theirs.
      const isForgotten = isShutOut && session.waitingCount === 0
      takeDown(() => {
        if (isForgotten) cache.discard().catch(reportError)
        else cache.close()
      })
    },
  }
}

/** The board can be shown when the server's state is here, or, without a server, what this browser kept of it. */
class Opening {
  readonly #show: () => void
  #isCacheLoaded = false
  #isDisconnected = false
  #isShown = false
  constructor(show: () => void) {
    this.#show = show
  }
  synced(): void {
    this.#shown()
  }
  refused(): void {
    this.#shown()
  }
  disconnected(): void {
    this.#isDisconnected = true
    if (this.#isCacheLoaded) this.#shown()
  }
  cacheLoaded(): void {
    this.#isCacheLoaded = true
    if (this.#isDisconnected) this.#shown()
  }
  #shown(): void {
    if (this.#isShown) return
    this.#isShown = true
    this.#show()
  }
}

/** Nothing told the camera where to look, nor did the person meanwhile: it shows everything. */
async function showFirstPicture(editor: Editor, renderer: Renderer, board: YjsBoard): Promise<void> {
  if (renderer.isHeld) editor.run('zoom-fit')
  renderer.hold(false)
  await renderer.whenPainted()
  editor.ready()
  // Whoever waits for the board sees it before all of that comes.
  await framePainted()
  await Promise.all([editor.shown(), takeBigSteps(board)])
  await paintBeside(renderer)
}

async function takeBigSteps(board: YjsBoard): Promise<void> {
  const { BigSteps } = await loadPart(() => import('../board/big-steps.ts'))
  board.takeBigSteps(deps => new BigSteps(deps))
}

/** Tiles are painted by the page until there is a worker. */
async function paintBeside(renderer: Renderer): Promise<void> {
  const { startPaintingBeside } = await loadPart(() => import('../render/away-tiles.ts'))
  renderer.paintBeside(startPaintingBeside())
}

const cameraKey = (boardId: string): string => `drawbridge.camera.${boardId}`
/** A reload comes back to where one was; another tab starts anew. */
const tabStorage = safeStorage(() => sessionStorage)
const keptCamera = (boardId: string) => parseViewHash(tabStorage.getItem(cameraKey(boardId)) ?? '')

/** What of the board's address says by which right somebody comes. */
function rightsIn(search: string): Record<string, string> {
  const rights = [...new URLSearchParams(search)].filter(([name]) => name === 'key' || name === 'token')
  return Object.fromEntries(rights)
}

/** The camera starts at the address' `#view=`, or where this tab left it, and follows a change of the hash. */
function followCamera(
  camera: CameraControl,
  container: HTMLElement,
  boardId: string,
  renderer: Pick<Renderer, 'hold'>,
): () => void {
  const measure = () => {
    camera.sizePx = [container.clientWidth, container.clientHeight]
  }
  measure()
  const observer = new ResizeObserver(measure)
  observer.observe(container)
  const start = parseViewHash(location.hash) ?? keptCamera(boardId)
  if (start) camera.set(start)
  else renderer.hold(true)
  // Whoever moves the camera while the board comes in sees what is there already.
  const stopWatching = camera.cell.subscribe(() => renderer.hold(false))
  const follow = () => {
    const view = parseViewHash(location.hash)
    if (view) camera.set(view)
  }
  const keep = () => tabStorage.setItem(cameraKey(boardId), formatViewHash(camera.value))
  window.addEventListener('hashchange', follow)
  window.addEventListener('pagehide', keep)
  return () => {
    keep()
    stopWatching()
    observer.disconnect()
    window.removeEventListener('hashchange', follow)
    window.removeEventListener('pagehide', keep)
  }
}
