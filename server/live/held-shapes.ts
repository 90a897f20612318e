/** `[W25]` Which shapes the board's owner holds in place, as of now: within a tick, too. */
import * as Y from 'yjs'
import { heldOf, isHeld } from '#shared/board/held.ts'
import { parentOf, shapesOf } from '#shared/board/layout.ts'
import type { ShapeId } from '#shared/ids.ts'

/** What was on its way when a shape came to be held is taken: somebody who was typing into it did nothing wrong. */
const GRACE_MS = 2000

export class HeldShapes {
  readonly #shapes: Y.Map<unknown>
  readonly #held: Y.Map<unknown>
  readonly #nowMs: () => number
  /** From when on each is held against what comes in. One that is held since this tick is not in it yet. */
  readonly #heldFromMs = new Map<ShapeId, number>()
  /** As of this tick, which is one transaction. */
  #containers: ReadonlySet<ShapeId> | undefined

  constructor(doc: Y.Doc, nowMs: () => number) {
    this.#shapes = shapesOf(doc)
    this.#held = heldOf(doc)
    this.#nowMs = nowMs
    for (const id of this.#held.keys()) this.#heldFromMs.set(id, Number.NEGATIVE_INFINITY)
    this.#held.observe(event => {
      for (const [id, { action }] of event.keys) {
        if (action === 'delete') this.#heldFromMs.delete(id)
        else if (action === 'add') this.#heldFromMs.set(id, nowMs() + GRACE_MS)
      }
    })
    doc.on('afterTransaction', () => {
      this.#containers = undefined
    })
  }

  /** Whether a shape is not to be changed by who does not hold it. */
  holds(id: ShapeId): boolean {
    if (!isHeld(this.#held, id)) return false
    const fromMs = this.#heldFromMs.get(id)
    return fromMs !== undefined && fromMs <= this.#nowMs()
  }

  /** Whether a shape is not to be deleted or replaced. */
  keepsEntry(id: ShapeId): boolean {
    return this.holds(id) || this.containers.has(id)
  }

  /** The groups and frames that held shapes stand in. */
  get containers(): ReadonlySet<ShapeId> {
    this.#containers ??= this.#findContainers()
    return this.#containers
  }

  #findContainers(): ReadonlySet<ShapeId> {
    const ids = new Set<ShapeId>()
    for (const id of this.#held.keys()) {
      if (!this.holds(id)) continue
      for (let parent = this.#parentOf(id); parent !== undefined; parent = this.#parentOf(parent)) {
        if (ids.has(parent)) break
        ids.add(parent)
      }
    }
    return ids
  }

  #parentOf(id: ShapeId): ShapeId | undefined {
    const entry = this.#shapes.get(id)
    const parent = entry instanceof Y.Map ? parentOf(entry) : undefined
    return typeof parent === 'string' ? parent : undefined
  }
}
