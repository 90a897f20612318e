/** Typing into a shape's text in place: one undo step from the first key to the end, merged with whoever types in it too. Says
 * where the DOM field must lie so that its letters cover the painted ones. */
import type { Theme } from '#shared/board/palette.ts'
import { type BoxShape, isBox, type Point } from '#shared/board/shape.ts'
import { centreOf } from '#shared/geometry/box.ts'
import { boxOf } from '#shared/geometry/shape-geometry.ts'
import { add, rotate, sub } from '#shared/geometry/vec.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { Board, OpenStep, ShapePatch, SharedText } from '../board/board.ts'
import { snapCamera } from '../render/camera.ts'
import { textColor } from '../render/paint-text.ts'
import { layoutOf, textBoxOf, topOf } from '../render/text-box.ts'
import { baselineOf, FONT_FAMILIES, onPixel } from '../render/text-layout.ts'
import { type CameraControl, toScreen } from './camera.ts'
import { Cell, type ReadonlyCell } from './cell.ts'

/** Lengths are board units, `zoom` screen px each; it is turned about its top left corner. */
export interface TextField {
  readonly topLeftPx: Point
  readonly zoom: number
  readonly angle: number
  readonly width: number
  readonly height: number
  readonly wraps: boolean
  readonly align: 'left' | 'center'
  readonly fontFamily: string
  readonly fontSize: number
  readonly lineHeight: number
  /** From the top to where the first line's letters stand. */
  readonly baseline: number
  readonly color: string
}

export interface TextEditing {
  readonly id: ShapeId
  readonly label: string
  readonly text: SharedText
  readonly field: ReadonlyCell<TextField>
  /** What was typed at a stretch, back and forth; nothing from before the editing began. */
  undo(): void
  redo(): void
  /** Gives the shape the size that its words take by now, which otherwise comes a moment later. */
  fit(): void
  finish(): void
}

export interface TextEditingDeps {
  readonly board: Board
  readonly camera: CameraControl
  readonly theme: () => Theme
  readonly finished: () => void
  /** Whether the shape has not the size yet that its words take. */
  readonly isFitting: Cell<boolean>
}

/** After a pause this long, or when typing turns into deleting, undo in the field has a stop. */
const STRETCH_MS = 800
/** While one types, the others' culling box follows this often. */
const RESIZE_MS = 400
/** Room for the caret after the last letter, board units. */
const CARET_ROOM = 4

/** @param isNew  the shape was made for this text: it goes again if it stays empty
 * @returns `undefined` when the shape is gone or holds no text */
export function startTextEditing(
  deps: TextEditingDeps,
  id: ShapeId,
  isNew: boolean,
): TextEditing | undefined {
  const { board, camera } = deps
  const first = board.get(id)
  const shared = board.textOf(id)
  if (!first || !isBox(first) || !shared) return undefined
  // A new text and its words are one thing to take back.
  const step = board.startStep('edit text', isNew)
  const text = inStretches(shared, step)
  const field = new Cell(fieldOf(first, camera, deps.theme()))
  let isFinished = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const current = (): BoxShape | undefined => {
    const shape = board.get(id)
    return shape && isBox(shape) ? shape : undefined
  }
  const place = () => {
    const shape = current()
    if (shape) field.set(fieldOf(shape, camera, deps.theme()))
    else finish()
  }
  const resize = () => {
    const shape = current()
    const fit = shape && fitOf(shape)
    if (fit) board.transact('fit text', edit => edit.update(id, fit))
  }
  const stops = [
    camera.cell.subscribe(place),
    board.subscribe(change => {
      if (change.updated.includes(id) || change.removed.includes(id)) place()
      if (change.origin !== 'local' || first.type !== 'text') return
      timer ??= setTimeout(fit, RESIZE_MS)
      deps.isFitting.set(true)
    }),
  ]
  /** Until the next change of this person's there is nothing to fit. */
  const settle = () => {
    clearTimeout(timer)
    timer = undefined
    deps.isFitting.set(false)
  }
  function fit(): void {
    resize()
    // It is a change of this person's too.
    settle()
  }

  function finish(): void {
    if (isFinished) return
    isFinished = true
    for (const stop of stops) stop()
    const shape = current()
    // A text nobody can see would lie around for ever; a shape without its label is still a shape.
    const isNothing =
      shape !== undefined &&
      board.rights.mayChange(shape) &&
      shape.text.trim() === '' &&
      (isNew || shape.type === 'text')
    if (isNothing && isNew) step.abandon()
    else {
      if (isNothing) board.transact('remove empty text', edit => edit.remove(id))
      else resize()
      step.end()
    }
    settle()
    deps.finished()
  }
  /** Fitting the box is a change too, after which nothing could be redone: that waits for the next letter. */
  const back = (go: () => void) => () => {
    go()
    settle()
  }
  const undo = back(() => step.undo())
  const redo = back(() => step.redo())
  return { id, label: 'Text', text, field, undo, redo, fit, finish }
}

/** The text as the field sees it: its splices are marked off as pieces of the step, for undo. */
function inStretches(text: SharedText, step: OpenStep): SharedText {
  let lastAtMs = Number.NEGATIVE_INFINITY
  let wasDeleting = false
  return {
    get value() {
      return text.value
    },
    splice(at, removed, inserted) {
      const isDeleting = inserted === ''
      const nowMs = performance.now()
      if (nowMs - lastAtMs > STRETCH_MS || isDeleting !== wasDeleting) step.mark()
      lastAtMs = nowMs
      wasDeleting = isDeleting
      text.splice(at, removed, inserted)
    },
    subscribe: listener => text.subscribe(listener),
  }
}

/** @returns the box a text takes now, `undefined` when it has it already or the shape's size is its own */
function fitOf(shape: BoxShape): ShapePatch | undefined {
  if (shape.type !== 'text') return undefined
  const { width, height } = layoutOf(shape, textBoxOf(shape))
  const wh: Point = [shape.wrap ? shape.wh[0] : Math.ceil(width), height]
  if (wh[0] === shape.wh[0] && wh[1] === shape.wh[1]) return undefined
  // Turned about its middle, which is elsewhere now: the corner where the text begins stays.
  const corner = rotate(shape.xy, centreOf(boxOf(shape)), shape.angle)
  const half: Point = [wh[0] / 2, wh[1] / 2]
  return { wh, xy: sub(add(corner, rotate(half, [0, 0], shape.angle)), half) }
}

function fieldOf(shape: BoxShape, camera: CameraControl, theme: Theme): TextField {
  const textBox = textBoxOf(shape)
  const { box, align, fontSize, lineHeight, wraps } = textBox
  const layout = layoutOf(shape, textBox)
  const height = Math.max(layout.height, lineHeight)
  // The letters are painted through the renderer's camera, on whole device pixels.
  const ratio = window.devicePixelRatio || 1
  const shown = snapCamera(camera.value, ratio)
  const painted = topOf(textBox, height)
  const top = shape.angle === 0 ? onPixel(painted, shown.zoom * ratio) : painted
  const centre = centreOf(boxOf(shape))
  return {
    topLeftPx: toScreen(shown, rotate([box.x, top], centre, shape.angle)),
    zoom: camera.value.zoom,
    angle: shape.angle,
    width: wraps ? box.w : layout.width + CARET_ROOM,
    height,
    wraps,
    align,
    fontFamily: FONT_FAMILIES[textBox.font],
    fontSize,
    lineHeight,
    baseline: baselineOf(textBox.font, fontSize, shown.zoom * ratio),
    color: textColor(shape, theme),
  }
}
