/** Writes down what is asked for in a step, as far as this person may. */
import type { ShapePatch } from '#shared/board/layout.ts'
import type { LineShape, Shape } from '#shared/board/shape.ts'
import { looseFrom } from '#shared/geometry/shape-geometry.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { BoardEdit } from './board.ts'
import type { BoardRights } from './board-rights.ts'
import type { ShapeEdit } from './shape-edit.ts'
import type { ShapeIndex } from './shape-index.ts'

export interface RecorderDeps {
  readonly rights: BoardRights
  readonly index: Pick<ShapeIndex, 'get' | 'linesOn'>
  /** Shapes that the owner holds. */
  readonly heldIds: () => Iterable<ShapeId>
}

export class EditRecorder implements BoardEdit {
  readonly #deps: RecorderDeps
  /** Everything that goes in this step. */
  readonly #going = new Set<ShapeId>()
  #edits: ShapeEdit[] = []
  /** Since the last time. */
  #leaving: ShapeId[] = []
  /** What others hold, as it was when it was first asked for since the last time. */
  #held: readonly ShapeId[] | undefined

  constructor(deps: RecorderDeps) {
    this.#deps = deps
  }

  add(shape: Shape): void {
    if (this.#deps.rights.mayTouch(shape.id)) this.#edits.push({ kind: 'add', shape })
  }
  update(id: ShapeId, patch: ShapePatch): void {
    if (this.#mayTouch(id)) this.#edits.push({ kind: 'update', id, patch })
  }
  remove(id: ShapeId): void {
    if (!this.#mayTouch(id) || this.#containsHeld(id)) return
    this.#edits.push({ kind: 'remove', id })
    this.#going.add(id)
    this.#leaving.push(id)
  }

  /** What has been asked for since the last time. */
  take(): ShapeEdit[] {
    const edits = this.#leaving.length > 0 ? [...this.#letGo(), ...this.#edits] : this.#edits
    this.#edits = []
    this.#leaving = []
    this.#held = undefined
    return edits
  }

  /** Lines that hang on shapes that go stay where they are; others' lines, that may not be changed, hang on nothing then. */
  #letGo(): ShapeEdit[] {
    const { rights, index } = this.#deps
    const lines = new Map<ShapeId, LineShape>()
    for (const id of this.#leaving)
      for (const line of index.linesOn(id))
        if (!this.#going.has(line.id) && rights.mayChange(line)) lines.set(line.id, line)
    return [...lines.values()].map(line => {
      const { from, to } = looseFrom(line, id => !this.#going.has(id), index.get)
      return { kind: 'update', id: line.id, patch: { from, to } }
    })
  }

  #mayTouch(id: ShapeId): boolean {
    const { rights, index } = this.#deps
    const shape = index.get(id)
    return shape === undefined ? rights.mayTouch(id) : rights.mayChange(shape)
  }

  /** A group or frame stays as long as something in it is held. */
  #containsHeld(id: ShapeId): boolean {
    const { rights, index, heldIds } = this.#deps
    this.#held ??= [...heldIds()].filter(held => !rights.mayTouch(held))
    for (const held of this.#held) {
      const seen = new Set<ShapeId>()
      for (let parent = index.get(held)?.parent; parent !== undefined && !seen.has(parent); ) {
        if (parent === id) return true
        seen.add(parent)
        parent = index.get(parent)?.parent
      }
    }
    return false
  }
}
