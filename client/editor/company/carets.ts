/** Where people type: one's own caret and selection, told while a text is open, and the others', shown on the board and over the text that
 * one types into. A caret travels as places between letters, so it stays right while several type. */
import { isLightColor } from '#shared/board/is-light-color.ts'
import { type BoxShape, isBox, type Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { centreOf } from '#shared/geometry/box.ts'
import { boxOf } from '#shared/geometry/shape-geometry.ts'
import { rotate } from '#shared/geometry/vec.ts'
import type { ShapeId } from '#shared/ids.ts'
import { type Caret, encodeCaret } from '#shared/live-company.ts'
import type { Board } from '../../board/board.ts'
import { TextPlaces } from '../../board/text-places.ts'
import { caretIn, selectionIn } from '../../render/text-caret.ts'
import { type CameraControl, toScreen } from '../camera.ts'
import { Cell, type ReadonlyCell } from '../cell.ts'
import type { TextEditing } from '../text-editing.ts'
import type { Person } from '../view.ts'

export interface CaretsDeps {
  readonly container: HTMLElement
  readonly board: Board
  readonly camera: CameraControl
  readonly textEditing: ReadonlyCell<TextEditing | undefined>
  readonly people: ReadonlyCell<readonly Person[]>
  readonly send: (payload: Uint8Array) => void
}

const INTERVAL_MS = 80
/** The name goes when the caret has rested this long. */
const NAME_SHOWN_MS = 3000

interface Shown {
  caret: Caret
  readonly element: HTMLElement
  readonly bar: HTMLElement
  readonly name: HTMLElement
  readonly marks: HTMLElement[]
  nameTimer: ReturnType<typeof setTimeout> | undefined
}

export class Carets {
  /** Client ids of those who type. */
  readonly typing = new Cell<ReadonlySet<number>>(new Set())
  readonly #deps: CaretsDeps
  readonly #places: TextPlaces
  readonly #root = document.createElement('div')
  readonly #shown = new Map<number, Shown>()
  readonly #stops: (() => void)[]
  #peopleCount = 0
  #hasTold = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: CaretsDeps) {
    this.#deps = deps
    const { board, camera, textEditing, people, container } = deps
    this.#places = new TextPlaces(board)
    this.#root.className = 'carets'
    this.#root.setAttribute('aria-hidden', 'true')
    container.append(this.#root)
    const moved = () => textEditing.value && this.#tellSoon()
    document.addEventListener('selectionchange', moved)
    document.addEventListener('input', moved)
    this.#stops = [
      () => document.removeEventListener('selectionchange', moved),
      () => document.removeEventListener('input', moved),
      // The field is on the page a moment later; then its own events come.
      textEditing.subscribe(() => this.#tellSoon()),
      camera.cell.subscribe(() => this.#placeAll()),
      board.subscribe(({ updated, removed }) => {
        if (this.#shown.size === 0) return
        const ids = new Set([...updated, ...removed])
        for (const shown of this.#shown.values()) if (ids.has(shown.caret.shape)) this.#place(shown)
      }),
      people.subscribe(() => this.#peopleChanged()),
    ]
  }

  receive(clientId: number, caret: Caret | undefined): void {
    const person = this.#deps.people.value.find(each => each.clientId === clientId)
    if (!caret || !person) {
      this.#remove(clientId)
      return
    }
    const shown = this.#shown.get(clientId) ?? this.#create(clientId)
    shown.caret = caret
    this.#paint(shown, person)
    this.#showName(shown)
    this.#place(shown)
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
    for (const clientId of [...this.#shown.keys()]) this.#remove(clientId)
    this.#root.remove()
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#tell()
    }, INTERVAL_MS)
  }

  #tell(): void {
    const editing = this.#deps.textEditing.value
    const field = document.activeElement
    if (!editing) {
      if (this.#hasTold) this.#deps.send(encodeCaret(undefined))
      this.#hasTold = false
      return
    }
    // While an input method composes, the field is ahead of the text.
    if (!(field instanceof HTMLTextAreaElement) || field.value !== editing.text.value) return
    const { selectionStart, selectionEnd, selectionDirection } = field
    const isBackward = selectionDirection === 'backward'
    const at = (offset: number) => this.#places.placeAt(editing.id, offset)
    const [anchor, head] = isBackward ? [selectionEnd, selectionStart] : [selectionStart, selectionEnd]
    this.#deps.send(encodeCaret({ shape: editing.id, anchor: at(anchor), head: at(head) }))
    this.#hasTold = true
  }

  /** Who joins hears of carets that are there; who goes takes theirs along. */
  #peopleChanged(): void {
    const here = new Map(
      this.#deps.people.value
        .filter(({ state }) => state !== 'away')
        .map(person => [person.clientId, person]),
    )
    for (const [clientId, shown] of this.#shown) {
      const person = here.get(clientId)
      if (person) this.#paint(shown, person)
      else this.#remove(clientId)
    }
    if (here.size > this.#peopleCount && this.#deps.textEditing.value) this.#tellSoon()
    this.#peopleCount = here.size
  }

  #create(clientId: number): Shown {
    const element = document.createElement('div')
    element.dataset.caretOf = String(clientId)
    const bar = document.createElement('i')
    bar.className = 'caret'
    const name = document.createElement('b')
    name.className = 'caret-name'
    bar.append(name)
    element.append(bar)
    this.#root.append(element)
    const caret: Caret = { shape: '', anchor: 'start', head: 'start' }
    const shown: Shown = { caret, element, bar, name, marks: [], nameTimer: undefined }
    this.#shown.set(clientId, shown)
    this.typing.set(new Set(this.#shown.keys()))
    return shown
  }

  #remove(clientId: number): void {
    const shown = this.#shown.get(clientId)
    if (!shown) return
    clearTimeout(shown.nameTimer)
    shown.element.remove()
    this.#shown.delete(clientId)
    this.typing.set(new Set(this.#shown.keys()))
  }

  #paint({ element, name }: Shown, person: Person): void {
    element.style.setProperty('--person', person.color)
    name.classList.toggle('is-light', isLightColor(person.color))
    if (name.textContent !== person.name) name.textContent = person.name
  }

  #showName(shown: Shown): void {
    clearTimeout(shown.nameTimer)
    shown.name.hidden = false
    shown.nameTimer = setTimeout(() => {
      shown.name.hidden = true
    }, NAME_SHOWN_MS)
  }

  #placeAll(): void {
    for (const shown of this.#shown.values()) this.#place(shown)
  }

  #place({ caret, element, bar, marks }: Shown): void {
    const shape = this.#textShape(caret.shape)
    const head = this.#places.offsetOf(caret.shape, caret.head)
    const anchor = this.#places.offsetOf(caret.shape, caret.anchor)
    // A letter that has not come yet: what shows stays, and is put right when it comes.
    element.hidden = shape === undefined
    if (!shape || head === undefined) return
    put(bar, caretIn(shape, head), shape, this.#deps.camera)
    const boxes =
      anchor === undefined ? [] : selectionIn(shape, Math.min(anchor, head), Math.max(anchor, head))
    while (marks.length < boxes.length) {
      const mark = document.createElement('i')
      mark.className = 'caret-mark'
      element.prepend(mark)
      marks.push(mark)
    }
    for (const mark of marks.splice(boxes.length)) mark.remove()
    boxes.forEach((box, i) => {
      const mark = marks[i]
      if (mark) put(mark, box, shape, this.#deps.camera)
    })
  }

  #textShape(id: ShapeId): BoxShape | undefined {
    const shape = this.#deps.board.get(id)
    return shape && isBox(shape) ? shape : undefined
  }
}

/** Lays an element over a box of a shape that may be turned. */
function put(element: HTMLElement, box: Box, shape: BoxShape, { value }: CameraControl): void {
  const corner: Point = rotate([box.x, box.y], centreOf(boxOf(shape)), shape.angle)
  const [x, y] = toScreen(value, corner)
  Object.assign(element.style, {
    transform: `translate(${x}px, ${y}px) rotate(${shape.angle}rad)`,
    width: `${Math.max(2, box.w * value.zoom)}px`,
    height: `${box.h * value.zoom}px`,
  })
}
