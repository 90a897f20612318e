/** Shapes that the board's owner holds in place while a meeting goes on: nobody else can change or delete them.
 *
 *   held  Y.Map   shape id → { by }, the mark of who holds it
 *
 * Other than a shape's `locked`, which is a person's own reminder and anybody's to take off who may change the shape, this is kept by
 * the server. That it is a root of its own lets the owner hold a shape that somebody else is writing into. */
import type * as Y from 'yjs'
import type { ShapeId } from '../ids.ts'
import { isFields, isId } from './plain.ts'

export const heldOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('held')

/** Whatever stands there holds the shape: also what a later version says more with. */
export const isHeld = (held: Y.Map<unknown>, id: ShapeId): boolean => held.has(id)

/** @returns the mark of who holds the shape, if it is held and says so */
export function heldBy(held: Y.Map<unknown>, id: ShapeId): string | undefined {
  const value = held.get(id)
  return isFields(value) && isId(value.by) ? value.by : undefined
}

/** Call inside a transaction.
 * @param by  the mark of who holds them */
export function writeHeld(held: Y.Map<unknown>, ids: Iterable<ShapeId>, by: string): void {
  for (const id of ids) if (!held.has(id)) held.set(id, { by })
}

/** Call inside a transaction. */
export function writeReleased(held: Y.Map<unknown>, ids: Iterable<ShapeId>): void {
  for (const id of ids) if (held.has(id)) held.delete(id)
}
