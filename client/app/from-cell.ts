/** Turns one of the editor's cells into a Solid signal that lives as long as the component that asks for it. */
import { type Accessor, createSignal, onCleanup } from 'solid-js'
import type { ReadonlyCell } from '../editor/cell.ts'

export function fromCell<T>(cell: ReadonlyCell<T>): Accessor<T> {
  const [value, setValue] = createSignal(cell.value)
  onCleanup(cell.subscribe(next => setValue(() => next)))
  return value
}
