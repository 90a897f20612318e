/** Changes of shapes that were asked for and are not in the document yet: the board shows them already. One for each shape. */
import type { ShapePatch } from '#shared/board/layout.ts'
import type { Shape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'
import { idOf, type ShapeEdit } from './shape-edit.ts'

export class PendingEdits {
  readonly #edits = new Map<ShapeId, ShapeEdit>()

  get size(): number {
    return this.#edits.size
  }

  put(edit: ShapeEdit): void {
    const id = idOf(edit)
    const before = this.#edits.get(id)
    const joined = before ? join(before, edit) : edit
    if (joined) this.#edits.set(id, joined)
    else this.#edits.delete(id)
  }

  /** The oldest ones, which are pending no more. */
  take(count: number): ShapeEdit[] {
    const taken: ShapeEdit[] = []
    for (const [id, edit] of this.#edits) {
      if (taken.length >= count) break
      taken.push(edit)
      this.#edits.delete(id)
    }
    return taken
  }

  /** Those of these shapes, which are pending no more. */
  takeOf(ids: readonly ShapeId[]): ShapeEdit[] {
    if (this.#edits.size === 0) return []
    return ids.flatMap(id => {
      const edit = this.#edits.get(id)
      this.#edits.delete(id)
      return edit ?? []
    })
  }

  /** @param inDocument  the shape as it lies in the document
   * @returns the shape as it will be */
  foresee(id: ShapeId, inDocument: Shape | undefined): Shape | undefined {
    const edit = this.#edits.get(id)
    return edit ? outcomeOf(edit, inDocument) : inDocument
  }
}

/** @returns what a shape will be after an edit */
export function outcomeOf(edit: ShapeEdit, before: Shape | undefined): Shape | undefined {
  if (edit.kind === 'add') return edit.shape
  if (edit.kind === 'remove' || !before) return undefined
  return patched(before, edit.patch)
}

/** @returns `undefined` for what was never there and never will be */
function join(before: ShapeEdit, after: ShapeEdit): ShapeEdit | undefined {
  if (after.kind === 'remove') return before.kind === 'add' ? undefined : after
  if (after.kind === 'add' || before.kind === 'remove') return after
  if (before.kind === 'add') return { kind: 'add', shape: patched(before.shape, after.patch) }
  return { ...after, patch: { ...before.patch, ...after.patch } }
}

/** Keys without a value stay as they are. */
function patched(shape: Shape, patch: ShapePatch): Shape {
  const keys = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...shape, ...Object.fromEntries(keys) } as Shape
}
