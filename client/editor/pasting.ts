/** What a paste does once there is something to paste. Comes when it is first wanted. */
import { orderBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE, isImage, type Point, type Shape, type ShapeStyle } from '#shared/board/shape.ts'
import { type AssetId, type BoardId, createShapeId, type ShapeId } from '#shared/ids.ts'
import type { Board } from '../board/board.ts'
import { type Pasted, pasteBig } from './big-paste.ts'
import { parseShapes, sourceOf } from './clipboard-reading.ts'
import { copiesAt, type PastePlace } from './pasted-shapes.ts'
import type { PictureWays } from './pictures/picture-ways.ts'
import type { Selection } from './selection.ts'

/** Longer lines of pasted words wrap at this, board units. */
const PASTED_TEXT_WIDTH = 480
/** From so many characters on, shapes are made in a worker: a few hundred shapes. */
const BIG_TEXT_LENGTH = 100_000

export interface PasteDeps {
  readonly boardId: BoardId
  readonly board: Board
  readonly selection: Selection
  /** Where a paste goes: the pointer, or the middle of the screen. */
  readonly target: () => Point
  readonly textStyle: () => ShapeStyle
  readonly measureText: (text: string, style: ShapeStyle, width?: number) => Point
  readonly by: () => string
  readonly announce: (text: string) => void
  /** Called before the board is changed: a step of its own. */
  readonly begun: () => void
  readonly pictures: { use(act: (ways: PictureWays) => unknown): void }
}

/** Puts what the text holds on the board, shapes or words, selected, as one step.
 * @param signal  the board is closed */
export async function pasteText(deps: PasteDeps, text: string, signal: AbortSignal): Promise<void> {
  if (text.length > BIG_TEXT_LENGTH && text.startsWith('{') && (await pasteMany(deps, text, signal))) return
  const pictures = new Map<AssetId, Blob>()
  const shapes = parseShapes(text, pictures)
  if (signal.aborted) return
  if (pictures.size > 0) takePictures(deps, pictures)
  if (shapes) put(deps, shapes, text)
  else if (text.trim() !== '') put(deps, [textShape(deps, text.replaceAll('\r\n', '\n'))], text)
  else deps.announce('Nothing to paste')
}

/** @returns whether it held shapes, as far as a worker could tell */
async function pasteMany(deps: PasteDeps, text: string, signal: AbortSignal): Promise<boolean> {
  deps.announce('Pasting…')
  deps.begun()
  try {
    const take = (pictures: Pasted): void => takePictures(deps, pictures)
    const ids = await pasteBig(deps.board, { text, place: placeOf(deps) }, take, signal)
    if (ids && !signal.aborted) pasted(deps, ids, text)
    return ids !== undefined
  } catch (error) {
    // Its code may not be to be had offline; here it takes longer.
    reportError(error)
    return false
  }
}

const takePictures = ({ pictures }: PasteDeps, pasted: Pasted): void =>
  pictures.use(ways => ways.take(pasted))

/** Puts copies with their middle at the target. */
function put(deps: PasteDeps, shapes: readonly Shape[], text: string): void {
  if (shapes.length === 0) {
    deps.announce('Nothing to paste')
    return
  }
  const copies = copiesAt(shapes, placeOf(deps))
  deps.begun()
  deps.board.transactEach(
    'paste',
    function* (edit) {
      for (const shape of copies) yield edit.add(shape)
    },
    {
      shown: () =>
        pasted(
          deps,
          copies.map(shape => shape.id),
          text,
        ),
    },
  )
}

const placeOf = ({ board, target, by }: PasteDeps): PastePlace => ({
  frontOrder: board.frontOrder(),
  centre: target(),
  by: by(),
})

function pasted(deps: PasteDeps, ids: readonly ShapeId[], text: string): void {
  const { boardId, board, selection, announce } = deps
  const source = sourceOf(text)
  const pictures = ids.flatMap(id => board.get(id) ?? []).filter(isImage)
  if (pictures.length > 0 && source !== undefined && source !== boardId)
    deps.pictures.use(late => late.bring([...new Set(pictures.map(({ asset }) => asset))], source))
  const there = ids.filter(id => board.get(id))
  selection.set(there)
  announce(there.length === 1 ? 'Pasted' : `${there.length} shapes pasted`)
}

function textShape({ board, textStyle, measureText }: PasteDeps, text: string): Shape {
  const style = { ...DEFAULT_STYLE, ...textStyle() }
  const natural = measureText(text, style)
  const wrap = natural[0] > PASTED_TEXT_WIDTH
  const wh = wrap ? measureText(text, style, PASTED_TEXT_WIDTH) : natural
  return {
    ...style,
    id: createShapeId(),
    type: 'text',
    order: orderBetween(board.frontOrder(), null),
    locked: false,
    xy: [0, 0],
    wh: wrap ? [PASTED_TEXT_WIDTH, wh[1]] : wh,
    angle: 0,
    text,
    wrap,
  }
}
