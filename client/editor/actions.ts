/** What each action of the table does. */
import { isBox } from '#shared/board/shape.ts'
import { unionBoxes } from '#shared/geometry/box.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import type { ActionId, CompanyActionId } from './action-table.ts'
import type { Arrange } from './arrange.ts'
import type { CameraControl } from './camera.ts'
import type { Clipboard } from './clipboard.ts'
import type { LatePart } from './late-part.ts'
import { inReadingOrder } from './outline.ts'
import type { Selection } from './selection.ts'
import type { ToolHost } from './tool-host.ts'

/** Done by the page around the editor. */
export type AppActionId = 'share' | 'show-help' | 'toggle-theme'

export interface ActionDeps {
  readonly board: Board
  readonly camera: CameraControl
  readonly selection: Selection
  readonly arrange: LatePart<Arrange>
  /** Comes after the board. */
  readonly clipboard: () => Clipboard | undefined
  readonly addPicture: () => void
  readonly host: ToolHost
  /** Drops the gesture under way. @returns whether there was one */
  readonly cancelGesture: () => boolean
  readonly editText: (id: ShapeId) => void
  readonly reveal: (id: ShapeId) => void
  readonly app: (action: AppActionId) => void
  readonly company: (action: CompanyActionId) => void
  /** Ends what one does with others, following for instance. @returns whether there was something */
  readonly leaveCompany: () => boolean
}

const NUDGE = 1
const NUDGE_FAR = 10
const TURN = Math.PI / 12
/** Share of the screen that a page key scrolls. */
const PAGE_SHARE = 0.8
const MAX_SELECTION_ZOOM = 4

export function createActions(deps: ActionDeps): Readonly<Record<ActionId, () => void>> {
  const { board, camera, selection, arrange, clipboard, host, app } = deps
  // A history step in the middle of a drag would pull the shapes from under it: the drag goes first, and that is one step back.
  const orCancel = (step: () => void) => () => {
    if (!deps.cancelGesture()) step()
  }
  const nudge = (x: number, y: number) => () => {
    if (selection.ids.length > 0) arrange.use(a => a.nudge([x, y]))
    // Without a selection the arrows scroll, so that the board can be read by keyboard.
    else camera.panBy([-x * 40, -y * 40])
  }
  const page = (x: number, y: number) => () =>
    camera.panBy([-x * camera.sizePx[0] * PAGE_SHARE, -y * camera.sizePx[1] * PAGE_SHARE])
  const walk = (direction: 1 | -1) => () => {
    const extent = board.extent()
    if (!extent) return
    const shapes = inReadingOrder(board, board.query(extent), camera.viewport.h * 0.05)
    const at = shapes.findIndex(shape => shape.id === selection.ids[0])
    const next = at < 0 ? shapes.at(direction > 0 ? 0 : -1) : shapes.at((at + direction) % shapes.length)
    if (!next) return
    selection.set([next.id])
    deps.reveal(next.id)
  }
  return {
    undo: orCancel(() => board.history.undo()),
    redo: orCancel(() => board.history.redo()),
    cut: () => clipboard()?.cut(),
    copy: () => clipboard()?.copy(),
    paste: () => void clipboard()?.paste(),
    'add-picture': () => deps.addPicture(),
    duplicate: orCancel(() => arrange.use(a => a.duplicate())),
    delete: orCancel(() => arrange.use(a => a.remove())),
    'select-all': () => {
      deps.cancelGesture()
      host.use('select')
      const extent = board.extent()
      selection.set(extent ? board.query(extent).flatMap(shape => (shape.locked ? [] : [shape.id])) : [])
    },
    deselect: orCancel(() => {
      if (deps.leaveCompany()) return
      if (selection.ids.length > 0) selection.set([])
      else host.use('select')
    }),
    'edit-text': () => {
      const [id] = selection.ids
      const shape = id === undefined ? undefined : board.get(id)
      if (!shape) walk(1)()
      else if (selection.ids.length === 1 && isBox(shape) && board.mayChange(shape)) deps.editText(shape.id)
    },
    'lock-tool': () => host.isLocked.set(!host.isLocked.value),
    'next-shape': walk(1),
    'previous-shape': walk(-1),
    'nudge-left': nudge(-NUDGE, 0),
    'nudge-right': nudge(NUDGE, 0),
    'nudge-up': nudge(0, -NUDGE),
    'nudge-down': nudge(0, NUDGE),
    'nudge-left-far': nudge(-NUDGE_FAR, 0),
    'nudge-right-far': nudge(NUDGE_FAR, 0),
    'nudge-up-far': nudge(0, -NUDGE_FAR),
    'nudge-down-far': nudge(0, NUDGE_FAR),
    'rotate-right': () => arrange.use(a => a.rotate(TURN)),
    'rotate-left': () => arrange.use(a => a.rotate(-TURN)),
    grow: () => arrange.use(a => a.grow(1)),
    shrink: () => arrange.use(a => a.grow(-1)),
    forward: () => arrange.use(a => a.step(1)),
    backward: () => arrange.use(a => a.step(-1)),
    'to-front': () => arrange.use(a => a.toEnd('front')),
    'to-back': () => arrange.use(a => a.toEnd('back')),
    'zoom-in': () => camera.step(1),
    'zoom-out': () => camera.step(-1),
    'zoom-reset': () => camera.zoomTo(1),
    'zoom-fit': () => {
      const extent = board.extent()
      if (extent) camera.showAll(extent)
      else camera.set({ x: 0, y: 0, zoom: 1 })
    },
    'zoom-selection': () => {
      const boxes = selection.ids.map(id => board.boundsOf(id)).filter(box => box !== undefined)
      const box = unionBoxes(boxes)
      if (box) camera.showAll(box, MAX_SELECTION_ZOOM)
    },
    'page-up': page(0, -1),
    'page-down': page(0, 1),
    'page-left': page(-1, 0),
    'page-right': page(1, 0),
    'toggle-theme': () => app('toggle-theme'),
    'show-help': () => app('show-help'),
    share: () => app('share'),
    chat: () => deps.company('chat'),
    react: () => deps.company('react'),
  }
}
