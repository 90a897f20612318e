/** What is asked for of one shape. */
import type { ShapePatch } from '#shared/board/layout.ts'
import type { Shape } from '#shared/board/shape.ts'
import type { ShapeId } from '#shared/ids.ts'

export type ShapeEdit =
  | { readonly kind: 'add'; readonly shape: Shape }
  | { readonly kind: 'update'; readonly id: ShapeId; readonly patch: ShapePatch }
  | { readonly kind: 'remove'; readonly id: ShapeId }

export const idOf = (edit: ShapeEdit): ShapeId => (edit.kind === 'add' ? edit.shape.id : edit.id)
