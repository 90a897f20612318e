/** Who is on the board, over Yjs awareness: name, colour, selection and where the cursor rests. What changes many times a
 * second (moving cursors, gestures) goes by live frames instead, because awareness re-sends its whole state on every change. */
import type { Awareness } from 'y-protocols/awareness'
import type { Point } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'

export interface Participant {
  readonly clientId: number
  readonly name: string
  /** Name in `INKS` or `#rrggbb`. */
  readonly color: string
  readonly selection: readonly ShapeId[]
  /** Where the cursor rests, board units. */
  readonly cursor: Point | undefined
  readonly state: PersonState
}

/** `idle`: nothing has been done for some minutes, or the page is not looked at; `away`: that for long, or the connection is gone. */
export type PersonState = 'here' | 'idle' | 'away'

const MAX_NAME = 40
/** Beyond this, a selection is told as nothing: outlines of thousands of shapes help nobody. */
const MAX_SELECTION = 200

export class Presence {
  readonly #awareness: Awareness
  constructor(awareness: Awareness) {
    this.#awareness = awareness
    awareness.setLocalState({})
  }

  get clientId(): number {
    return this.#awareness.clientID
  }

  /** How many are here, with oneself. */
  get count(): number {
    return this.#awareness.getStates().size
  }

  setUser(name: string, color: string): void {
    this.#awareness.setLocalStateField('user', { name, color })
  }
  setSelection(ids: readonly ShapeId[]): void {
    this.#awareness.setLocalStateField('selection', ids.length <= MAX_SELECTION ? ids : [])
  }
  setCursor(at: Point | undefined): void {
    this.#awareness.setLocalStateField('cursor', at ?? null)
  }

  /** @param value  `null` takes the field back */
  tell(field: string, value: unknown): void {
    this.#awareness.setLocalStateField(field, value)
  }

  /** What everybody, oneself too, tells under a field: whatever their peers wrote. */
  told(field: string): ReadonlyMap<number, unknown> {
    return new Map([...this.#awareness.getStates()].map(([clientId, state]) => [clientId, state[field]]))
  }

  /** How often a participant has told of themselves; stands still when only their connection goes. */
  clockOf(clientId: number): number {
    return this.#awareness.meta.get(clientId)?.clock ?? 0
  }

  /** @param listener  hears who has told of themselves, also when they told nothing new */
  subscribeClocks(listener: (clientIds: readonly number[]) => void): () => void {
    const told = ({ added, updated }: { added: number[]; updated: number[] }) =>
      listener([...added, ...updated])
    this.#awareness.on('update', told)
    return () => this.#awareness.off('update', told)
  }

  /** With the connection the others have gone; at which clocks goes too, or who has told nothing new meanwhile would be taken for
   * somebody already known to have left when the connection is back. */
  forgetOthers(): void {
    const { meta, states } = this.#awareness
    for (const clientId of [...meta.keys()])
      if (clientId !== this.clientId && !states.has(clientId)) meta.delete(clientId)
  }

  /** Tells the others that one goes for good. */
  leave(): void {
    this.#awareness.setLocalState(null)
  }

  /** Everybody else. A state is whatever its peer wrote, so every field is checked. */
  others(): Participant[] {
    const others: Participant[] = []
    for (const [clientId, state] of this.#awareness.getStates()) {
      if (clientId !== this.clientId) others.push(readParticipant(clientId, state))
    }
    return others.sort((a, b) => a.clientId - b.clientId)
  }

  subscribe(listener: () => void): () => void {
    this.#awareness.on('change', listener)
    return () => this.#awareness.off('change', listener)
  }
}

export function readParticipant(clientId: number, state: Record<string, unknown>): Participant {
  const user = isRecord(state.user) ? state.user : {}
  const name = typeof user.name === 'string' ? user.name.trim().slice(0, MAX_NAME) : ''
  const color = typeof user.color === 'string' && user.color.length <= 20 ? user.color : 'grey'
  const selection = Array.isArray(state.selection) ? state.selection.slice(0, MAX_SELECTION) : []
  return {
    clientId,
    name: name === '' ? 'Guest' : name,
    color,
    selection: selection.filter((id): id is ShapeId => typeof id === 'string'),
    cursor: readPoint(state.cursor),
    state: state.state === 'idle' || state.state === 'away' ? state.state : 'here',
  }
}

/** Other y-websocket apps write `{x, y}`. */
function readPoint(value: unknown): Point | undefined {
  const [x, y] = Array.isArray(value) ? value : isRecord(value) ? [value.x, value.y] : []
  return Number.isFinite(x) && Number.isFinite(y) ? [x as number, y as number] : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
