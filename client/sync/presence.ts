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
}

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
  }
}

/** Other y-websocket apps write `{x, y}`. */
function readPoint(value: unknown): Point | undefined {
  const [x, y] = Array.isArray(value) ? value : isRecord(value) ? [value.x, value.y] : []
  return Number.isFinite(x) && Number.isFinite(y) ? [x as number, y as number] : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
