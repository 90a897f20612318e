/** Chat at the cursor: a line that the others read while it is typed. It enters nothing, and goes a few seconds after its last letter.
 *
 *   closed → typing → lingering → closed       Enter or a rest lets it linger, Escape takes it back at once */
import type { Point } from '#shared/board/shape.ts'
import { type ChatLine, encodeChat, MAX_CHAT_LENGTH } from '#shared/live-company.ts'
import type { CameraControl } from '../camera.ts'
import { Cell, type ReadonlyCell } from '../cell.ts'
import type { Person } from '../view.ts'
import type { ChatState, ChatView } from './people-view.ts'

export interface CursorChatDeps {
  readonly camera: CameraControl
  readonly pointer: ReadonlyCell<Point | undefined>
  readonly people: ReadonlyCell<readonly Person[]>
  /** Shows what somebody else says. */
  readonly show: (clientId: number, line: ChatLine | undefined) => void
  readonly send: (payload: Uint8Array) => void
  readonly announce: (text: string) => void
}

const INTERVAL_MS = 100
/** Typing has come to a rest. */
const REST_MS = 8000
/** A line that is done is read for this long. */
const LINGER_MS = 4000
/** Whoever vanishes in the middle of a line takes it along. */
const STALE_MS = REST_MS + LINGER_MS + 3000
/** A line that has not changed for this long is read out. */
const READ_OUT_MS = 1000

interface Heard {
  readonly staleTimer: ReturnType<typeof setTimeout>
  readonly readOutTimer: ReturnType<typeof setTimeout>
}

export class CursorChat implements ChatView {
  readonly state = new Cell<ChatState>({ kind: 'closed' })
  readonly pointer: ReadonlyCell<Point | undefined>
  readonly #deps: CursorChatDeps
  readonly #heard = new Map<number, Heard>()
  #sendTimer: ReturnType<typeof setTimeout> | undefined
  #restTimer: ReturnType<typeof setTimeout> | undefined
  #told = ''

  constructor(deps: CursorChatDeps) {
    this.#deps = deps
    this.pointer = deps.pointer
  }

  open(): void {
    this.#end()
    this.state.set({ kind: 'typing', text: '' })
    this.#rest()
  }

  type(text: string): void {
    this.state.set({ kind: 'typing', text: text.slice(0, MAX_CHAT_LENGTH) })
    this.#rest()
    this.#sendTimer ??= setTimeout(() => this.#tell(), INTERVAL_MS)
  }

  finish(): void {
    const { value } = this.state
    if (value.kind !== 'typing') return
    if (value.text.trim() === '') {
      this.cancel()
      return
    }
    this.#tell()
    clearTimeout(this.#restTimer)
    this.state.set({ kind: 'lingering', text: value.text })
    this.#restTimer = setTimeout(() => this.cancel(), LINGER_MS)
  }

  cancel(): void {
    this.#end()
    this.state.set({ kind: 'closed' })
  }

  receive(clientId: number, line: ChatLine | undefined): void {
    const person = this.#deps.people.value.find(each => each.clientId === clientId)
    if (!person) return
    this.#forget(clientId)
    this.#deps.show(clientId, line)
    if (!line) return
    this.#heard.set(clientId, {
      staleTimer: setTimeout(() => {
        this.#forget(clientId)
        this.#deps.show(clientId, undefined)
      }, STALE_MS),
      readOutTimer: setTimeout(() => this.#deps.announce(`${person.name} says: ${line.text}`), READ_OUT_MS),
    })
  }

  close(): void {
    this.#end()
    for (const clientId of [...this.#heard.keys()]) this.#forget(clientId)
  }

  #rest(): void {
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => this.finish(), REST_MS)
  }

  #tell(): void {
    clearTimeout(this.#sendTimer)
    this.#sendTimer = undefined
    const { value } = this.state
    const text = value.kind === 'closed' ? '' : value.text
    if (text === this.#told) return
    this.#told = text
    const { send, pointer, camera } = this.#deps
    send(encodeChat(text === '' ? undefined : { text, at: pointer.value ?? camera.centre }))
  }

  /** Whatever was said is over. */
  #end(): void {
    clearTimeout(this.#restTimer)
    clearTimeout(this.#sendTimer)
    this.#sendTimer = undefined
    if (this.#told !== '') this.#deps.send(encodeChat(undefined))
    this.#told = ''
  }

  #forget(clientId: number): void {
    const heard = this.#heard.get(clientId)
    clearTimeout(heard?.staleTimer)
    clearTimeout(heard?.readOutTimer)
    this.#heard.delete(clientId)
  }
}
