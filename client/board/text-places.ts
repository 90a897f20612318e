/** Places in a shape's text that stay between the same letters while others type: the Yjs id of the letter before them. Reads the text's
 * structs as they lie, deleted ones too, so that a place whose letter has gone is where that letter was. */
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import type { ShapeId } from '#shared/ids.ts'
import type { TextPlace } from '#shared/live-company.ts'
import type { Board } from './board.ts'
import { documentOf } from './shared-document.ts'

export class TextPlaces {
  readonly #shapes: Y.Map<unknown>
  constructor(board: Board) {
    this.#shapes = shapesOf(documentOf(board).doc)
  }

  /** @param offset  UTF-16 units from the text's beginning; beyond its end is its end */
  placeAt(id: ShapeId, offset: number): TextPlace {
    let left = offset
    let place: TextPlace = 'start'
    for (const item of this.#itemsOf(id)) {
      if (left <= 0) break
      if (item.deleted || !item.countable) continue
      place = { client: item.id.client, clock: item.id.clock + Math.min(left, item.length) - 1 }
      left -= item.length
    }
    return place
  }

  /** @returns `undefined` when the text, or the letter, is not here (yet) */
  offsetOf(id: ShapeId, place: TextPlace): number | undefined {
    if (place === 'start') return this.#textOf(id) && 0
    let offset = 0
    for (const item of this.#itemsOf(id)) {
      const into = place.clock - item.id.clock
      const isVisible = !item.deleted && item.countable
      if (item.id.client === place.client && into >= 0 && into < item.length)
        return isVisible ? offset + into + 1 : offset
      if (isVisible) offset += item.length
    }
    return undefined
  }

  *#itemsOf(id: ShapeId): Iterable<Y.Item> {
    for (let item = this.#textOf(id)?._start ?? null; item !== null; item = item.right) yield item
  }

  #textOf(id: ShapeId): Y.Text | undefined {
    const entry = this.#shapes.get(id)
    const text = entry instanceof Y.Map ? entry.get('text') : undefined
    return text instanceof Y.Text ? text : undefined
  }
}
