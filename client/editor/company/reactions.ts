/** Reactions: small pictures that float up from where somebody points, and are gone in two seconds. */
import type { Point } from '#shared/board/shape.ts'
import { encodeReaction, REACTIONS, type Reaction } from '#shared/live-company.ts'
import type { CameraControl } from '../camera.ts'
import { Cell, type ReadonlyCell } from '../cell.ts'
import type { Person } from '../view.ts'
import type { Float, ReactionsView } from './people-view.ts'

export interface ReactionsDeps {
  readonly camera: CameraControl
  readonly pointer: ReadonlyCell<Point | undefined>
  readonly people: ReadonlyCell<readonly Person[]>
  readonly send: (payload: Uint8Array) => void
  readonly announce: (text: string) => void
}

export const FLOAT_MS = 2000
/** A key that is held repeats faster than that. */
const INTERVAL_MS = 125
/** A whole room that claps is enough of a show. */
const MAX_FLOATS = 80
/** A screen reader is told of somebody's reactions once in this time. */
const ANNOUNCE_EVERY_MS = 5000

export const REACTION_LABELS: Readonly<Record<Reaction, string>> = {
  agree: 'Agree',
  love: 'Love it',
  funny: 'Funny',
  celebrate: 'Celebrate',
  idea: 'Good idea',
  question: 'Question',
}

export class Reactions implements ReactionsView {
  readonly floats = new Cell<readonly Float[]>([])
  readonly isOpen = new Cell(false)
  readonly choices = REACTIONS.map(id => ({ id, label: REACTION_LABELS[id] }))
  readonly #deps: ReactionsDeps
  readonly #stop: () => void
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #announcedAtMs = new Map<number, number>()
  #lastPointer: Point | undefined
  #reactedAtMs = Number.NEGATIVE_INFINITY
  #nextId = 0

  constructor(deps: ReactionsDeps) {
    this.#deps = deps
    this.#lastPointer = deps.pointer.value
    this.#stop = deps.pointer.subscribe(at => {
      this.#lastPointer = at ?? this.#lastPointer
    })
  }

  setOpen(isOpen: boolean): void {
    this.isOpen.set(isOpen)
  }

  react(reaction: Reaction): void {
    const nowMs = performance.now()
    if (nowMs - this.#reactedAtMs < INTERVAL_MS) return
    this.#reactedAtMs = nowMs
    const at = this.#place()
    this.#deps.send(encodeReaction(reaction, at))
    this.#show(reaction, at)
  }

  receive(clientId: number, reaction: Reaction, at: Point): void {
    const person = this.#deps.people.value.find(each => each.clientId === clientId)
    if (!person) return
    this.#show(reaction, at)
    const nowMs = performance.now()
    if (nowMs - (this.#announcedAtMs.get(clientId) ?? Number.NEGATIVE_INFINITY) < ANNOUNCE_EVERY_MS) return
    this.#announcedAtMs.set(clientId, nowMs)
    this.#deps.announce(`${person.name} reacts: ${REACTION_LABELS[reaction]}`)
  }

  close(): void {
    this.#stop()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /** Where one points, or pointed last if that is on the screen. */
  #place(): Point {
    const { x, y, w, h } = this.#deps.camera.viewport
    const at = this.#lastPointer
    const isSeen = at && at[0] >= x && at[0] <= x + w && at[1] >= y && at[1] <= y + h
    return isSeen ? at : this.#deps.camera.centre
  }

  #show(reaction: Reaction, at: Point): void {
    if (this.floats.value.length >= MAX_FLOATS) return
    const float: Float = { id: this.#nextId++, reaction, at }
    this.floats.set([...this.floats.value, float])
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.floats.set(this.floats.value.filter(each => each !== float))
    }, FLOAT_MS)
    this.#timers.add(timer)
  }
}
